import { type Clock, type Role, statement, type ZoneContext } from '@madang/kernel';
import type { PublicPerson } from './contract.ts';
import { likeLiteral } from './member-views.ts';

/** A guest not seen for a week is not somebody to write to. */
const GUESTS_SEEN_MS = 7 * 86_400_000;

interface FoundRow {
  id: string;
  name: string;
  colour: number;
  avatar_url: string | null;
  role: Role;
  kind: 'guest' | 'account';
}

const findPeople = statement<FoundRow, [wanted: string, pattern: string, guestsSeenAfter: Date, most: number]>(
  'identity.find_people',
  `select u.id, u.name, u.colour, u.avatar_url, u.role, u.kind
   from identity.find_people_by_name($1, $2, $3, $4) f
   join identity.users u on u.zone_id = madang.zone() and u.id = f.user_id
   order by f.closeness desc, u.last_seen_at desc nulls last, u.id`,
);

/** Who begins with the query first, then who is called something like it. */
export async function searchPeople(clock: Clock, zone: ZoneContext, query: string, limit: number): Promise<PublicPerson[]> {
  const wanted = query.toLowerCase();
  const seenAfter = new Date(clock.now().getTime() - GUESTS_SEEN_MS);
  const rows = await zone.db.many(findPeople(wanted, likeLiteral(wanted), seenAfter, limit));
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    colour: row.colour,
    avatarUrl: row.avatar_url,
    role: row.role,
    guest: row.kind === 'guest',
  }));
}
