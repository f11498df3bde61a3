import { fail, type Queries, type ZoneContext, type ZoneId } from '@madang/kernel';
import { GRACE_MS } from './authenticator.ts';
import { identityErrors } from './identity-errors.ts';
import type { Caller, IdentityParts } from './identity-parts.ts';
import { answerSession, clip, type ReadySession, readSession, SESSION_SECONDS, type SignedIn } from './open-session.ts';
import { type PresentedToken, parseRefreshToken, sha256 } from './refresh-tokens.ts';
import { advanceFamily, endSession, findFamily, type SessionFamilyRow, touchUser } from './session-store.ts';

type Outcome = { kind: 'renewed'; session: ReadySession } | { kind: 'over' } | { kind: 'reused'; sessionId: string };

/**
 * The cookie's token for the next of its family and a new access token. Who presents the token just spent, within ten
 * seconds, is given the same next one: tabs that refresh together, an answer lost on the way. An older token means that two
 * hold the family: it ends, for both. Throws `identity.session_over`.
 */
export async function refreshSession(
  parts: IdentityParts,
  zone: ZoneContext,
  caller: Caller,
  cookie: string | undefined,
): Promise<SignedIn> {
  const presented = parseRefreshToken(cookie);
  if (presented === undefined) fail(identityErrors.session_over);
  const outcome = await zone.db.transaction((tx) => renew(parts, tx, zone.zone.id, caller, presented));
  if (outcome.kind === 'renewed') return answerSession(parts, outcome.session);
  if (outcome.kind === 'reused') {
    // The family's end is committed before anyone is told.
    parts.signals.sessionEnded(zone.zone.id, outcome.sessionId, 'refresh_reused');
    fail(identityErrors.session_over, { detail: 'an old refresh token was used again; the session has ended' });
  }
  fail(identityErrors.session_over);
}

async function renew(parts: IdentityParts, tx: Queries, zoneId: ZoneId, caller: Caller, presented: PresentedToken): Promise<Outcome> {
  const now = parts.clock.now();
  const family = await tx.maybeOne(findFamily(presented.sessionId));
  if (family === undefined || family.ended_at !== null || family.expires_at <= now) return { kind: 'over' };
  if (!parts.refreshTokens.made({ zoneId, sessionId: family.id, seed: family.seed }, presented)) return { kind: 'over' };

  if (presented.generation === family.generation) {
    const refresh = await advanceSession(parts, tx, zoneId, family.id, caller, family);
    if (refresh !== undefined) {
      await tx.run(touchUser(family.user_id, now));
      return renewed(await readSession(parts, tx, zoneId, { sessionId: family.id, refresh }));
    }
  }
  // Spent already, or by another in this very moment: what is the family's state now?
  const latest = await tx.maybeOne(findFamily(family.id));
  if (latest === undefined || latest.ended_at !== null) return { kind: 'over' };
  if (presented.generation === latest.generation) return { kind: 'over' }; // not advanced: the person is not active
  const spentJustNow = presented.generation === latest.generation - 1 && now.getTime() - latest.rotated_at.getTime() <= GRACE_MS;
  if (spentJustNow) {
    const refresh = cookieOf(parts, zoneId, latest);
    return renewed(await readSession(parts, tx, zoneId, { sessionId: latest.id, refresh }));
  }
  await tx.run(endSession(latest.id, latest.user_id, now, 'refresh_reused'));
  await parts.audit.record(tx, {
    action: 'refresh_reused',
    resourceType: 'session',
    resourceId: latest.id,
    actor: { id: latest.user_id, orgId: null },
    ip: caller.ip,
    userAgent: caller.userAgent,
    details: { presented: presented.generation, current: latest.generation },
  });
  return { kind: 'reused', sessionId: latest.id };
}

/** Undefined is a session whose person is not active. */
const renewed = (session: ReadySession | undefined): Outcome => (session === undefined ? { kind: 'over' } : { kind: 'renewed', session });

/** One generation on; undefined when the session has ended or another was quicker. */
export async function advanceSession(
  parts: Pick<IdentityParts, 'clock' | 'refreshTokens'>,
  tx: Queries,
  zoneId: ZoneId,
  sessionId: string,
  caller: Caller,
  known?: SessionFamilyRow,
): Promise<SignedIn['refresh'] | undefined> {
  const family = known ?? (await tx.maybeOne(findFamily(sessionId)));
  if (family === undefined) return undefined;
  const now = parts.clock.now();
  const next = parts.refreshTokens.mint({ zoneId, sessionId, seed: family.seed }, family.generation + 1);
  const expiresAt = new Date(now.getTime() + SESSION_SECONDS * 1000);
  const advanced = await tx.maybeOne(
    advanceFamily(sessionId, family.generation, sha256(next), now, expiresAt, caller.ip, clip(caller.userAgent)),
  );
  return advanced && cookieOf(parts, zoneId, advanced);
}

function cookieOf(parts: Pick<IdentityParts, 'clock' | 'refreshTokens'>, zoneId: ZoneId, family: SessionFamilyRow): SignedIn['refresh'] {
  const left = Math.floor((family.expires_at.getTime() - parts.clock.now().getTime()) / 1000);
  return {
    token: parts.refreshTokens.mint({ zoneId, sessionId: family.id, seed: family.seed }, family.generation),
    maxAgeSeconds: Math.max(1, left),
  };
}
