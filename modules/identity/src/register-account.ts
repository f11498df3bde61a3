import { violatedConstraint } from '@madang/db';
import { fail, type Locale, newId, type Principal, type ZoneContext, type ZoneTransaction } from '@madang/kernel';
import { hueOf } from './hue.ts';
import { identityErrors } from './identity-errors.ts';
import { guestRegistered, profileChanged } from './identity-events.ts';
import type { Caller, IdentityParts } from './identity-parts.ts';
import { limitByAddress } from './limit-sign-in.ts';
import { openSession, type SignedIn, signInWithin } from './open-session.ts';
import { requireStrongPassword } from './password-policy.ts';
import { advanceSession } from './refresh-session.ts';
import { findUserByEmail, insertAccount, turnGuestIntoAccount } from './user-store.ts';

export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly name: string;
  readonly locale: Locale | null;
}

/**
 * Opens an account. A guest who asks becomes it: id, session and open sockets stay, the refresh token moves on.
 * Throws `identity.email_taken`, `identity.weak_password`, `identity.already_registered`.
 */
export async function registerAccount(
  parts: IdentityParts,
  zone: ZoneContext,
  caller: Caller,
  wanted: Registration,
  fallbackLocale: Locale,
): Promise<SignedIn> {
  if (caller.principal?.kind === 'account') fail(identityErrors.already_registered);
  requireStrongPassword(wanted.password, wanted.email);
  await limitByAddress(parts, parts.limits.signInAddress, caller.ip);
  // Spares the hash where the answer is known; the constraint decides between those who ask at once.
  if ((await zone.db.maybeOne(findUserByEmail(wanted.email))) !== undefined) fail(identityErrors.email_taken);
  const passwordHash = await parts.hasher.hash(wanted.password);
  const zoneId = zone.zone.id;
  const guest = caller.principal;

  try {
    return await signInWithin(parts, zone, async (tx) => {
      const opened =
        guest === undefined
          ? await openAccount(parts, tx, zoneId, caller, wanted, passwordHash, wanted.locale ?? fallbackLocale)
          : await upgradeGuest(parts, tx, zoneId, caller, guest, wanted, passwordHash);
      await parts.audit.record(tx, {
        action: 'register',
        resourceType: 'user',
        resourceId: opened.userId,
        actor: { id: opened.userId, orgId: null },
        ip: caller.ip,
        userAgent: caller.userAgent,
        details: { upgraded: guest !== undefined },
      });
      return opened;
    });
  } catch (error) {
    if (violatedConstraint(error) === 'users_email') fail(identityErrors.email_taken, { cause: error });
    throw error;
  }
}

async function openAccount(
  parts: IdentityParts,
  tx: ZoneTransaction,
  zoneId: string,
  caller: Caller,
  wanted: Registration,
  passwordHash: string,
  locale: Locale,
) {
  const now = parts.clock.now();
  const id = newId('user', now.getTime());
  const made = await tx.maybeOne(
    insertAccount(id, wanted.name, hueOf(id), wanted.email, passwordHash, 'student', null, locale, 'active', now),
  );
  if (made === undefined) fail(identityErrors.email_taken);
  return { userId: id, ...(await openSession(parts, tx, { zoneId, userId: id, caller })) };
}

async function upgradeGuest(
  parts: IdentityParts,
  tx: ZoneTransaction,
  zoneId: string,
  caller: Caller,
  guest: Principal,
  wanted: Registration,
  passwordHash: string,
) {
  const now = parts.clock.now();
  const turned = await tx.maybeOne(turnGuestIntoAccount(guest.id, wanted.name, wanted.email, passwordHash, wanted.locale, now));
  if (turned === undefined) fail(identityErrors.already_registered);
  const refresh = await advanceSession(parts, tx, zoneId, guest.sessionId, caller);
  if (refresh === undefined) fail(identityErrors.session_over);
  await parts.events.publish(tx, guestRegistered, { userId: guest.id });
  await parts.events.publish(tx, profileChanged, { userId: guest.id });
  tx.afterCommit(() => parts.signals.personChanged(zoneId, guest.id));
  return { userId: guest.id, sessionId: guest.sessionId, refresh };
}
