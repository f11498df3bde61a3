import { fail, type ZoneContext, type ZoneTransaction } from '@madang/kernel';
import { identityErrors } from './identity-errors.ts';
import { guestMerged } from './identity-events.ts';
import type { Caller, IdentityParts } from './identity-parts.ts';
import { countSignIn, forgetFailures, limitByAddress } from './limit-sign-in.ts';
import { openSession, type SignedIn, signInWithin } from './open-session.ts';
import { endSessionsOf } from './session-store.ts';
import { confirmSignIn, findUserByEmail, markMerged } from './user-store.ts';

/**
 * Signs in with e-mail and password; `merge` hands over what the calling guest did. An account that does not exist, one
 * without a password and a wrong password get the same answer for the same work. Throws `identity.wrong_credentials`,
 * `identity.locked_out`, `identity.suspended`, `request.rate_limited`.
 */
export async function signIn(
  parts: IdentityParts,
  zone: ZoneContext,
  caller: Caller,
  given: { email: string; password: string; merge: boolean },
): Promise<SignedIn> {
  const zoneId = zone.zone.id;
  await limitByAddress(parts, parts.limits.signInAddress, caller.ip);
  await countSignIn(parts, zoneId, given.email, caller.ip);

  const user = await zone.db.maybeOne(findUserByEmail(given.email));
  const matches = await parts.hasher.verify(user?.password_hash, given.password);
  if (!matches || user === undefined || user.password_hash === null) {
    await recordRefusal(parts, zone, caller, user?.id ?? null, 'wrong_credentials');
    fail(identityErrors.wrong_credentials);
  }
  await forgetFailures(parts, zoneId, given.email, caller.ip);
  if (user.status === 'suspended') {
    await recordRefusal(parts, zone, caller, user.id, 'suspended');
    fail(identityErrors.suspended);
  }

  const checked = user.password_hash;
  return signInWithin(parts, zone, async (tx) => {
    const now = parts.clock.now();
    if ((await tx.maybeOne(confirmSignIn(user.id, checked, now))) === undefined) fail(identityErrors.wrong_credentials);
    const opened = await openSession(parts, tx, { zoneId, userId: user.id, caller });
    const guest = caller.principal?.kind === 'guest' && given.merge ? caller.principal : undefined;
    const merged = guest !== undefined && (await mergeGuest(parts, tx, guest.id, user.id));
    await parts.audit.record(tx, {
      action: 'login',
      resourceType: 'session',
      resourceId: opened.sessionId,
      actor: { id: user.id, orgId: user.org_id },
      ip: caller.ip,
      userAgent: caller.userAgent,
      details: { method: 'password', ...(merged && { mergedGuest: guest.id }) },
    });
    return opened;
  });
}

/** False when the guest is one no more (merged by another tab): nothing is left to hand over. */
async function mergeGuest(parts: IdentityParts, tx: ZoneTransaction, guestId: string, userId: string): Promise<boolean> {
  const now = parts.clock.now();
  if ((await tx.run(markMerged(guestId, userId, now))) === 0) return false;
  const ended = await tx.many(endSessionsOf(guestId, null, now, 'merged'));
  await parts.events.publish(tx, guestMerged, { guestId, userId });
  tx.afterCommit(() => {
    for (const session of ended) parts.signals.sessionEnded(tx.zoneId, session.id, 'merged');
    parts.signals.personChanged(tx.zoneId, guestId);
  });
  return true;
}

function recordRefusal(parts: IdentityParts, zone: ZoneContext, caller: Caller, userId: string | null, reason: string): Promise<void> {
  return zone.db.transaction((tx) =>
    parts.audit.record(tx, {
      action: 'login_failed',
      resourceType: 'user',
      resourceId: userId,
      actor: null,
      ip: caller.ip,
      userAgent: caller.userAgent,
      details: { reason },
    }),
  );
}
