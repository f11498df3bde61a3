import { type Capability, type Principal, type Queries, type Role, statement, type ZoneContext } from '@madang/kernel';
import type { Member } from './contract.ts';
import { cursorOf, page, placeOf } from './page-cursor.ts';

interface MemberRow {
  id: string;
  kind: 'guest' | 'account';
  name: string;
  colour: number;
  avatar_url: string | null;
  email: string | null;
  role: Role;
  capabilities: Capability[];
  org_id: string | null;
  org_name: string | null;
  status: Member['status'];
  created_at: Date;
  last_seen_at: Date | null;
}

const MEMBER = `select u.id, u.kind, u.name, u.colour, u.avatar_url, u.email, u.role, u.org_id, o.name as org_name, u.status, u.created_at, u.last_seen_at,
    array(select c.capability from identity.capabilities c where c.zone_id = u.zone_id and c.user_id = u.id order by 1) as capabilities
  from identity.users u left join identity.organizations o on o.zone_id = u.zone_id and o.id = u.org_id`;

const findMember = statement<MemberRow, [id: string]>('identity.find_member', `${MEMBER} where u.zone_id = madang.zone() and u.id = $1`);

/** Accounts, newest first; each filter left out when null. */
const listMembers = statement<
  MemberRow,
  [
    pattern: string | null,
    role: string | null,
    status: string | null,
    orgId: string | null,
    beforeAt: string | null,
    beforeId: string | null,
    limit: number,
  ]
>(
  'identity.list_members',
  `${MEMBER}
   where u.zone_id = madang.zone() and u.kind = 'account' and u.home_zone_id is null
     and ($1::text is null or lower(u.name) like $1 or u.email like $1)
     and ($2::text is null or u.role = $2)
     and ($3::text is null or u.status = $3)
     and ($4::text is null or exists (select from identity.memberships m where m.zone_id = u.zone_id and m.user_id = u.id and m.org_id = $4))
     and ($5::timestamptz is null or (u.created_at, u.id) < ($5::timestamptz, $6))
   order by u.created_at desc, u.id desc limit $7`,
);

/** Accounts the asker reaches: all of the zone, or those of their organization. */
export async function membersFor(
  zone: ZoneContext,
  asker: Principal,
  wanted: {
    query?: string | undefined;
    role?: Role | undefined;
    status?: Member['status'] | undefined;
    orgId?: string | undefined;
    cursor?: string | undefined;
    limit: number;
  },
): Promise<{ items: Member[]; next: string | undefined }> {
  const [at, id] = placeOf(wanted.cursor, 2) ?? [];
  const zoneWide = asker.scopeOf('user:read') === 'zone';
  if (!zoneWide && (asker.orgId === null || (wanted.orgId !== undefined && wanted.orgId !== asker.orgId))) {
    return { items: [], next: undefined };
  }
  const before = at === undefined || Number.isNaN(Date.parse(at)) ? null : at;
  const pattern = wanted.query === undefined ? null : `%${likeLiteral(wanted.query.toLowerCase())}%`;
  const orgId = zoneWide ? (wanted.orgId ?? null) : asker.orgId;
  const rows = await zone.db.many(
    listMembers(pattern, wanted.role ?? null, wanted.status ?? null, orgId, before, id ?? null, wanted.limit + 1),
  );
  const { rows: shown, next } = page(rows, wanted.limit, (last) => cursorOf(last.created_at.toISOString(), last.id));
  return { items: shown.map(memberOf), next };
}

export async function readMember(queries: Queries, id: string): Promise<Member> {
  return memberOf(await queries.one(findMember(id)));
}

/** What LIKE would take for its own characters, taken literally. */
export const likeLiteral = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

const memberOf = (row: MemberRow): Member => ({
  id: row.id,
  name: row.name,
  colour: row.colour,
  avatarUrl: row.avatar_url,
  role: row.role,
  guest: row.kind === 'guest',
  email: row.email,
  capabilities: row.capabilities,
  organization: row.org_id === null ? null : { id: row.org_id, name: row.org_name ?? '' },
  status: row.status,
  createdAt: row.created_at.toISOString(),
  lastSeenAt: row.last_seen_at?.toISOString() ?? null,
});
