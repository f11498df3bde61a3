import { fail, ID_PATTERN, type PeopleDirectory, type Principal, requestErrors, statement, type ZoneContext } from '@madang/kernel';
import { cursorOf, type Page, pageOf, placeOf } from './list-cursor.ts';
import type { VideoCards } from './social-part.ts';
import { seesAll, visibleTo } from './video-access.ts';
import { videoErrors } from './video-errors.ts';
import type { Playlist, VideoCard } from './wire.ts';

export const WATCH_LATER = 'watch-later';

export interface PlaylistRow {
  readonly id: string;
  readonly owner_id: string;
  readonly kind: Playlist['kind'];
  readonly title: string;
  readonly description: string;
  readonly visibility: Playlist['visibility'];
  readonly updated_at: Date;
  /** Those the person asking may see, and the first of them. */
  readonly videos: number;
  readonly first_id: string | null;
}

/** Items of playlist `p` that the person asking may see; `$1` is their id, `$2` whether they see everything. */
const VISIBLE_ITEMS = `video.playlist_items i join video.videos v on v.id = i.video_id where i.playlist_id = p.id and ${visibleTo('$1', '$2')}`;
const columns = `p.id, p.owner_id, p.kind, p.title, p.description, p.visibility, p.updated_at, s.videos, s.first_id`;
const sums = `cross join lateral (
  select count(*)::int as videos, (array_agg(i.video_id order by i.place, i.video_id))[1] as first_id from ${VISIBLE_ITEMS}) s`;

type Asking = readonly [personId: string, seesAll: boolean];
type ListRow = PlaylistRow & { readonly has: boolean };

const findPlaylist = statement<PlaylistRow, [...Asking, id: string]>(
  'video.find_playlist',
  `select ${columns} from video.playlists p ${sums}
   where (p.id = $3 or ($3 = '${WATCH_LATER}' and p.kind = 'watch_later' and p.owner_id = $1)) and (p.visibility <> 'private' or p.owner_id = $1)`,
);
const listPlaylists = statement<ListRow, [...Asking, ownerId: string, videoId: string, before: string, limit: number]>(
  'video.list_playlists',
  `select ${columns}, exists (select from video.playlist_items h where h.playlist_id = p.id and h.video_id = $4) as has
   from video.playlists p ${sums}
   where p.owner_id = $3 and p.kind = 'custom' and ($3 = $1 or p.visibility = 'public') and p.id < $5 order by p.id desc limit $6`,
);
const findWatchLater = statement<ListRow, [...Asking, videoId: string]>(
  'video.find_watch_later',
  `select ${columns}, exists (select from video.playlist_items h where h.playlist_id = p.id and h.video_id = $3) as has
   from video.playlists p ${sums} where p.owner_id = $1 and p.kind = 'watch_later'`,
);
const listItems = statement<
  { video_id: string; place: number; added_at: Date },
  [...Asking, playlistId: string, place: number, videoId: string, limit: number]
>(
  'video.playlist_page',
  `select i.video_id, i.place, i.added_at from video.playlist_items i join video.videos v on v.id = i.video_id
   where i.playlist_id = $3 and (i.place, i.video_id) > ($4::float8, $5::text) and ${visibleTo('$1', '$2')}
   order by i.place, i.video_id limit $6`,
);

/** After every id of a playlist. */
const LAST_ID = 'playlist_z';
const asking = (principal: Principal | undefined): Asking => [principal?.id ?? '', seesAll(principal)];

export interface PlaylistViews {
  /** Throws 404 for what the person may not see. */
  get(zone: ZoneContext, principal: Principal | undefined, playlistId: string): Promise<Playlist>;
  /** One's own, watch later first; or the public ones of a person. */
  list(
    zone: ZoneContext,
    principal: Principal | undefined,
    query: { ownerId?: string | undefined; videoId?: string | undefined; cursor?: string | undefined; limit: number },
  ): Promise<Page<Playlist & { has: boolean }>>;
  items(
    zone: ZoneContext,
    principal: Principal | undefined,
    playlistId: string,
    page: { cursor?: string | undefined; limit: number },
  ): Promise<Page<{ video: VideoCard; addedAt: string }>>;
}

/** [VI120] [VI122] What a reader may not see is neither listed nor counted. */
export function createPlaylistViews(deps: { people: PeopleDirectory; cards: VideoCards }): PlaylistViews {
  async function find(zone: ZoneContext, principal: Principal | undefined, playlistId: string): Promise<PlaylistRow> {
    if (playlistId !== WATCH_LATER && !ID_PATTERN.test(playlistId)) fail(videoErrors.playlist_not_found);
    return (await zone.db.maybeOne(findPlaylist(...asking(principal), playlistId))) ?? fail(videoErrors.playlist_not_found);
  }
  async function present<Row extends PlaylistRow>(zone: ZoneContext, principal: Principal | undefined, rows: readonly Row[]) {
    const [owners, firsts] = await Promise.all([
      deps.people.cards(zone, [...new Set(rows.map((row) => row.owner_id))]),
      deps.cards.cardsOf(
        zone,
        principal,
        rows.flatMap((row) => row.first_id ?? []),
      ),
    ]);
    return rows.map((row) => ({
      row,
      playlist: {
        id: row.id,
        kind: row.kind,
        title: row.title,
        description: row.description,
        visibility: row.visibility,
        owner: { id: row.owner_id, name: owners.get(row.owner_id)?.name ?? '' },
        videos: row.videos,
        poster: firsts.get(row.first_id ?? '')?.poster ?? null,
        mine: row.owner_id === principal?.id,
        updatedAt: row.updated_at.toISOString(),
      },
    }));
  }

  return {
    async get(zone, principal, playlistId) {
      const [shown] = await present(zone, principal, [await find(zone, principal, playlistId)]);
      return (shown as { playlist: Playlist }).playlist;
    },

    async list(zone, principal, { ownerId, videoId = '', cursor, limit }) {
      const owner = ownerId ?? principal?.id;
      if (owner === undefined) return { items: [], next: undefined };
      const before = placeOf(cursor, 1)?.[0];
      const [later, found] = await Promise.all([
        before === undefined && owner === principal?.id ? zone.db.many(findWatchLater(...asking(principal), videoId)) : [],
        zone.db.many(listPlaylists(...asking(principal), owner, videoId, String(before ?? LAST_ID), limit + 1)),
      ]);
      const { rows, next } = pageOf(found, limit, (last) => cursorOf(last.id));
      const shown = await present(zone, principal, [...later, ...rows]);
      return { items: shown.map(({ playlist, row }) => ({ ...playlist, has: row.has })), next };
    },

    async items(zone, principal, playlistId, { cursor, limit }) {
      const playlist = await find(zone, principal, playlistId);
      const place = placeOf(cursor, 2);
      const from = place === undefined ? Number.NEGATIVE_INFINITY : Number(place[0]);
      if (Number.isNaN(from)) fail(requestErrors.invalid, { detail: 'not a cursor of this list' });
      const found = await zone.db.many(listItems(...asking(principal), playlist.id, from, String(place?.[1] ?? ''), limit + 1));
      const { rows, next } = pageOf(found, limit, (last) => cursorOf(last.place, last.video_id));
      const cards = await deps.cards.cardsOf(
        zone,
        principal,
        rows.map((row) => row.video_id),
      );
      const items = rows.flatMap((row) => {
        const card = cards.get(row.video_id);
        return card === undefined ? [] : { video: card, addedAt: row.added_at.toISOString() };
      });
      return { items, next };
    },
  };
}
