import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServerSecret } from './server-secret.ts';

/** What a family of refresh tokens is known by. `seed` is 16 random bytes kept with the session. */
export interface TokenFamily {
  readonly zoneId: string;
  readonly sessionId: string;
  readonly seed: Buffer;
}

export interface PresentedToken {
  readonly sessionId: string;
  readonly generation: number;
  readonly code: Buffer;
}

export interface RefreshTokens {
  mint(family: TokenFamily, generation: number): string;
  /** True when this server once made the presented token for this family. */
  made(family: TokenFamily, presented: PresentedToken): boolean;
}

/**
 * `<session>.<generation>.<code>`: each generation's token follows from the one before only for who has the server's secret,
 * so two tabs that present the same token at the same time are given the same next one, and an old token is recognised
 * without keeping a list of all that were spent.
 */
export function createRefreshTokens(secret: ServerSecret): RefreshTokens {
  const codeOf = (family: TokenFamily, generation: number) =>
    secret.codeOf(`${family.zoneId}\n${family.sessionId}\n${generation}\n${family.seed.toString('hex')}`);
  return {
    mint: (family, generation) => `${family.sessionId}.${generation}.${codeOf(family, generation).toString('base64url')}`,
    made: (family, presented) => timingSafeEqual(codeOf(family, presented.generation), presented.code),
  };
}

const SHAPE = /^(sess_[0-9a-z]{26})\.([1-9]\d{0,8})\.([A-Za-z0-9_-]{43})$/;

export function parseRefreshToken(value: string | undefined): PresentedToken | undefined {
  const parts = value === undefined ? null : SHAPE.exec(value);
  if (parts === null) return undefined;
  const [, sessionId = '', generation = '', code = ''] = parts;
  const bytes = Buffer.from(code, 'base64url');
  return bytes.length === 32 ? { sessionId, generation: Number(generation), code: bytes } : undefined;
}

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
