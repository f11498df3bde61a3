import { type Broadcaster, type Closable, type Logger, statement, type ZoneContext, type ZoneId } from '@madang/kernel';
import { type CommentRow, type CommentViews, commentColumns } from './comment-views.ts';
import { AUDIENCES, type Audience, type LiveComments as LiveMessage, VIDEO_NAMESPACE } from './live-contract.ts';
import type { Visibility } from './wire.ts';

/** Between two messages about one video. */
const EVERY_MS = 1000;
const MOST_COMMENTS = 20;

interface LiveRow extends CommentRow {
  /** Of the comment it answers. */
  readonly under_hidden: boolean;
}
const changedComments = statement<LiveRow, [ids: readonly string[]]>(
  'video.changed_comments',
  `select ${commentColumns("''")}, coalesce(p.hidden_at is not null, false) as under_hidden
   from video.comments c left join video.comments p on p.id = c.parent_id
   where c.id = any($1::text[]) or c.id in (select parent_id from video.comments where id = any($1::text[]))`,
);
const findAudience = statement<Facts & { owner_id: string; comments: number }, [videoId: string]>(
  'video.find_audience',
  'select visibility, published_at, owner_id, comments from video.videos where id = $1',
);
const membersVideos = statement<{ id: string }, [channelId: string]>(
  'video.members_videos',
  "select id from video.videos where channel_id = $1 and visibility = 'members' and published_at is not null",
);

interface Facts {
  readonly visibility: Visibility;
  readonly published_at: Date | null;
}
export function audienceOf({ visibility, published_at: publishedAt }: Facts): Audience {
  if (publishedAt === null || visibility === 'private') return 'owner';
  return visibility === 'members' ? 'members' : 'everyone';
}

/** Whoever watches stands in the room of the audience that let them in. */
export const audienceRoom = (audience: Audience, videoId: string): string => `${audience}:${videoId}`;
/** Who is let in by a narrower audience may see what a wider one sees, never the other way. */
const roomsFor = (audience: Audience, videoId: string): string[] =>
  AUDIENCES.slice(AUDIENCES.indexOf(audience)).map((name) => audienceRoom(name, videoId));

interface Waiting {
  readonly zone: ZoneContext;
  readonly videoId: string;
  /** Whether it is new, by id. */
  comments: Map<string, boolean>;
  timer?: NodeJS.Timeout;
}

/**
 * [VI113] Tells who looks at a video what is said of it. What changes within a second is told together, as it is when it is
 * told, to those who may see the video then: who joined while it was for more people stays in a room nobody speaks into.
 */
export class CommentsLive implements Closable {
  readonly #deps: { views: CommentViews; broadcaster: Broadcaster; logger: Logger };
  readonly #everyMs: number;
  readonly #waiting = new Map<string, Waiting>();
  readonly #telling = new Set<Promise<void>>();

  constructor(deps: { views: CommentViews; broadcaster: Broadcaster; logger: Logger }, everyMs = EVERY_MS) {
    this.#deps = deps;
    this.#everyMs = everyMs;
  }

  /** After the commit. The first change of a while is told at once. */
  changed(zone: ZoneContext, videoId: string, commentId: string, made = false): void {
    const key = `${zone.zone.id} ${videoId}`;
    const known = this.#waiting.get(key);
    if (known !== undefined) {
      known.comments.set(commentId, made || known.comments.get(commentId) === true);
      return;
    }
    const waiting: Waiting = { zone, videoId, comments: new Map([[commentId, made]]) };
    this.#waiting.set(key, waiting);
    this.#tell(key, waiting);
  }

  /** Who may see it may have changed: whoever watches by another audience asks again. */
  async audienceChanged(zone: ZoneContext, videoId: string): Promise<void> {
    const video = await zone.db.maybeOne(findAudience(videoId));
    if (video === undefined) return;
    const audience = audienceOf(video);
    for (const name of AUDIENCES)
      if (name !== audience) this.#emit(zone.zone.id, audienceRoom(name, videoId), 'audience', { videoId, audience });
  }

  /** No longer a member: hears no more of what is for members, on any node. */
  async memberLeft(zone: ZoneContext, channelId: string, userId: string): Promise<void> {
    for (const { id } of await zone.db.many(membersVideos(channelId))) {
      this.#deps.broadcaster.evict({ namespace: VIDEO_NAMESPACE, zoneId: zone.zone.id, room: audienceRoom('members', id) }, userId);
    }
  }

  /** What waits is not told: whoever comes back reads it. */
  async close(): Promise<void> {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
    await Promise.all(this.#telling);
  }

  #tell(key: string, waiting: Waiting): void {
    const { comments } = waiting;
    waiting.comments = new Map();
    waiting.timer = setTimeout(() => {
      if (waiting.comments.size > 0) this.#tell(key, waiting);
      else this.#waiting.delete(key);
    }, this.#everyMs).unref();
    const telling = this.#say(waiting.zone, waiting.videoId, comments)
      .catch((error: unknown) => this.#deps.logger.warn({ err: error, videoId: waiting.videoId }, 'comments were not told live'))
      .finally(() => this.#telling.delete(telling));
    this.#telling.add(telling);
  }

  async #say(zone: ZoneContext, videoId: string, changed: ReadonlyMap<string, boolean>): Promise<void> {
    // ids grow with time: the newest are told
    const told = [...changed.keys()].toSorted().slice(-MOST_COMMENTS);
    const rows = await zone.db.many(changedComments(told));
    // Read last: what is said is for those who may see the video after it was written.
    const video = await zone.db.maybeOne(findAudience(videoId));
    if (video === undefined) return;
    const hidden = rows.filter((row) => row.deleted_at === null && (row.hidden_at !== null || row.under_hidden));
    const deleted = rows.filter((row) => row.deleted_at !== null && row.replies === 0);
    const shown = rows.filter((row) => !hidden.includes(row) && !deleted.includes(row) && row.hidden_at === null && !row.under_hidden);
    const message: LiveMessage = {
      videoId,
      count: video.comments,
      comments: await this.#deps.views.present(zone, shown, { viewerId: '', videoOwnerId: video.owner_id }),
      made: shown.flatMap(({ id }) => (changed.get(id) === true ? [id] : [])),
      hidden: hidden.map((row) => row.id),
      deleted: deleted.map((row) => row.id),
      missed: changed.size > told.length,
    };
    for (const room of roomsFor(audienceOf(video), videoId)) this.#emit(zone.zone.id, room, 'comments', message);
  }

  #emit(zoneId: ZoneId, room: string, event: string, payload: unknown): void {
    this.#deps.broadcaster.emit({ namespace: VIDEO_NAMESPACE, zoneId, room }, event, payload);
  }
}
