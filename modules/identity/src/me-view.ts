import { type Locale, type Principal, type Queries, type Role, statement } from '@madang/kernel';
import type { Me } from './contract.ts';
import type { RolePermissions } from './role-permissions.ts';

interface MeRow {
  id: string;
  kind: 'guest' | 'account';
  name: string;
  colour: number;
  avatar_url: string | null;
  role: Role;
  email: string | null;
  locale: Locale;
  org_id: string | null;
  org_name: string | null;
  created_at: Date;
}

const findMe = statement<MeRow, [id: string]>(
  'identity.find_me',
  `select u.id, u.kind, u.name, u.colour, u.avatar_url, u.role, u.email, u.locale, u.org_id, o.name as org_name, u.created_at
   from identity.users u left join identity.organizations o on o.zone_id = u.zone_id and o.id = u.org_id
   where u.zone_id = madang.zone() and u.id = $1`,
);

/** The person as they see themselves; role and capabilities are the session's (who entered from the portal holds more there). */
export async function readMe(queries: Queries, principal: Principal, permissions: RolePermissions): Promise<Me> {
  const row = await queries.one(findMe(principal.id));
  return {
    id: row.id,
    name: row.name,
    colour: row.colour,
    avatarUrl: row.avatar_url,
    role: principal.role,
    guest: row.kind === 'guest',
    email: row.email,
    locale: row.locale,
    capabilities: [...principal.capabilities],
    organization: row.org_id === null ? null : { id: row.org_id, name: row.org_name ?? '' },
    permissions: [...permissions.of(principal.role, principal.capabilities).list],
    createdAt: row.created_at.toISOString(),
  };
}
