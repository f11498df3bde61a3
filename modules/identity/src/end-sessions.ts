import { fail, type Principal, type ZoneContext } from '@madang/kernel';
import { identityErrors } from './identity-errors.ts';
import type { Caller, IdentityParts } from './identity-parts.ts';
import { parseRefreshToken } from './refresh-tokens.ts';
import { endSession, endSessionsOf, findFamily } from './session-store.ts';

/** Ends the caller's session and the one the cookie belongs to; signing out twice is no error. */
export async function signOut(parts: IdentityParts, zone: ZoneContext, caller: Caller, cookie: string | undefined): Promise<void> {
  const zoneId = zone.zone.id;
  const presented = parseRefreshToken(cookie);
  await zone.db.transaction(async (tx) => {
    const now = parts.clock.now();
    const mine = new Map<string, string>();
    if (caller.principal !== undefined) mine.set(caller.principal.sessionId, caller.principal.id);
    if (presented !== undefined) {
      const family = await tx.maybeOne(findFamily(presented.sessionId));
      if (family !== undefined && parts.refreshTokens.made({ zoneId, sessionId: family.id, seed: family.seed }, presented)) {
        mine.set(family.id, family.user_id);
      }
    }
    for (const [sessionId, userId] of mine) {
      if ((await tx.maybeOne(endSession(sessionId, userId, now, 'logout'))) === undefined) continue;
      await parts.audit.record(tx, {
        action: 'logout',
        resourceType: 'session',
        resourceId: sessionId,
        actor: { id: userId, orgId: caller.principal?.orgId ?? null },
        ip: caller.ip,
        userAgent: caller.userAgent,
      });
      tx.afterCommit(() => parts.signals.sessionEnded(zoneId, sessionId, 'logout'));
    }
  });
}

/** Ends one of the person's own sessions. Throws `identity.session_not_found`. */
export async function revokeSession(
  parts: IdentityParts,
  zone: ZoneContext,
  caller: Caller,
  person: Principal,
  sessionId: string,
): Promise<void> {
  await zone.db.transaction(async (tx) => {
    const ended = await tx.maybeOne(endSession(sessionId, person.id, parts.clock.now(), 'revoked'));
    if (ended === undefined) fail(identityErrors.session_not_found);
    await recordRevoked(parts, tx, caller, person, [sessionId]);
    tx.afterCommit(() => parts.signals.sessionEnded(zone.zone.id, sessionId, 'revoked'));
  });
}

/** Ends all of the person's sessions but the one that asks. */
export async function revokeOtherSessions(parts: IdentityParts, zone: ZoneContext, caller: Caller, person: Principal): Promise<void> {
  await zone.db.transaction(async (tx) => {
    const ended = await tx.many(endSessionsOf(person.id, person.sessionId, parts.clock.now(), 'revoked'));
    if (ended.length === 0) return;
    const ids = ended.map((session) => session.id);
    await recordRevoked(parts, tx, caller, person, ids);
    tx.afterCommit(() => {
      for (const id of ids) parts.signals.sessionEnded(zone.zone.id, id, 'revoked');
    });
  });
}

function recordRevoked(
  parts: IdentityParts,
  tx: Parameters<IdentityParts['audit']['record']>[0],
  caller: Caller,
  person: Principal,
  ids: readonly string[],
) {
  return parts.audit.record(tx, {
    action: 'sessions_revoked',
    resourceType: 'session',
    resourceId: ids.length === 1 ? ids[0] : null,
    actor: person,
    ip: caller.ip,
    userAgent: caller.userAgent,
    details: { count: ids.length },
  });
}
