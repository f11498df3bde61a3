import {
  type Capability,
  fail,
  mayReach,
  type Principal,
  type Role,
  statement,
  type ZoneContext,
  type ZoneTransaction,
} from '@madang/kernel';
import type { Member } from './contract.ts';
import { identityErrors } from './identity-errors.ts';
import { accessChanged, profileChanged } from './identity-events.ts';
import type { Caller, IdentityParts } from './identity-parts.ts';
import { ADMINISTRATORS, isAbove, isOrganizationRole, mayGrantOperator } from './identity-policies.ts';
import { readMember } from './member-views.ts';
import { deleteMembership, findOrganization, putMembership } from './organization-store.ts';
import { endSessionsOf } from './session-store.ts';
import { addCapability, findUserForUpdate, keepCapabilities, type UserRow } from './user-store.ts';

export interface MemberChange {
  readonly role?: Exclude<Role, 'guest'> | undefined;
  readonly orgId?: string | null | undefined;
  readonly capabilities?: readonly Capability[] | undefined;
  readonly status?: 'active' | 'suspended' | undefined;
}

/** Who changes what an administrator is waits for who did so before: two cannot remove each other at once. */
const lockAdministrators = statement<unknown, []>(
  'identity.lock_administrators',
  "select pg_advisory_xact_lock(hashtextextended('identity.administrators ' || madang.zone(), 0))",
);
const countOtherAdministrators = statement<{ others: number }, [id: string, roles: readonly Role[]]>(
  'identity.count_other_administrators',
  `select count(*)::int as others from identity.users
   where zone_id = madang.zone() and role = any($2) and status = 'active' and home_zone_id is null and id <> $1`,
);
const changeAccess = statement<unknown, [id: string, role: Role, orgId: string | null, status: string, now: Date]>(
  'identity.change_access',
  'update identity.users set role = $2, org_id = $3, status = $4, updated_at = $5 where zone_id = madang.zone() and id = $1',
);

/**
 * Changes a person's role, organization, capabilities or standing. It bites on every node within a second; suspending ends
 * the person's sessions. Throws `identity.person_not_found` for who is out of reach, `identity.above_you`,
 * `identity.last_administrator`, `identity.guest_cannot`, `identity.organization_not_found`, `identity.role_needs_organization`.
 */
export async function updateMember(
  parts: IdentityParts,
  zone: ZoneContext,
  caller: Caller,
  actor: Principal,
  userId: string,
  change: MemberChange,
): Promise<Member> {
  return zone.db.transaction(async (tx) => {
    await tx.run(lockAdministrators());
    const person = await tx.maybeOne(findUserForUpdate(userId));
    if (person === undefined || person.status === 'merged' || person.home_zone_id !== null) fail(identityErrors.person_not_found);
    if (!mayReach(actor, 'user:update', { orgId: person.org_id })) fail(identityErrors.person_not_found);
    const next = decide(actor, zone, person, change);
    if (next.orgId !== null && next.orgId !== person.org_id && (await tx.maybeOne(findOrganization(next.orgId))) === undefined) {
      fail(identityErrors.organization_not_found);
    }
    await protectLastAdministrator(tx, person, next);

    const now = parts.clock.now();
    await moveMembership(tx, person, next, now);
    await tx.run(changeAccess(person.id, next.role, next.orgId, next.status, now));
    await tx.run(keepCapabilities(person.id, next.capabilities));
    for (const capability of next.capabilities) await tx.run(addCapability(person.id, capability, actor.id, now));
    const ended = next.status === 'suspended' ? await tx.many(endSessionsOf(person.id, null, now, 'suspended')) : [];
    await parts.events.publish(tx, accessChanged, { userId: person.id });
    if (next.role !== person.role) await parts.events.publish(tx, profileChanged, { userId: person.id });
    await parts.audit.record(tx, {
      action: 'update',
      resourceType: 'user',
      resourceId: person.id,
      actor,
      ip: caller.ip,
      userAgent: caller.userAgent,
      details: {
        from: { role: person.role, orgId: person.org_id, capabilities: person.capabilities, status: person.status },
        to: { role: next.role, orgId: next.orgId, capabilities: next.capabilities, status: next.status },
      },
    });
    tx.afterCommit(() => {
      parts.signals.personChanged(zone.zone.id, person.id);
      for (const session of ended) parts.signals.sessionEnded(zone.zone.id, session.id, 'suspended');
    });
    return readMember(tx, person.id);
  });
}

interface Standing {
  readonly role: Role;
  readonly orgId: string | null;
  readonly capabilities: readonly Capability[];
  readonly status: UserRow['status'];
}

/** What the person will be, or a refusal: nobody touches who stands above them, and nobody grants what is above themselves. */
function decide(actor: Principal, zone: ZoneContext, person: UserRow, change: MemberChange): Standing {
  if (isAbove(person.role, actor.role)) fail(identityErrors.above_you);
  if (person.capabilities.includes('operator') && !mayGrantOperator(actor)) fail(identityErrors.above_you);
  if (person.kind === 'guest' && (change.role ?? change.capabilities) !== undefined) fail(identityErrors.guest_cannot);
  if (person.kind === 'guest' && change.orgId != null) fail(identityErrors.guest_cannot);

  const role = change.role ?? person.role;
  if (isAbove(role, actor.role)) fail(identityErrors.above_you);
  if (role === 'super_admin' && role !== person.role && !zone.zone.portal) fail(identityErrors.portal_only);

  const zoneWide = actor.scopeOf('user:update') === 'zone';
  const orgId = change.orgId === undefined ? person.org_id : change.orgId;
  if (!zoneWide && orgId !== null && orgId !== actor.orgId) fail(identityErrors.organization_not_found);
  if (role === 'org_admin' && orgId === null) fail(identityErrors.role_needs_organization);

  const capabilities = change.capabilities === undefined ? person.capabilities : [...new Set(change.capabilities)].sort();
  const changed = capabilities.join() !== person.capabilities.join();
  const operatorChanged = capabilities.includes('operator') !== person.capabilities.includes('operator');
  if (changed && !zoneWide) fail(identityErrors.above_you);
  if (operatorChanged && !mayGrantOperator(actor)) fail(identityErrors.above_you);
  if (operatorChanged && !zone.zone.portal) fail(identityErrors.portal_only);

  const reinstated = person.kind === 'account' && person.password_hash === null ? 'invited' : 'active';
  const status = change.status === undefined ? person.status : change.status === 'suspended' ? 'suspended' : reinstated;
  return { role, orgId, capabilities, status };
}

async function protectLastAdministrator(tx: ZoneTransaction, person: UserRow, next: Standing): Promise<void> {
  if (!ADMINISTRATORS.includes(person.role) || person.status !== 'active') return;
  if (ADMINISTRATORS.includes(next.role) && next.status === 'active') return;
  const { others } = await tx.one(countOtherAdministrators(person.id, ADMINISTRATORS));
  if (others === 0) fail(identityErrors.last_administrator);
}

/** The membership in force follows the person's organization; the one left behind ends. */
async function moveMembership(tx: ZoneTransaction, person: UserRow, next: Standing, now: Date): Promise<void> {
  if (person.org_id !== null && person.org_id !== next.orgId) await tx.run(deleteMembership(person.id, person.org_id));
  if (next.orgId === null) return;
  await tx.run(putMembership(person.id, next.orgId, isOrganizationRole(next.role) ? next.role : 'student', now));
}
