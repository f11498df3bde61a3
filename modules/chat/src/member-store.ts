import { type Queries, sql, statement } from '@madang/kernel';
import type { RoomRole } from './contract.ts';

/** The head is where a new member's reading begins; who returns keeps their marker and their role is `member` again. */
const join = statement<
  { room_id: string; user_id: string },
  [rooms: readonly string[], people: readonly string[], roles: readonly string[], now: Date]
>(
  'chat.join_members',
  `with joined as (
     insert into chat.members as m (zone_id, room_id, user_id, role, read_seq, joined_at)
     select madang.zone(), p.room_id, p.user_id, p.role, r.seq, $4::timestamptz
     from (select distinct on (room_id, user_id) * from unnest($1::text[], $2::text[], $3::text[]) p(room_id, user_id, role)) p
     join chat.rooms r on r.id = p.room_id and r.deleted_at is null
     on conflict (room_id, user_id) do update set left_at = null, role = excluded.role, joined_at = excluded.joined_at
       where m.left_at is not null
     returning m.room_id, m.user_id
   ), counted as (
     update chat.rooms r set member_count = r.member_count + c.n
     from (select room_id, count(*) as n from joined group by room_id) c where r.id = c.room_id
   )
   select room_id, user_id from joined`,
);

/** Those who were not members before. Rooms are locked by the caller, or only one is concerned. */
export async function joinMembers(
  tx: Queries,
  members: readonly { roomId: string; userId: string; role?: RoomRole }[],
  now: Date,
): Promise<{ room_id: string; user_id: string }[]> {
  return tx.many(
    join(
      members.map((member) => member.roomId),
      members.map((member) => member.userId),
      members.map((member) => member.role ?? 'member'),
      now,
    ),
  );
}

/** True when the person was a member. */
export async function removeMember(tx: Queries, roomId: string, userId: string, now: Date): Promise<boolean> {
  const removed = await tx.run(
    sql(
      `with gone as (
         update chat.members set left_at = $3::timestamptz, role = 'member'
         where room_id = $1 and user_id = $2 and left_at is null returning room_id
       )
       update chat.rooms r set member_count = r.member_count - 1 from gone where r.id = gone.room_id`,
      roomId,
      userId,
      now,
    ),
  );
  return removed > 0;
}

export async function findRole(tx: Queries, roomId: string, userId: string): Promise<RoomRole | null> {
  const row = await tx.maybeOne(
    sql<{ role: RoomRole }>('select role from chat.members where room_id = $1 and user_id = $2 and left_at is null', roomId, userId),
  );
  return row?.role ?? null;
}

/** [CH36] The longest-standing moderator, else member, owns the room from now on; no one, when it is empty. */
export async function handOver(tx: Queries, roomId: string): Promise<void> {
  await tx.run(
    sql(
      `with heir as (
         select user_id from chat.members where room_id = $1 and left_at is null
         order by role = 'moderator' desc, joined_at, user_id limit 1
       ), crowned as (
         update chat.members m set role = 'owner' from heir where m.room_id = $1 and m.user_id = heir.user_id
       )
       update chat.rooms set owner_id = (select user_id from heir) where id = $1`,
      roomId,
    ),
  );
}

export interface ReadMark {
  readonly roomId: string;
  readonly userId: string;
  readonly seq: number;
}
const markAll = statement<
  { place: number; read_seq: number; seq: number },
  [rooms: readonly string[], people: readonly string[], seqs: readonly number[]]
>(
  'chat.mark_read',
  `with input as materialized (
     select p.*, (select r.seq from chat.rooms r where r.id = p.room_id and r.deleted_at is null) as head
     from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality p(room_id, user_id, seq, place)
   ), furthest as (
     select room_id, user_id, least(max(seq), max(head)) as seq from input where head is not null group by room_id, user_id
   ), marked as (
     update chat.members m set read_seq = greatest(m.read_seq, f.seq)
     from furthest f where m.room_id = f.room_id and m.user_id = f.user_id and m.left_at is null
     returning m.room_id, m.user_id, m.read_seq
   )
   select i.place, k.read_seq, i.head as seq from input i join marked k on k.room_id = i.room_id and k.user_id = i.user_id`,
);
/** [CH53] Answers for those who are members, by the mark's index. */
export async function markRead(db: Queries, marks: readonly ReadMark[]): Promise<Map<number, { readSeq: number; unread: number }>> {
  const rows = await db.many(
    markAll(
      marks.map((mark) => mark.roomId),
      marks.map((mark) => mark.userId),
      marks.map((mark) => mark.seq),
    ),
  );
  return new Map(rows.map((row) => [row.place - 1, { readSeq: row.read_seq, unread: Math.max(0, row.seq - row.read_seq) }]));
}
