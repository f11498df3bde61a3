import { type Role, statement } from '@madang/kernel';

export interface OrganizationRow {
  id: string;
  name: string;
  member_count: number;
  created_at: Date;
}

const ORGANIZATION = `o.id, o.name, o.created_at,
  (select count(*)::int from identity.memberships m where m.zone_id = o.zone_id and m.org_id = o.id) as member_count`;

export const findOrganization = statement<OrganizationRow, [id: string]>(
  'identity.find_organization',
  `select ${ORGANIZATION} from identity.organizations o where o.zone_id = madang.zone() and o.id = $1`,
);

/** By name; `after` is the last name and id of the page before. One organization only when `only` is given. */
export const listOrganizations = statement<
  OrganizationRow,
  [afterName: string | null, afterId: string | null, only: string | null, limit: number]
>(
  'identity.list_organizations',
  `select ${ORGANIZATION} from identity.organizations o
   where o.zone_id = madang.zone() and ($1::text is null or (lower(o.name), o.id) > (lower($1), $2)) and ($3::text is null or o.id = $3)
   order by lower(o.name), o.id limit $4`,
);

/** No row when the name is taken. */
export const insertOrganization = statement<{ id: string }, [id: string, name: string, now: Date]>(
  'identity.insert_organization',
  `insert into identity.organizations (zone_id, id, name, created_at, updated_at) values (madang.zone(), $1, $2, $3, $3)
   on conflict (zone_id, lower(name)) do nothing returning id`,
);

export const findOrganizationByName = statement<{ id: string }, [name: string]>(
  'identity.find_organization_by_name',
  'select id from identity.organizations where zone_id = madang.zone() and lower(name) = lower($1)',
);

/** Fails on `organizations_name` when the name is taken. */
export const renameOrganization = statement<unknown, [id: string, name: string, now: Date]>(
  'identity.rename_organization',
  'update identity.organizations set name = $2, updated_at = $3 where zone_id = madang.zone() and id = $1',
);

/** Fails on a foreign key when someone belongs to it. */
export const deleteOrganization = statement<unknown, [id: string]>(
  'identity.delete_organization',
  'delete from identity.organizations where zone_id = madang.zone() and id = $1',
);

export const findMembership = statement<{ role: Role }, [userId: string, orgId: string]>(
  'identity.find_membership',
  'select role from identity.memberships where zone_id = madang.zone() and user_id = $1 and org_id = $2',
);

export const putMembership = statement<unknown, [userId: string, orgId: string, role: Role, now: Date]>(
  'identity.put_membership',
  `insert into identity.memberships (zone_id, user_id, org_id, role, joined_at) values (madang.zone(), $1, $2, $3, $4)
   on conflict (zone_id, user_id, org_id) do update set role = excluded.role`,
);

export const deleteMembership = statement<unknown, [userId: string, orgId: string]>(
  'identity.delete_membership',
  'delete from identity.memberships where zone_id = madang.zone() and user_id = $1 and org_id = $2',
);

/** The organization a person acts for; the role too where one is given. */
export const actForOrganization = statement<unknown, [userId: string, orgId: string | null, role: Role | null, now: Date]>(
  'identity.act_for_organization',
  `update identity.users set org_id = $2, role = coalesce($3, role), updated_at = $4 where zone_id = madang.zone() and id = $1`,
);
