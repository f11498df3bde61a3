import { fail, type Principal, type ZoneContext } from '@madang/kernel';
import { identityErrors } from './identity-errors.ts';
import type { Caller, IdentityParts } from './identity-parts.ts';
import { countSignIn, forgetFailures } from './limit-sign-in.ts';
import { requireStrongPassword } from './password-policy.ts';
import { endSessionsOf } from './session-store.ts';
import { confirmSignIn, findUser, setPasswordHash } from './user-store.ts';

/**
 * Changes the password and ends the person's other sessions. Wrong old passwords count toward the account's lockout.
 * Throws `identity.wrong_password`, `identity.weak_password`, `identity.guest_cannot`, `identity.locked_out`.
 */
export async function changePassword(
  parts: IdentityParts,
  zone: ZoneContext,
  caller: Caller,
  person: Principal,
  change: { oldPassword: string; newPassword: string },
): Promise<void> {
  const zoneId = zone.zone.id;
  const user = await zone.db.maybeOne(findUser(person.id));
  if (user?.email == null || user.password_hash === null) fail(identityErrors.guest_cannot);
  const { email, password_hash: oldHash } = user;
  requireStrongPassword(change.newPassword, email, 'body.newPassword');
  await countSignIn(parts, zoneId, email, caller.ip);
  if (!(await parts.hasher.verify(oldHash, change.oldPassword))) fail(identityErrors.wrong_password);
  await forgetFailures(parts, zoneId, email, caller.ip);
  const newHash = await parts.hasher.hash(change.newPassword);

  await zone.db.transaction(async (tx) => {
    const now = parts.clock.now();
    if ((await tx.maybeOne(confirmSignIn(person.id, oldHash, now))) === undefined) fail(identityErrors.wrong_password);
    await tx.run(setPasswordHash(person.id, newHash, null, now));
    const ended = await tx.many(endSessionsOf(person.id, person.sessionId, now, 'password_changed'));
    await parts.audit.record(tx, {
      action: 'password_changed',
      resourceType: 'user',
      resourceId: person.id,
      actor: person,
      ip: caller.ip,
      userAgent: caller.userAgent,
      details: { sessionsEnded: ended.length },
    });
    tx.afterCommit(() => {
      for (const session of ended) parts.signals.sessionEnded(zoneId, session.id, 'password_changed');
    });
  });
}
