import { fail, type Locale, type Principal, requestErrors, statement, type ZoneContext } from '@madang/kernel';
import type { Me } from './contract.ts';
import { identityErrors } from './identity-errors.ts';
import { accessChanged, profileChanged } from './identity-events.ts';
import type { Caller, IdentityParts } from './identity-parts.ts';
import { isOrganizationRole } from './identity-policies.ts';
import { readMe } from './me-view.ts';
import { actForOrganization, findMembership } from './organization-store.ts';

const changeProfile = statement<unknown, [id: string, name: string | null, colour: number | null, locale: Locale | null, now: Date]>(
  'identity.change_profile',
  `update identity.users set name = coalesce($2, name), colour = coalesce($3::smallint, colour), locale = coalesce($4, locale), updated_at = $5
   where zone_id = madang.zone() and id = $1`,
);

const changeAvatar = statement<unknown, [id: string, fileId: string | null, url: string | null, now: Date]>(
  'identity.change_avatar',
  'update identity.users set avatar_file_id = $2, avatar_url = $3, updated_at = $4 where zone_id = madang.zone() and id = $1',
);

export interface ProfileChange {
  readonly name?: string | undefined;
  readonly colour?: number | undefined;
  readonly locale?: Locale | undefined;
  readonly orgId?: string | undefined;
}

/** Changes what is given. Throws `identity.organization_not_found` for an organization the person does not belong to. */
export async function updateProfile(
  parts: IdentityParts,
  zone: ZoneContext,
  caller: Caller,
  person: Principal,
  change: ProfileChange,
): Promise<Me> {
  await zone.db.transaction(async (tx) => {
    const now = parts.clock.now();
    await tx.run(changeProfile(person.id, change.name ?? null, change.colour ?? null, change.locale ?? null, now));
    if (change.orgId !== undefined && change.orgId !== person.orgId) {
      const membership = await tx.maybeOne(findMembership(person.id, change.orgId));
      if (membership === undefined) fail(identityErrors.organization_not_found);
      await tx.run(actForOrganization(person.id, change.orgId, isOrganizationRole(person.role) ? membership.role : null, now));
      await parts.events.publish(tx, accessChanged, { userId: person.id });
      await parts.audit.record(tx, {
        action: 'organization_entered',
        resourceType: 'user',
        resourceId: person.id,
        actor: person,
        ip: caller.ip,
        userAgent: caller.userAgent,
        details: { from: person.orgId, to: change.orgId },
      });
    }
    await parts.events.publish(tx, profileChanged, { userId: person.id });
    tx.afterCommit(() => parts.signals.personChanged(zone.zone.id, person.id));
  });
  return readCurrent(parts, zone, person);
}

/** The picture becomes the person's through the port; without one (no media in this program) it is `request.unavailable`. */
export async function setAvatar(parts: IdentityParts, zone: ZoneContext, person: Principal, fileId: string): Promise<Me> {
  if (parts.avatars === undefined) fail(requestErrors.unavailable, { detail: 'no part of this program keeps pictures' });
  const { url } = await parts.avatars.claim(zone, person, fileId);
  return keepAvatar(parts, zone, person, fileId, url);
}

export function removeAvatar(parts: IdentityParts, zone: ZoneContext, person: Principal): Promise<Me> {
  return keepAvatar(parts, zone, person, null, null);
}

async function keepAvatar(
  parts: IdentityParts,
  zone: ZoneContext,
  person: Principal,
  fileId: string | null,
  url: string | null,
): Promise<Me> {
  await zone.db.transaction(async (tx) => {
    await tx.run(changeAvatar(person.id, fileId, url, parts.clock.now()));
    await parts.events.publish(tx, profileChanged, { userId: person.id });
    tx.afterCommit(() => parts.signals.personChanged(zone.zone.id, person.id));
  });
  return readCurrent(parts, zone, person);
}

async function readCurrent(parts: IdentityParts, zone: ZoneContext, person: Principal): Promise<Me> {
  const session = await parts.principals.find(zone, person.sessionId);
  return readMe(zone.db, session?.principal ?? person, parts.permissions());
}
