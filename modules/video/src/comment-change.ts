import { type AuditWriter, type Clock, fail, type Principal, type Queries, sql, statement, type ZoneContext } from '@madang/kernel';
import type { Notifier } from '@madang/notifications';
import type { CommentsLive } from './comment-live.ts';
import { videoCommented, videoReplied } from './comment-notifications.ts';
import { type CommentRow, type CommentViews, getComment } from './comment-views.ts';
import type { ReachedVideo, VideoAccess } from './video-access.ts';
import { videoErrors } from './video-errors.ts';
import type { Comment } from './wire.ts';

/**
 * What hangs on a comment's being seen is counted where it changes: `changed` is the comment with what it was before. A reply
 * counts in its thread, and in the video while the thread's head is not hidden; a head takes its replies with it when hidden,
 * and leaves them when deleted.
 */
const counting = (changed: string): string => `
  with changed as (${changed}), thread as (
    update video.comments p set replies = p.replies + c.step
    from changed c where p.id = c.parent_id and c.step <> 0 returning p.hidden_at
  ), counted as (
    update video.videos v set comments = v.comments + case
      when c.parent_id is null then c.step + c.with_replies
      when (select hidden_at is null from thread) then c.step else 0 end
    from changed c where v.id = c.video_id and (c.step <> 0 or c.with_replies <> 0)
  )
  select id from changed`;

const deleteComment = statement<{ id: string }, [id: string, at: Date]>(
  'video.delete_comment',
  counting(`update video.comments set deleted_at = $2, body = '', pinned_at = null, client_id = null where id = $1 and deleted_at is null
    returning id, video_id, parent_id, case when hidden_at is null then -1 else 0 end as step, 0 as with_replies`),
);
const hideComment = statement<{ id: string }, [id: string, at: Date]>(
  'video.hide_comment',
  counting(`update video.comments set hidden_at = $2, pinned_at = null where id = $1 and hidden_at is null and deleted_at is null
    returning id, video_id, parent_id, -1 as step, -replies as with_replies`),
);
const showComment = statement<{ id: string }, [id: string]>(
  'video.show_comment',
  counting(`update video.comments set hidden_at = null where id = $1 and hidden_at is not null and deleted_at is null
    returning id, video_id, parent_id, 1 as step, replies as with_replies`),
);
/**
 * Whoever changes what is counted waits here for the one before: a statement that waits in its middle goes on with what it
 * read of other rows before.
 */
export const lockCounts = statement<unknown, [videoId: string]>(
  'video.lock_counts',
  'select from video.videos where id = $1 for no key update',
);
const likeComment = statement<{ likes: number }, [id: string, personId: string, at: Date]>(
  'video.like_comment',
  `with given as (
     insert into video.comment_likes (zone_id, comment_id, user_id, created_at)
     select madang.zone(), c.id, $2, $3 from (select id from video.comments where id = $1 for key share) c
     on conflict do nothing returning comment_id
   )
   update video.comments c set likes = c.likes + 1, most_likes = greatest(c.most_likes, c.likes + 1)
   from given where c.id = given.comment_id`,
);
const unlikeComment = statement<{ likes: number }, [id: string, personId: string]>(
  'video.unlike_comment',
  `with taken as (delete from video.comment_likes where comment_id = $1 and user_id = $2 returning comment_id)
   update video.comments c set likes = c.likes - 1 from taken where c.id = taken.comment_id`,
);

export interface CommentChanges {
  /** One's own. */
  edit(zone: ZoneContext, principal: Principal, commentId: string, body: string): Promise<Comment>;
  /** One's own, or as a moderator: the words vanish, the replies stay. */
  remove(zone: ZoneContext, principal: Principal, commentId: string): Promise<void>;
  like(zone: ZoneContext, principal: Principal, commentId: string, on: boolean): Promise<Comment>;
  /** By the creator; the one that was pinned before no longer is. */
  pin(zone: ZoneContext, principal: Principal, commentId: string, on: boolean): Promise<Comment>;
  hide(zone: ZoneContext, principal: Principal, commentId: string, hidden: boolean): Promise<Comment>;
}

interface Deps {
  readonly access: VideoAccess;
  readonly views: CommentViews;
  readonly live: Pick<CommentsLive, 'changed'>;
  readonly notifier: Notifier;
  readonly audit: AuditWriter;
  readonly clock: Clock;
}

/** [VI105]–[VI109] Each is idempotent, and keeps every count right whatever happens at once. */
export function createCommentChanges(deps: Deps): CommentChanges {
  async function reach(zone: ZoneContext, principal: Principal, commentId: string): Promise<ReachedVideo & { comment: CommentRow }> {
    const comment = await getComment(zone.db, commentId, principal.id);
    const reached = await deps.access.reach(zone, principal, comment.video_id);
    const known = comment.hidden_at === null || reached.standing.moderate || comment.author_id === principal.id;
    if (comment.deleted_at !== null || !known) fail(videoErrors.comment_not_found);
    return { ...reached, comment };
  }
  async function answer(zone: ZoneContext, principal: Principal, { row, comment }: ReachedVideo & { comment: CommentRow }) {
    deps.live.changed(zone, row.id, comment.id);
    const now = await getComment(zone.db, comment.id, principal.id);
    const [shown] = await deps.views.present(zone, [now], { viewerId: principal.id, videoOwnerId: row.owner_id });
    return shown as Comment;
  }
  const untell = async (tx: Queries, commentId: string) => {
    await deps.notifier.retract(tx, videoCommented, commentId);
    await deps.notifier.retract(tx, videoReplied, commentId);
  };
  const record = (tx: Queries, principal: Principal, action: string, comment: CommentRow) =>
    deps.audit.record(tx, {
      action,
      resourceType: 'comment',
      resourceId: comment.id,
      actor: principal,
      details: { videoId: comment.video_id, authorId: comment.author_id },
    });

  return {
    async edit(zone, principal, commentId, body) {
      const reached = await reach(zone, principal, commentId);
      if (reached.comment.author_id !== principal.id) fail(videoErrors.not_allowed);
      await zone.db.run(
        sql(
          'update video.comments set body = $2, edited_at = $3 where id = $1 and deleted_at is null and body <> $2',
          commentId,
          body,
          deps.clock.now(),
        ),
      );
      return answer(zone, principal, reached);
    },

    async remove(zone, principal, commentId) {
      const { comment, standing } = await reach(zone, principal, commentId);
      const own = comment.author_id === principal.id;
      if (!own && !standing.moderate) fail(videoErrors.not_allowed);
      await zone.db.transaction(async (tx) => {
        await tx.run(lockCounts(comment.video_id));
        if ((await tx.maybeOne(deleteComment(commentId, deps.clock.now()))) === undefined) return;
        await untell(tx, commentId);
        if (!own) await record(tx, principal, 'delete', comment);
        tx.afterCommit(() => deps.live.changed(zone, comment.video_id, commentId));
      });
    },

    async like(zone, principal, commentId, on) {
      const reached = await reach(zone, principal, commentId);
      await zone.db.run(on ? likeComment(commentId, principal.id, deps.clock.now()) : unlikeComment(commentId, principal.id));
      return answer(zone, principal, reached);
    },

    async pin(zone, principal, commentId, on) {
      const reached = await reach(zone, principal, commentId);
      if (!reached.standing.mine && !reached.standing.edit) fail(videoErrors.not_allowed);
      if (reached.comment.parent_id !== null || reached.comment.hidden_at !== null) fail(videoErrors.comment_not_found);
      await zone.db.transaction(async (tx) => {
        await deps.access.lock(tx, principal, reached.row.id); // one pin of a video at a time
        if (on) {
          await tx.run(
            sql(
              'update video.comments set pinned_at = null where video_id = $1 and pinned_at is not null and id <> $2',
              reached.row.id,
              commentId,
            ),
          );
        }
        await tx.run(
          on
            ? sql(
                `update video.comments set pinned_at = coalesce(pinned_at, $2)
                 where id = $1 and deleted_at is null and hidden_at is null`,
                commentId,
                deps.clock.now(),
              )
            : sql('update video.comments set pinned_at = null where id = $1 and pinned_at is not null', commentId),
        );
      });
      return answer(zone, principal, reached);
    },

    async hide(zone, principal, commentId, hidden) {
      const reached = await reach(zone, principal, commentId);
      if (!reached.standing.moderate) fail(videoErrors.not_allowed);
      await zone.db.transaction(async (tx) => {
        await tx.run(lockCounts(reached.comment.video_id));
        const changed = await tx.maybeOne(hidden ? hideComment(commentId, deps.clock.now()) : showComment(commentId));
        if (changed === undefined) return;
        if (hidden) await untell(tx, commentId);
        await record(tx, principal, hidden ? 'hide' : 'show', reached.comment);
      });
      return answer(zone, principal, reached);
    },
  };
}
