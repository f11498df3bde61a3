import type { GuestTraces } from '@madang/identity';
import { type Queries, sql, type ZoneContext } from '@madang/kernel';
import { PLAYLIST_VIDEOS } from './contract.ts';
import { STEP as PLACE_STEP } from './playlist-place.ts';

const STEP = 500;

/** Who of these wrote, liked, followed, listed or watched something. */
export const guestTraces: GuestTraces = {
  async of(zone, guestIds) {
    const tables = [
      ['comments', 'author_id'],
      ['likes', 'user_id'],
      ['comment_likes', 'user_id'],
      ['subscriptions', 'user_id'],
      ['channel_members', 'user_id'],
      ['playlists', 'owner_id'],
      ['history', 'user_id'],
    ] as const;
    const left = tables.map(([table, column]) => `exists (select from video.${table} t where t.${column} = g.id)`);
    const rows = await zone.db.many(sql<{ id: string }>(`select g.id from unnest($1::text[]) g(id) where ${left.join(' or ')}`, guestIds));
    return new Set(rows.map((row) => row.id));
  },
};

/** [VI160] What a guest did becomes the account's: nothing twice, every count right; each step is safe to repeat. */
export async function mergeGuest(zone: ZoneContext, { guestId, userId }: { guestId: string; userId: string }): Promise<void> {
  if (guestId === userId) return;
  const inSteps = async (text: string) => {
    while ((await zone.db.run(sql(text, guestId, userId, STEP))) >= STEP);
  };
  // The account has a new client id for each comment it sends: the guest's have nothing left to guard.
  await inSteps(`update video.comments set author_id = $2, client_id = null
    where id in (select id from video.comments where author_id = $1 order by id limit $3)`);
  await moveCounted(zone.db, guestId, userId, { table: 'likes', thing: 'video_id', counter: 'videos', count: 'likes' });
  await moveCounted(zone.db, guestId, userId, { table: 'comment_likes', thing: 'comment_id', counter: 'comments', count: 'likes' });
  await moveCounted(zone.db, guestId, userId, {
    table: 'subscriptions',
    thing: 'channel_id',
    counter: 'channels',
    count: 'subscribers',
    more: ', notify',
    // nobody is subscribed to a channel of their own
    unless: 'exists (select from video.channels c where c.id = gone.channel_id and c.owner_id = $2)',
  });
  await zone.db.run(
    sql(
      `with gone as (delete from video.channel_members where user_id = $1 returning zone_id, channel_id, since)
       insert into video.channel_members (zone_id, channel_id, user_id, since) select zone_id, channel_id, $2, since from gone
       on conflict do nothing`,
      guestId,
      userId,
    ),
  );
  await zone.db.run(
    sql(
      `with gone as (delete from video.history where user_id = $1 returning zone_id, video_id, position_seconds, watched_at)
       insert into video.history as h (zone_id, user_id, video_id, position_seconds, watched_at)
       select zone_id, $2, video_id, position_seconds, watched_at from gone order by video_id
       on conflict (zone_id, user_id, video_id) do update set position_seconds = excluded.position_seconds, watched_at = excluded.watched_at
         where h.watched_at < excluded.watched_at`,
      guestId,
      userId,
    ),
  );
  await movePlaylists(zone, guestId, userId);
}

/** Rows of which a person has one per thing, counted at the thing: one that the account has already is one less. */
async function moveCounted(
  db: Queries,
  guestId: string,
  userId: string,
  of: { table: string; thing: string; counter: string; count: string; more?: string; unless?: string },
): Promise<void> {
  const { table, thing, counter, count, more = '', unless = 'false' } = of;
  for (;;) {
    const { moved } = await db.one(
      sql<{ moved: number }>(
        `with gone as (
           delete from video.${table} where user_id = $1 and ${thing} in (
             select ${thing} from video.${table} where user_id = $1 order by ${thing} limit $3)
           returning zone_id, ${thing}, created_at${more}
         ), kept as (
           insert into video.${table} (zone_id, ${thing}, user_id, created_at${more})
           select zone_id, ${thing}, $2, created_at${more} from gone where not (${unless}) order by ${thing}
           on conflict do nothing returning ${thing}
         ), less as (
           update video.${counter} c set ${count} = c.${count} - 1 from gone
           where c.id = gone.${thing} and not exists (select from kept where kept.${thing} = gone.${thing})
         )
         select count(*)::int as moved from gone`,
        guestId,
        userId,
        STEP,
      ),
    );
    if (moved < STEP) return;
  }
}

/** Lists move whole; what the guest would watch later goes behind what the account would, as far as there is room. */
function movePlaylists(zone: ZoneContext, guestId: string, userId: string): Promise<void> {
  return zone.db.transaction(async (tx) => {
    const later = await tx.many(
      sql<{ id: string; owner_id: string }>(
        `select id, owner_id from video.playlists where kind = 'watch_later' and owner_id in ($1, $2) order by id for no key update`,
        guestId,
        userId,
      ),
    );
    const from = later.find((row) => row.owner_id === guestId)?.id;
    const to = later.find((row) => row.owner_id === userId)?.id;
    if (from !== undefined && to !== undefined) {
      await tx.run(
        sql(
          `insert into video.playlist_items (zone_id, playlist_id, video_id, place, added_at)
           select i.zone_id, $2, i.video_id, t.last + row_number() over (order by i.place, i.video_id) * ${PLACE_STEP}, i.added_at
           from video.playlist_items i
           cross join (select coalesce(max(place), 0) as last, count(*) as total from video.playlist_items where playlist_id = $2) t
           where i.playlist_id = $1 and not exists (
             select from video.playlist_items o where o.playlist_id = $2 and o.video_id = i.video_id)
           order by i.place, i.video_id limit greatest(0, ${PLAYLIST_VIDEOS} - (
             select count(*) from video.playlist_items where playlist_id = $2))`,
          from,
          to,
        ),
      );
      await tx.run(sql('delete from video.playlists where id = $1', from));
    }
    await tx.run(sql('update video.playlists set owner_id = $2 where owner_id = $1', guestId, userId));
  });
}
