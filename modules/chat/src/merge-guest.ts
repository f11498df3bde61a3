import type { GuestTraces } from '@madang/identity';
import { sql, type ZoneContext } from '@madang/kernel';

const STEP = 500;

/** Whoever spoke or joined has a membership, also after leaving. */
export const guestTraces: GuestTraces = {
  async of(zone, guestIds) {
    const rows = await zone.db.many(
      sql<{ user_id: string }>('select distinct user_id from chat.members where user_id = any($1::text[])', guestIds),
    );
    return new Set(rows.map((row) => row.user_id));
  },
};

export type MergeGuest = (zone: ZoneContext, merge: { guestId: string; userId: string }) => Promise<void>;

/**
 * [CH63] What a guest did becomes the account's, room by room and five hundred rows at a time; each step is safe to repeat,
 * and the membership, which says where to look, moves last.
 */
export const mergeGuest: MergeGuest = async (zone, { guestId, userId }) => {
  if (guestId === userId) return;
  const rooms = await zone.db.many(
    sql<{ room_id: string }>('select room_id from chat.members where user_id = $1 order by room_id', guestId),
  );
  for (const { room_id: roomId } of rooms) {
    await moveMessages(zone, roomId, guestId, userId);
    await moveReactions(zone, roomId, guestId, userId);
    await moveMembership(zone, roomId, guestId, userId);
  }
};

/** The account keeps a client id of its own that happens to be the same; the guest's gets a name nobody sends. */
async function moveMessages(zone: ZoneContext, roomId: string, guestId: string, userId: string): Promise<void> {
  for (;;) {
    const moved = await zone.db.run(
      sql(
        `update chat.messages m
         set sender_id = $3, client_id = case
           when exists (select from chat.messages o where o.room_id = $1 and o.sender_id = $3 and o.client_id = m.client_id)
           then $2 || ' ' || m.client_id else m.client_id end
         where m.room_id = $1 and m.seq in (select seq from chat.messages where room_id = $1 and sender_id = $2 order by client_id limit $4)`,
        roomId,
        guestId,
        userId,
        STEP,
      ),
    );
    if (moved < STEP) return;
  }
}

async function moveReactions(zone: ZoneContext, roomId: string, guestId: string, userId: string): Promise<void> {
  for (;;) {
    const { moved } = await zone.db.one(
      sql<{ moved: number }>(
        `with taken as (
           delete from chat.reactions
           where room_id = $1 and user_id = $2 and (seq, reaction) in (
             select seq, reaction from chat.reactions where room_id = $1 and user_id = $2 order by seq, reaction limit $4)
           returning seq, reaction, created_at
         ), given as (
           insert into chat.reactions (zone_id, room_id, seq, reaction, user_id, created_at)
           select madang.zone(), $1, seq, reaction, $3, created_at from taken on conflict do nothing
         )
         select count(*) as moved from taken`,
        roomId,
        guestId,
        userId,
        STEP,
      ),
    );
    if (moved < STEP) return;
  }
}

function moveMembership(zone: ZoneContext, roomId: string, guestId: string, userId: string): Promise<void> {
  return zone.db.transaction(async (tx) => {
    await tx.maybeOne(sql('select id from chat.rooms where id = $1 for no key update', roomId));
    const rank = (role: string) => `array_position(array['member', 'moderator', 'owner'], ${role})`;
    await tx.run(
      sql(
        `insert into chat.members as m (zone_id, room_id, user_id, role, read_seq, notifications, joined_at, left_at, last_sent_at)
         select zone_id, room_id, $3, role, read_seq, notifications, joined_at, left_at, last_sent_at
         from chat.members where room_id = $1 and user_id = $2
         on conflict (room_id, user_id) do update set
           role = case when excluded.left_at is null and ${rank('excluded.role')} > ${rank('m.role')} then excluded.role else m.role end,
           read_seq = greatest(m.read_seq, excluded.read_seq),
           joined_at = least(m.joined_at, excluded.joined_at),
           last_sent_at = greatest(m.last_sent_at, excluded.last_sent_at),
           left_at = case when m.left_at is null or excluded.left_at is null then null else greatest(m.left_at, excluded.left_at) end`,
        roomId,
        guestId,
        userId,
      ),
    );
    await tx.run(sql('delete from chat.members where room_id = $1 and user_id = $2', roomId, guestId));
    for (const table of ['bans', 'mutes']) {
      await tx.run(
        sql(
          `insert into chat.${table} (zone_id, room_id, user_id, by_id, reason, until, created_at)
           select zone_id, room_id, $3, by_id, reason, until, created_at from chat.${table} where room_id = $1 and user_id = $2
           on conflict do nothing`,
          roomId,
          guestId,
          userId,
        ),
      );
    }
    // A direct room whose pair has one already under the account keeps the guest's key: both rooms stay readable.
    await tx.run(
      sql(
        `update chat.rooms r set
           owner_id = case when owner_id = $2 then $3 else owner_id end,
           direct_key = case when renamed.key is not null and not exists (
             select from chat.rooms o where o.direct_key = renamed.key and o.deleted_at is null) then renamed.key else r.direct_key end,
           member_count = (select count(*) from chat.members m where m.room_id = $1 and m.left_at is null)
         from (select (select string_agg(id, ' ' order by id collate "C")
                       from unnest(string_to_array(replace(x.direct_key, $2, $3), ' ')) id) as key
               from chat.rooms x where x.id = $1) renamed
         where r.id = $1`,
        roomId,
        guestId,
        userId,
      ),
    );
  });
}
