import { fail, type Locale, newId, type Principal, type Role, type ZoneContext } from '@madang/kernel';
import type { Member } from './contract.ts';
import { hueOf } from './hue.ts';
import { identityErrors } from './identity-errors.ts';
import type { Caller, IdentityParts } from './identity-parts.ts';
import { isAbove, isOrganizationRole } from './identity-policies.ts';
import { limitByAddress } from './limit-sign-in.ts';
import { readMember } from './member-views.ts';
import { issueOneTimeToken, spendOneTimeToken } from './one-time-tokens.ts';
import { openSession, type SignedIn, signInWithin } from './open-session.ts';
import { findOrganization, putMembership } from './organization-store.ts';
import { requireStrongPassword } from './password-policy.ts';
import { findUser, insertAccount, setPasswordHash } from './user-store.ts';

/** An invitation waits a week. */
export const INVITATION_SECONDS = 7 * 86_400;

export interface Invitation {
  readonly email: string;
  readonly name: string;
  readonly role: Exclude<Role, 'guest' | 'super_admin'>;
  readonly orgId?: string | null | undefined;
  readonly locale?: Locale | undefined;
}

/**
 * Makes an account without a password and the token with which its person chooses one. Who administers an organization
 * invites into it. Throws `identity.above_you`, `identity.organization_not_found`, `identity.email_taken`.
 */
export async function inviteMember(
  parts: IdentityParts,
  zone: ZoneContext,
  caller: Caller,
  actor: Principal,
  invitation: Invitation,
  fallbackLocale: Locale,
): Promise<{ member: Member; token: string; expiresAt: Date }> {
  if (isAbove(invitation.role, actor.role)) fail(identityErrors.above_you);
  const zoneWide = actor.scopeOf('user:create') === 'zone';
  const orgId = zoneWide ? (invitation.orgId ?? null) : actor.orgId;
  if (!zoneWide && (orgId === null || (invitation.orgId != null && invitation.orgId !== orgId))) {
    fail(identityErrors.organization_not_found);
  }
  if (invitation.role === 'org_admin' && orgId === null) fail(identityErrors.role_needs_organization);

  return zone.db.transaction(async (tx) => {
    const now = parts.clock.now();
    const id = newId('user', now.getTime());
    if (orgId !== null && (await tx.maybeOne(findOrganization(orgId))) === undefined) fail(identityErrors.organization_not_found);
    const locale = invitation.locale ?? fallbackLocale;
    const made = await tx.maybeOne(
      insertAccount(id, invitation.name, hueOf(id), invitation.email, null, invitation.role, orgId, locale, 'invited', now),
    );
    if (made === undefined) fail(identityErrors.email_taken);
    if (orgId !== null && isOrganizationRole(invitation.role)) await tx.run(putMembership(id, orgId, invitation.role, now));
    const issued = await issueOneTimeToken(tx, { purpose: 'set-password', userId: id, now, lifeSeconds: INVITATION_SECONDS });
    await parts.audit.record(tx, {
      action: 'create',
      resourceType: 'user',
      resourceId: id,
      actor,
      ip: caller.ip,
      userAgent: caller.userAgent,
      details: { role: invitation.role, orgId },
    });
    return { member: await readMember(tx, id), ...issued };
  });
}

/** The invited person chooses a password and is signed in. Throws `identity.link_invalid`, `identity.weak_password`. */
export async function acceptInvitation(
  parts: IdentityParts,
  zone: ZoneContext,
  caller: Caller,
  given: { token: string; password: string; name?: string | undefined },
): Promise<SignedIn> {
  await limitByAddress(parts, parts.limits.signInAddress, caller.ip);
  requireStrongPassword(given.password, '');
  const passwordHash = await parts.hasher.hash(given.password);
  const zoneId = zone.zone.id;
  return signInWithin(parts, zone, async (tx) => {
    const now = parts.clock.now();
    const token = await spendOneTimeToken(tx, 'set-password', given.token, now);
    const user = token?.userId == null ? undefined : await tx.maybeOne(findUser(token.userId));
    if (user?.email == null) fail(identityErrors.link_invalid);
    requireStrongPassword(given.password, user.email); // throwing here gives the token back
    if ((await tx.maybeOne(setPasswordHash(user.id, passwordHash, given.name ?? null, now))) === undefined) {
      fail(identityErrors.link_invalid);
    }
    const opened = await openSession(parts, tx, { zoneId, userId: user.id, caller });
    await parts.audit.record(tx, {
      action: 'login',
      resourceType: 'session',
      resourceId: opened.sessionId,
      actor: { id: user.id, orgId: user.org_id },
      ip: caller.ip,
      userAgent: caller.userAgent,
      details: { method: 'invitation' },
    });
    tx.afterCommit(() => parts.signals.personChanged(zoneId, user.id));
    return opened;
  });
}
