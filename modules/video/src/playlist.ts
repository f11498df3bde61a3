import {
  type Clock,
  fail,
  ID_PATTERN,
  newId,
  type Principal,
  type Queries,
  sql,
  type ZoneContext,
  type ZoneTransaction,
} from '@madang/kernel';
import { PLAYLIST_VIDEOS } from './contract.ts';
import { placeAt, STEP } from './playlist-place.ts';
import { WATCH_LATER } from './playlist-views.ts';
import { seesAll, type VideoAccess, visibleTo } from './video-access.ts';
import { videoErrors } from './video-errors.ts';
import type { Playlist } from './wire.ts';

type Words = Pick<Playlist, 'title' | 'description' | 'visibility'>;

export interface Playlists {
  create(zone: ZoneContext, principal: Principal, words: Words): Promise<string>;
  update(zone: ZoneContext, principal: Principal, playlistId: string, words: { [K in keyof Words]?: Words[K] | undefined }): Promise<void>;
  remove(zone: ZoneContext, principal: Principal, playlistId: string): Promise<void>;
  /** Adds at the end, or puts at the place `index` of those the owner sees; one that is there already is moved only where an index says so. */
  put(zone: ZoneContext, principal: Principal, target: { playlistId: string; videoId: string; index?: number | undefined }): Promise<void>;
  take(zone: ZoneContext, principal: Principal, target: { playlistId: string; videoId: string }): Promise<void>;
  /** Makes it when it is asked for the first time. */
  ensureWatchLater(db: Queries, personId: string): Promise<void>;
}

/** [VI120]–[VI123] A playlist is its owner's alone to change; its row is locked while its order changes. */
export function createPlaylists(deps: { access: VideoAccess; clock: Clock }): Playlists {
  async function ensureWatchLater(db: Queries, personId: string): Promise<void> {
    const now = deps.clock.now();
    await db.run(
      sql(
        `insert into video.playlists (zone_id, id, owner_id, kind, title, visibility, created_at, updated_at)
         values (madang.zone(), $1, $2, 'watch_later', '', 'private', $3, $3) on conflict do nothing`,
        newId('playlist', now.getTime()),
        personId,
        now,
      ),
    );
  }

  /** The one that is the person's, locked; 404 for what they may not see, 403 for what is another's. */
  async function lock(tx: Queries, principal: Principal, playlistId: string) {
    if (playlistId !== WATCH_LATER && !ID_PATTERN.test(playlistId)) fail(videoErrors.playlist_not_found);
    const row = await tx.maybeOne(
      sql<{ id: string; owner_id: string; kind: Playlist['kind']; visibility: Playlist['visibility'] }>(
        `select id, owner_id, kind, visibility from video.playlists
         where id = $1 or ($1 = '${WATCH_LATER}' and kind = 'watch_later' and owner_id = $2) for no key update`,
        playlistId,
        principal.id,
      ),
    );
    if (row === undefined || (row.visibility === 'private' && row.owner_id !== principal.id)) fail(videoErrors.playlist_not_found);
    if (row.owner_id !== principal.id) fail(videoErrors.not_allowed);
    return row;
  }
  const lockCustom = async (tx: Queries, principal: Principal, playlistId: string) => {
    const row = await lock(tx, principal, playlistId);
    if (row.kind !== 'custom') fail(videoErrors.not_allowed, { detail: 'watch later is there for everyone' });
    return row;
  };
  const touch = (tx: Queries, playlistId: string) =>
    tx.run(sql('update video.playlists set updated_at = $2 where id = $1', playlistId, deps.clock.now()));

  return {
    ensureWatchLater,

    async create(zone, principal, words) {
      const now = deps.clock.now();
      const id = newId('playlist', now.getTime());
      await zone.db.run(
        sql(
          `insert into video.playlists (zone_id, id, owner_id, kind, title, description, visibility, created_at, updated_at)
           values (madang.zone(), $1, $2, 'custom', $3, $4, $5, $6, $6)`,
          id,
          principal.id,
          words.title,
          words.description,
          words.visibility,
          now,
        ),
      );
      return id;
    },

    async update(zone, principal, playlistId, words) {
      await zone.db.transaction(async (tx) => {
        const { id } = await lockCustom(tx, principal, playlistId);
        await tx.run(
          sql(
            `update video.playlists set title = coalesce($2, title), description = coalesce($3, description),
               visibility = coalesce($4, visibility), updated_at = $5 where id = $1`,
            id,
            words.title ?? null,
            words.description ?? null,
            words.visibility ?? null,
            deps.clock.now(),
          ),
        );
      });
    },

    async remove(zone, principal, playlistId) {
      await zone.db.transaction(async (tx) => {
        const { id } = await lockCustom(tx, principal, playlistId);
        await tx.run(sql('delete from video.playlists where id = $1', id));
      });
    },

    async put(zone, principal, { playlistId, videoId, index }) {
      const { row: video } = await deps.access.reach(zone, principal, videoId);
      if (playlistId === WATCH_LATER) await ensureWatchLater(zone.db, principal.id);
      await zone.db.transaction(async (tx) => {
        const { id } = await lock(tx, principal, playlistId);
        const items = await tx.one(
          sql<{ total: number; last: number | null; there: boolean }>(
            `select count(*)::int as total, max(place) as last, coalesce(bool_or(video_id = $2), false) as there
             from video.playlist_items where playlist_id = $1`,
            id,
            video.id,
          ),
        );
        if (items.there && index === undefined) return;
        if (!items.there && items.total >= PLAYLIST_VIDEOS) fail(videoErrors.playlist_full);
        const place = index === undefined ? (items.last ?? 0) + STEP : await findPlace(tx, principal, id, video.id, index);
        await tx.run(
          sql(
            `insert into video.playlist_items (zone_id, playlist_id, video_id, place, added_at) values (madang.zone(), $1, $2, $3, $4)
             on conflict (zone_id, playlist_id, video_id) do update set place = excluded.place`,
            id,
            video.id,
            place,
            deps.clock.now(),
          ),
        );
        await touch(tx, id);
      });
    },

    async take(zone, principal, { playlistId, videoId }) {
      await zone.db.transaction(async (tx) => {
        const { id } = await lock(tx, principal, playlistId);
        const gone = await tx.run(sql('delete from video.playlist_items where playlist_id = $1 and video_id = $2', id, videoId));
        if (gone > 0) await touch(tx, id);
      });
    },
  };
}

/** A number between the neighbours at `index`; all are spread anew where no number is left between them. */
async function findPlace(tx: ZoneTransaction, principal: Principal, playlistId: string, videoId: string, index: number): Promise<number> {
  for (;;) {
    const around = await tx.many(
      sql<{ place: number }>(
        `select i.place from video.playlist_items i join video.videos v on v.id = i.video_id
         where i.playlist_id = $1 and i.video_id <> $2 and ${visibleTo('$3', '$4')}
         order by i.place, i.video_id offset greatest($5::int - 1, 0) limit 2`,
        playlistId,
        videoId,
        principal.id,
        seesAll(principal),
        index,
      ),
    );
    const places = around.map((row) => row.place);
    // Past the end the offset finds nobody: it goes behind the last, seen or not.
    if (index > 0 && places.length < 2) {
      const { last } = await tx.one(
        sql<{ last: number | null }>(
          'select max(place) as last from video.playlist_items where playlist_id = $1 and video_id <> $2',
          playlistId,
          videoId,
        ),
      );
      return (last ?? 0) + STEP;
    }
    const place = index === 0 ? placeAt(undefined, places[0]) : placeAt(places[0], places[1]);
    if (place !== undefined) return place;
    await tx.run(
      sql(
        `update video.playlist_items i set place = o.nth * ${STEP}
         from (select video_id, row_number() over (order by place, video_id) as nth from video.playlist_items where playlist_id = $1) o
         where i.playlist_id = $1 and i.video_id = o.video_id`,
        playlistId,
      ),
    );
  }
}
