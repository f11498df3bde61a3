import { randomBytes } from 'node:crypto';
import { newId, type Principal, type Queries, type ZoneContext, type ZoneId, type ZoneTransaction } from '@madang/kernel';
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

/** A session as its transaction leaves it; the access token comes after the commit. */
export interface ReadySession {
  readonly principal: Principal;
  readonly user: Me;
  readonly refresh: SignedIn['refresh'];
}

export async function readSession(
  parts: Pick<IdentityParts, 'principals' | 'permissions'>,
  tx: Queries,
  zoneId: ZoneId,
  opened: { sessionId: string; refresh: SignedIn['refresh'] },
): Promise<ReadySession | undefined> {
  const session = await parts.principals.read(tx, zoneId, opened.sessionId);
  if (session === undefined) return undefined;
  const { principal } = session;
  return { principal, user: await readMe(tx, principal, parts.permissions()), refresh: opened.refresh };
}

/** What everything that signs in answers. Never inside a transaction: the signing keys may have to be read, on another connection. */
export async function answerSession(parts: Pick<IdentityParts, 'accessTokens' | 'clock'>, ready: ReadySession): Promise<SignedIn> {
  const access = await parts.accessTokens.mint(ready.principal, newId('jti', parts.clock.now().getTime()));
  return { user: ready.user, ...access, refresh: ready.refresh };
}

/** Runs what signs somebody in as one transaction and answers with tokens for the session it opened. */
export async function signInWithin(
  parts: Pick<IdentityParts, 'principals' | 'permissions' | 'accessTokens' | 'clock'>,
  zone: ZoneContext,
  work: (tx: ZoneTransaction) => Promise<{ sessionId: string; refresh: SignedIn['refresh'] }>,
): Promise<SignedIn> {
  const ready = await zone.db.transaction(async (tx) => {
    const opened = await work(tx);
    const session = await readSession(parts, tx, zone.zone.id, opened);
    if (session === undefined) throw new Error(`session ${opened.sessionId} was opened and is not open`);
    return session;
  });
  return answerSession(parts, ready);
}

/** A browser names itself in a line; more than that is not worth keeping. */
export const clip = (userAgent: string | null): string | null => userAgent?.slice(0, 300) ?? null;
