import { fail, mayReach, type Principal, type Role, type ZoneContext, type ZoneTransaction } from '@madang/kernel';
import type { Member } from './contract.ts';
import { identityErrors } from './identity-errors.ts';
import { accessChanged, profileChanged } from './identity-events.ts';
import type { Caller, IdentityParts } from './identity-parts.ts';
import { isAbove, isOrganizationRole } from './identity-policies.ts';
import { readMember } from './member-views.ts';
import { actForOrganization, deleteMembership, findMembership, findOrganization, putMembership } from './organization-store.ts';
import { findUserForUpdate, type UserRow } from './user-store.ts';

type OrganizationRole = Extract<Role, 'org_admin' | 'teacher' | 'student' | 'parent'>;

/**
 * Makes someone a member, or changes the role they hold in the organization. Only who administers the zone adds people who
 * do not belong to it yet. Throws `identity.organization_not_found`, `identity.person_not_found`, `identity.above_you`, `identity.guest_cannot`.
 */
export async function giveMembership(
  parts: IdentityParts,
  zone: ZoneContext,
  caller: Caller,
  actor: Principal,
  wanted: { orgId: string; userId: string; role: OrganizationRole },
): Promise<Member> {
  if (isAbove(wanted.role, actor.role)) fail(identityErrors.above_you);
  return zone.db.transaction(async (tx) => {
    const { person, held } = await reach(tx, actor, wanted);
    if (person.kind === 'guest') fail(identityErrors.guest_cannot);
    if (held === undefined && actor.scopeOf('org:update') !== 'zone') fail(identityErrors.person_not_found);
    const now = parts.clock.now();
    await tx.run(putMembership(person.id, wanted.orgId, wanted.role, now));
    if (person.org_id === null || person.org_id === wanted.orgId) {
      const role = isOrganizationRole(person.role) ? wanted.role : null;
      await tx.run(actForOrganization(person.id, wanted.orgId, role, now));
    }
    await announce(parts, tx, caller, actor, person.id, { orgId: wanted.orgId, from: held?.role ?? null, to: wanted.role });
    return readMember(tx, person.id);
  });
}

/** Ends a membership; who acted for that organization is a student of none until they choose another. Throws as `giveMembership`. */
export async function endMembership(
  parts: IdentityParts,
  zone: ZoneContext,
  caller: Caller,
  actor: Principal,
  wanted: { orgId: string; userId: string },
): Promise<void> {
  await zone.db.transaction(async (tx) => {
    const { person, held } = await reach(tx, actor, wanted);
    if (held === undefined || isAbove(held.role, actor.role)) fail(identityErrors.person_not_found);
    await tx.run(deleteMembership(person.id, wanted.orgId));
    if (person.org_id === wanted.orgId) {
      const role = isOrganizationRole(person.role) ? 'student' : null;
      await tx.run(actForOrganization(person.id, null, role, parts.clock.now()));
    }
    await announce(parts, tx, caller, actor, person.id, { orgId: wanted.orgId, from: held.role, to: null });
  });
}

async function reach(tx: ZoneTransaction, actor: Principal, wanted: { orgId: string; userId: string }) {
  if (!mayReach(actor, 'org:update', { orgId: wanted.orgId })) fail(identityErrors.organization_not_found);
  if ((await tx.maybeOne(findOrganization(wanted.orgId))) === undefined) fail(identityErrors.organization_not_found);
  const person: UserRow | undefined = await tx.maybeOne(findUserForUpdate(wanted.userId));
  if (person === undefined || person.status === 'merged' || person.home_zone_id !== null) fail(identityErrors.person_not_found);
  if (isAbove(person.role, actor.role)) fail(identityErrors.above_you);
  return { person, held: await tx.maybeOne(findMembership(person.id, wanted.orgId)) };
}

async function announce(
  parts: IdentityParts,
  tx: ZoneTransaction,
  caller: Caller,
  actor: Principal,
  userId: string,
  change: { orgId: string; from: Role | null; to: Role | null },
): Promise<void> {
  await parts.events.publish(tx, accessChanged, { userId });
  await parts.events.publish(tx, profileChanged, { userId });
  await parts.audit.record(tx, {
    action: 'membership_changed',
    resourceType: 'user',
    resourceId: userId,
    actor,
    ip: caller.ip,
    userAgent: caller.userAgent,
    details: change,
  });
  tx.afterCommit(() => parts.signals.personChanged(tx.zoneId, userId));
}
