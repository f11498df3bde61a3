import { violatedConstraint } from '@madang/db';
import { fail, mayReach, newId, type Principal, type ZoneContext } from '@madang/kernel';
import type { Organization } from './contract.ts';
import { identityErrors } from './identity-errors.ts';
import type { Caller, IdentityParts } from './identity-parts.ts';
import {
  deleteOrganization,
  findOrganization,
  insertOrganization,
  listOrganizations,
  type OrganizationRow,
  renameOrganization,
} from './organization-store.ts';
import { cursorOf, page, placeOf } from './page-cursor.ts';

/** Those the asker reaches: all of the zone, or their own. */
export async function organizationsFor(
  zone: ZoneContext,
  asker: Principal,
  wanted: { cursor?: string | undefined; limit: number },
): Promise<{ items: Organization[]; next: string | undefined }> {
  const [name, id] = placeOf(wanted.cursor, 2) ?? [];
  const only = asker.scopeOf('org:read') === 'zone' ? null : asker.orgId;
  if (only === null && asker.scopeOf('org:read') !== 'zone') return { items: [], next: undefined };
  const rows = await zone.db.many(listOrganizations(name ?? null, id ?? null, only, wanted.limit + 1));
  const { rows: shown, next } = page(rows, wanted.limit, (last) => cursorOf(last.name, last.id));
  return { items: shown.map(organizationOf), next };
}

export async function foundOrganization(
  parts: IdentityParts,
  zone: ZoneContext,
  caller: Caller,
  actor: Principal,
  name: string,
): Promise<Organization> {
  return zone.db.transaction(async (tx) => {
    const now = parts.clock.now();
    const id = newId('org', now.getTime());
    if ((await tx.maybeOne(insertOrganization(id, name, now))) === undefined) fail(identityErrors.organization_name_taken);
    await parts.audit.record(tx, {
      action: 'create',
      resourceType: 'organization',
      resourceId: id,
      actor,
      ip: caller.ip,
      userAgent: caller.userAgent,
      details: { name },
    });
    return { id, name, memberCount: 0, createdAt: now.toISOString() };
  });
}

export async function changeOrganizationName(
  parts: IdentityParts,
  zone: ZoneContext,
  caller: Caller,
  actor: Principal,
  id: string,
  name: string,
): Promise<Organization> {
  if (!mayReach(actor, 'org:update', { orgId: id })) fail(identityErrors.organization_not_found);
  try {
    return await zone.db.transaction(async (tx) => {
      const before = await tx.maybeOne(findOrganization(id));
      if (before === undefined) fail(identityErrors.organization_not_found);
      await tx.run(renameOrganization(id, name, parts.clock.now()));
      await parts.audit.record(tx, {
        action: 'update',
        resourceType: 'organization',
        resourceId: id,
        actor,
        ip: caller.ip,
        userAgent: caller.userAgent,
        details: { from: before.name, to: name },
      });
      return organizationOf({ ...before, name });
    });
  } catch (error) {
    if (violatedConstraint(error) === 'organizations_name') fail(identityErrors.organization_name_taken, { cause: error });
    throw error;
  }
}

/** Only an organization without members goes: nobody loses their place by a slip. */
export async function dissolveOrganization(
  parts: IdentityParts,
  zone: ZoneContext,
  caller: Caller,
  actor: Principal,
  id: string,
): Promise<void> {
  try {
    await zone.db.transaction(async (tx) => {
      const before = await tx.maybeOne(findOrganization(id));
      if (before === undefined) fail(identityErrors.organization_not_found);
      await tx.run(deleteOrganization(id));
      await parts.audit.record(tx, {
        action: 'delete',
        resourceType: 'organization',
        resourceId: id,
        actor,
        ip: caller.ip,
        userAgent: caller.userAgent,
        details: { name: before.name },
      });
    });
  } catch (error) {
    if (violatedConstraint(error)?.endsWith('_fkey')) fail(identityErrors.organization_in_use, { cause: error });
    throw error;
  }
}

const organizationOf = (row: OrganizationRow): Organization => ({
  id: row.id,
  name: row.name,
  memberCount: row.member_count,
  createdAt: row.created_at.toISOString(),
});
