import { randomBytes } from 'node:crypto';
import { newId, type Queries, type ZoneId } from '@madang/kernel';
import type { Me } from './contract.ts';
import type { Caller, IdentityParts } from './identity-parts.ts';
import { readMe } from './me-view.ts';
import { sha256 } from './refresh-tokens.ts';
import { insertSession } from './session-store.ts';

/** 30 days from the last refresh. */
export const SESSION_SECONDS = 30 * 86_400;
/** Who enters a zone from the portal stays an hour. */
export const ENTERED_SECONDS = 3600;

export interface SignedIn {
  readonly user: Me;
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  /** For the cookie: the token and how long the session lasts, in seconds. */
  readonly refresh: { readonly token: string; readonly maxAgeSeconds: number };
}

/** A new family of refresh tokens, in the transaction of what signs the person in. */
export async function openSession(
  parts: Pick<IdentityParts, 'clock' | 'refreshTokens'>,
  tx: Queries,
  session: { zoneId: ZoneId; userId: string; caller: Caller; enteredAs?: 'super_admin' | 'operator' },
): Promise<{ sessionId: string; refresh: SignedIn['refresh'] }> {
  const now = parts.clock.now();
  const sessionId = newId('sess', now.getTime());
  const seed = randomBytes(16);
  const token = parts.refreshTokens.mint({ zoneId: session.zoneId, sessionId, seed }, 1);
  const maxAgeSeconds = session.enteredAs === undefined ? SESSION_SECONDS : ENTERED_SECONDS;
  await tx.run(
    insertSession(
      sessionId,
      session.userId,
      seed,
      sha256(token),
      session.enteredAs ?? null,
      clip(session.caller.userAgent),
      session.caller.ip,
      now,
      new Date(now.getTime() + maxAgeSeconds * 1000),
    ),
  );
  return { sessionId, refresh: { token, maxAgeSeconds } };
}

/** What everything that signs in answers, read in the same transaction. */
export async function signedInAs(
  parts: Pick<IdentityParts, 'principals' | 'permissions' | 'accessTokens' | 'clock'>,
  tx: Queries,
  zoneId: ZoneId,
  opened: { sessionId: string; refresh: SignedIn['refresh'] },
): Promise<SignedIn> {
  const session = await parts.principals.read(tx, zoneId, opened.sessionId);
  if (session === undefined) throw new Error(`session ${opened.sessionId} was opened and is not open`);
  const user = await readMe(tx, session.principal, parts.permissions());
  const access = await parts.accessTokens.mint(session.principal, newId('jti', parts.clock.now().getTime()));
  return { user, ...access, refresh: opened.refresh };
}

/** A browser names itself in a line; more than that is not worth keeping. */
export const clip = (userAgent: string | null): string | null => userAgent?.slice(0, 300) ?? null;
