import {
  type Clock,
  fail,
  ID_PATTERN,
  type Locale,
  type PeopleDirectory,
  type Principal,
  statement,
  type ZoneContext,
} from '@madang/kernel';
import type { Asset, Assets, Playback, Poster } from '@madang/media';
import type { Social, VideoCards } from './social-part.ts';
import { seesAll, visibleTo } from './video-access.ts';
import type { VideoCache } from './video-cache.ts';
import { videoErrors } from './video-errors.ts';
import { standingIn } from './video-policies.ts';
import { type VideoDetailRow, type VideoRow, videoCardOf, videoColumns, videoDetailColumns, videoTables } from './video-rows.ts';
import type { Video, VideoCard } from './wire.ts';

const findVideo = statement<VideoDetailRow, [videoId: string, personId: string]>(
  'video.find_video',
  `select ${videoDetailColumns} from ${videoTables} where v.id = $1`,
);
const findCounters = statement<Counters, [videoId: string]>(
  'video.find_counters',
  `select v.views, v.likes, v.comments, c.subscribers from ${videoTables} where v.id = $1`,
);
const findCards = statement<VideoRow, [ids: readonly string[], personId: string, all: boolean]>(
  'video.find_cards',
  `select ${videoColumns} from ${videoTables} where v.id = any($1::text[]) and ${visibleTo('$2', '$3')}`,
);

export interface Counters {
  readonly views: number;
  readonly likes: number;
  readonly comments: number;
  readonly subscribers: number;
}

/** What a public, finished video is for everyone. */
export interface PublicVideo {
  readonly row: VideoDetailRow;
  readonly playback: Playback;
  readonly poster: Poster | undefined;
}

const WHOLE = { percent: 100, speed: null, etaSeconds: null, rungs: [] };
const NOTHING = { percent: 0, speed: null, etaSeconds: null, rungs: [] };
const NOT_WATCHED = { liked: false, resumeSeconds: null };

export interface VideoViewsDeps {
  readonly assets: Assets;
  readonly people: PeopleDirectory;
  readonly social: () => Social;
  readonly cache: VideoCache;
  readonly clock: Clock;
}

/** Screens of videos: one, and cards of many in a number of statements that does not grow. */
export class VideoViews implements VideoCards {
  readonly #deps: VideoViewsDeps;

  constructor(deps: VideoViewsDeps) {
    this.#deps = deps;
  }

  /** Throws `video.video_not_found` where the person may not see it. */
  async get(zone: ZoneContext, principal: Principal | undefined, videoId: string, locale: Locale): Promise<Video> {
    if (!ID_PATTERN.test(videoId)) fail(videoErrors.video_not_found);
    const known = await this.#public(zone, videoId, principal !== undefined);
    if (known !== undefined && principal?.id !== known.row.owner_id) return this.#compose(zone, principal, known.row, known);
    const row = await zone.db.maybeOne(findVideo(videoId, principal?.id ?? ''));
    if (row === undefined || !standingOf(principal, row).see) fail(videoErrors.video_not_found);
    const { assets } = this.#deps;
    const mine = principal?.id === row.owner_id;
    const ids = [videoId];
    const seen = this.#deps.cache.mark();
    const [asset, playback, poster] = await Promise.all([
      row.status === 'ready' && !mine ? undefined : assets.find(zone, ids, locale).then((found) => found.get(videoId)),
      assets.playbacks(zone, ids).then((found) => found.get(videoId)),
      assets.posters(zone, ids).then((found) => found.get(videoId)),
    ]);
    if (isSettled(row) && playback !== undefined && !playback.growing && playback.expiresAt === null) {
      this.#deps.cache.keep(zone.zone.id, videoId, { row, playback, poster }, seen);
    }
    return this.#compose(zone, principal, row, { playback, poster, asset });
  }

  async cardsOf(zone: ZoneContext, principal: Principal | undefined, videoIds: readonly string[]): Promise<ReadonlyMap<string, VideoCard>> {
    const ids = [...new Set(videoIds)].filter((id) => ID_PATTERN.test(id));
    if (ids.length === 0) return new Map();
    const rows = await zone.db.many(findCards(ids, principal?.id ?? '', seesAll(principal)));
    return new Map((await this.present(zone, principal, rows)).map((card) => [card.id, card]));
  }

  /** In the order of the rows: one statement for pictures, one for where the person stopped. */
  async present(zone: ZoneContext, principal: Principal | undefined, rows: readonly VideoRow[]): Promise<VideoCard[]> {
    if (rows.length === 0) return [];
    const ids = rows.map((row) => row.id);
    const [owners, posters, resume] = await Promise.all([
      this.#deps.people.cards(zone, [...new Set(rows.map((row) => row.owner_id))]),
      this.#deps.assets.posters(zone, ids),
      principal === undefined ? new Map<string, number>() : this.#deps.social().resumeSeconds(zone, principal.id, ids),
    ]);
    return rows.map((row) =>
      videoCardOf(row, { owner: owners.get(row.owner_id), poster: posters.get(row.id), resumeSeconds: resume.get(row.id) }),
    );
  }

  /**
   * From memory where the video is public and finished. Its counters are a minute old at most; whoever is somebody sees them as
   * they are, for what they just did is among them.
   */
  async #public(zone: ZoneContext, videoId: string, exact: boolean): Promise<PublicVideo | undefined> {
    const { cache } = this.#deps;
    const known = cache.find(zone.zone.id, videoId);
    if (known === undefined || (known.fresh && !exact)) return known?.video;
    const seen = cache.mark();
    const counters = await zone.db.maybeOne(findCounters(videoId));
    if (counters === undefined) return undefined;
    const video = { ...known.video, row: { ...known.video.row, ...counters } };
    cache.recount(zone.zone.id, videoId, video, seen);
    return video;
  }

  async #compose(
    zone: ZoneContext,
    principal: Principal | undefined,
    row: VideoDetailRow,
    of: { playback: Playback | undefined; poster: Poster | undefined; asset?: Asset | undefined },
  ): Promise<Video> {
    const standing = standingOf(principal, row);
    const [owners, watcher] = await Promise.all([
      this.#deps.people.cards(zone, [row.owner_id]),
      principal === undefined ? NOT_WATCHED : this.#deps.social().watcher(zone, principal.id, row.id),
    ]);
    const { asset } = of;
    return {
      ...videoCardOf(row, { owner: owners.get(row.owner_id), poster: of.poster, resumeSeconds: watcher.resumeSeconds ?? undefined }),
      // The asset is a moment ahead of the row that follows it: what is said of one moment comes from one of them.
      status: asset?.status ?? row.status,
      durationSeconds: asset?.durationSeconds ?? row.duration_seconds,
      width: asset?.width ?? row.width,
      height: asset?.height ?? row.height,
      description: row.description,
      tags: row.tags,
      category: row.category,
      language: row.language,
      liked: watcher.liked,
      commentsOpen: row.comments_open,
      progress: asset?.progress ?? (row.status === 'ready' ? WHOLE : NOTHING),
      playback: of.playback ?? null,
      failure: asset?.failure == null ? null : { code: asset.failure.code, message: asset.failure.message },
      roomId: row.room_id,
      uploadId: standing.mine ? row.upload_id : null,
      bytes: standing.mine ? (asset?.bytes ?? null) : null,
      mine: standing.mine,
      mayEdit: standing.edit,
      mayModerate: standing.moderate,
    };
  }
}

const isSettled = (row: VideoDetailRow): boolean => row.visibility === 'public' && row.published_at !== null && row.status === 'ready';

const standingOf = (principal: Principal | undefined, row: VideoDetailRow) =>
  standingIn(principal, { visibility: row.visibility, publishedAt: row.published_at, ownerId: row.owner_id, member: row.member });
