import { randomBytes } from 'node:crypto';
import { type Queries, statement } from '@madang/kernel';
import { sha256 } from './refresh-tokens.ts';

export type TokenPurpose = 'set-password' | 'setup' | 'enter';

export interface OneTimeToken {
  readonly userId: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

const keepToken = statement<unknown, [hash: Buffer, purpose: string, userId: string | null, details: string, at: Date, until: Date]>(
  'identity.keep_one_time_token',
  `insert into identity.one_time_tokens (zone_id, hash, purpose, user_id, details, created_at, expires_at)
   values (madang.zone(), $1, $2, $3, $4, $5, $6)`,
);

const spendToken = statement<{ user_id: string | null; details: Record<string, unknown> }, [hash: Buffer, purpose: string, now: Date]>(
  'identity.spend_one_time_token',
  `delete from identity.one_time_tokens
   where zone_id = madang.zone() and hash = $1 and purpose = $2 and expires_at > $3
   returning user_id, details`,
);

const dropTokens = statement<unknown, [purpose: string, userId: string | null]>(
  'identity.drop_one_time_tokens',
  'delete from identity.one_time_tokens where zone_id = madang.zone() and purpose = $1 and user_id is not distinct from $2',
);

/** Makes the token that replaces every earlier one of the same purpose and person; answers it once, in clear. */
export async function issueOneTimeToken(
  tx: Queries,
  token: { purpose: TokenPurpose; userId: string | null; details?: Record<string, unknown>; now: Date; lifeSeconds: number },
): Promise<{ token: string; expiresAt: Date }> {
  const secret = randomBytes(32).toString('base64url');
  const expiresAt = new Date(token.now.getTime() + token.lifeSeconds * 1000);
  await tx.run(dropTokens(token.purpose, token.userId));
  await tx.run(keepToken(sha256(secret), token.purpose, token.userId, JSON.stringify(token.details ?? {}), token.now, expiresAt));
  return { token: secret, expiresAt };
}

/** Undefined when the token is unknown, spent or expired. Of two who spend it at once, one has it. */
export async function spendOneTimeToken(tx: Queries, purpose: TokenPurpose, token: string, now: Date): Promise<OneTimeToken | undefined> {
  const row = await tx.maybeOne(spendToken(sha256(token), purpose, now));
  return row && { userId: row.user_id, details: row.details };
}
