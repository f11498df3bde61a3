import { fail, type Principal, requestErrors, statement, type ZoneContext } from '@madang/kernel';
import { type CommentRow, type CommentViews, commentColumns, getComment } from './comment-views.ts';
import { cursorOf, type Page, pageOf, placeOf } from './list-cursor.ts';
import type { VideoAccess } from './video-access.ts';
import { videoErrors } from './video-errors.ts';
import type { Comment } from './wire.ts';

/** Hidden ones are there for their author and for moderators; a deleted one stays while replies hang on it. */
const VISIBLE = `(c.hidden_at is null or $3 or c.author_id = $2) and (c.deleted_at is null or c.replies > 0)`;

/** Its place in `top`. */
type RankedRow = CommentRow & { readonly most_likes: number };
type Shown = readonly [videoOrParentId: string, viewerId: string, moderate: boolean];

const pinnedComment = statement<CommentRow, Shown>(
  'video.pinned_comment',
  `select ${commentColumns('$2')} from video.comments c where c.video_id = $1 and c.pinned_at is not null and ${VISIBLE}`,
);
const topComments = statement<RankedRow, [...Shown, mostLikes: number, id: string, limit: number, but: string]>(
  'video.top_comments',
  `select ${commentColumns('$2')}, c.most_likes from video.comments c
   where c.video_id = $1 and c.parent_id is null and c.pinned_at is null and (c.most_likes, c.id) < ($4::int, $5::text) and c.id <> $7 and ${VISIBLE}
   order by c.most_likes desc, c.id desc limit $6`,
);
const newestComments = statement<CommentRow, [...Shown, before: string, limit: number, but: string]>(
  'video.newest_comments',
  `select ${commentColumns('$2')} from video.comments c
   where c.video_id = $1 and c.parent_id is null and c.pinned_at is null and c.id < $4::text and c.id <> $6 and ${VISIBLE}
   order by c.id desc limit $5`,
);
const repliesOf = statement<CommentRow, [...Shown, after: string, limit: number]>(
  'video.replies_of_comment',
  `select ${commentColumns('$2')} from video.comments c where c.parent_id = $1 and c.id > $4::text and ${VISIBLE} order by c.id limit $5`,
);

const MOST_LIKES = 2_147_483_647;
/** After every id of a comment. */
const LAST_ID = 'comment_z';

/** `(most likes, id)`, and which pinned one came before the first page; lists by time leave the likes at 0. */
function placeIn(cursor: string | undefined): { likes: number; id: string; pinned: string } | undefined {
  const place = placeOf(cursor, 3);
  if (place === undefined) return undefined;
  const likes = Number(place[0]);
  if (!Number.isInteger(likes) || likes < 0 || likes > MOST_LIKES) fail(requestErrors.invalid, { detail: 'not a cursor of this list' });
  return { likes, id: String(place[1]), pinned: String(place[2]) };
}

export type ListComments = (
  zone: ZoneContext,
  principal: Principal | undefined,
  query: { videoId: string; sort: 'top' | 'newest'; parentId?: string | undefined; cursor?: string | undefined; limit: number },
) => Promise<Page<Comment>>;

/**
 * [VI104] A page of threads, the pinned one before the first; or of the replies of one. Places are keys, not offsets: while
 * others write, a comment that keeps its place is not missed, and none is given twice: a place in `top` only rises.
 */
export function createListComments(deps: { access: VideoAccess; views: CommentViews }): ListComments {
  return async (zone, principal, { videoId, sort, parentId, cursor, limit }) => {
    const { row: video, standing } = await deps.access.reach(zone, principal, videoId);
    const viewerId = principal?.id ?? '';
    const shown = [viewerId, standing.moderate] as const;
    const from = placeIn(cursor);
    const most = limit + 1;
    const load = async (): Promise<(CommentRow & { most_likes?: number })[]> => {
      if (parentId !== undefined) {
        const parent = await getComment(zone.db, parentId, viewerId);
        const known = parent.hidden_at === null || standing.moderate || parent.author_id === viewerId;
        if (parent.video_id !== video.id || !known) fail(videoErrors.comment_not_found);
        return zone.db.many(repliesOf(parentId, ...shown, from?.id ?? '', most));
      }
      return sort === 'newest'
        ? zone.db.many(newestComments(video.id, ...shown, from?.id ?? LAST_ID, most, from?.pinned ?? ''))
        : zone.db.many(topComments(video.id, ...shown, from?.likes ?? MOST_LIKES, from?.id ?? LAST_ID, most, from?.pinned ?? ''));
    };
    const [pinned, found] = await Promise.all([
      cursor === undefined && parentId === undefined ? zone.db.many(pinnedComment(video.id, ...shown)) : [],
      load(),
    ]);
    const given = from?.pinned ?? pinned[0]?.id ?? '';
    const { rows, next } = pageOf(found, limit, (last) => cursorOf(last.most_likes ?? 0, last.id, given));
    const items = await deps.views.present(zone, [...pinned, ...rows], { viewerId, videoOwnerId: video.owner_id });
    return { items, next };
  };
}
