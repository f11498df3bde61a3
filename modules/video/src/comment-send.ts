import { type Clock, fail, newId, type Principal, sql, statement, type ZoneContext } from '@madang/kernel';
import type { Notifier } from '@madang/notifications';
import { lockCounts } from './comment-change.ts';
import type { CommentsLive } from './comment-live.ts';
import { excerptOf, videoCommented, videoReplied } from './comment-notifications.ts';
import { type CommentRow, type CommentViews, commentColumns, getComment } from './comment-views.ts';
import type { VideoAccess } from './video-access.ts';
import { videoErrors } from './video-errors.ts';
import type { Comment } from './wire.ts';

type Insert = [id: string, authorId: string, videoId: string, parentId: string | null, clientId: string | null, body: string, at: Date];
/** The thread's head is locked before the reply is made, so that hiding it meanwhile sees the reply or is seen by it. */
const insertComment = statement<CommentRow, Insert>(
  'video.insert_comment',
  `with head as (
     select id from video.comments where id = $4 and video_id = $3 and parent_id is null and deleted_at is null and hidden_at is null
     for no key update
   ), made as (
     insert into video.comments (zone_id, id, video_id, parent_id, author_id, client_id, body, created_at)
     select madang.zone(), $1, $3, $4, $2, $5, $6, $7 where $4::text is null or exists (select from head)
     on conflict do nothing returning *
   ), answered as (
     update video.comments set replies = replies + 1 where id = $4 and exists (select from made)
   ), counted as (
     update video.videos set comments = comments + 1 where id = $3 and exists (select from made)
   )
   select ${commentColumns('$2')} from made c`,
);

export type SendComment = (
  zone: ZoneContext,
  principal: Principal,
  input: { videoId: string; body: string; parentId?: string | null | undefined; clientId?: string | undefined },
) => Promise<{ fresh: boolean; comment: Comment }>;

/** [VI100]–[VI103] The same client id again gives the comment it made, never a second one. */
export function createSendComment(deps: {
  access: VideoAccess;
  views: CommentViews;
  live: Pick<CommentsLive, 'changed'>;
  notifier: Notifier;
  clock: Clock;
}): SendComment {
  return async (zone, principal, input) => {
    const { row: video, standing } = await deps.access.reach(zone, principal, input.videoId);
    const seen = { viewerId: principal.id, videoOwnerId: video.owner_id };
    const present = async (fresh: boolean, row: CommentRow) => {
      const [comment] = await deps.views.present(zone, [row], seen);
      return { fresh, comment: comment as Comment };
    };
    const sent = () =>
      zone.db.maybeOne(
        sql<CommentRow>(
          `select ${commentColumns('$2')} from video.comments c where c.video_id = $1 and c.author_id = $2 and c.client_id = $3`,
          video.id,
          principal.id,
          input.clientId,
        ),
      );
    if (!video.comments_open) {
      const before = input.clientId === undefined ? undefined : await sent();
      return before === undefined ? fail(videoErrors.comments_closed) : present(false, before);
    }
    const answered = input.parentId == null ? undefined : await getComment(zone.db, input.parentId, principal.id);
    if (answered !== undefined) {
      const known = answered.hidden_at === null || standing.moderate || answered.author_id === principal.id;
      if (answered.video_id !== video.id || answered.deleted_at !== null || !known) fail(videoErrors.comment_not_found);
    }
    const head = answered === undefined ? null : (answered.parent_id ?? answered.id);
    const now = deps.clock.now();
    const made = await zone.db.transaction(async (tx) => {
      const id = newId('comment', now.getTime());
      await tx.run(lockCounts(video.id));
      const row = await tx.maybeOne(insertComment(id, principal.id, video.id, head, input.clientId ?? null, input.body, now));
      if (row === undefined) return undefined;
      const told = {
        about: row.id,
        actorId: principal.id,
        payload: { videoId: video.id, commentId: row.id, title: video.title, name: principal.name, excerpt: excerptOf(row.body) },
      };
      const author = answered?.author_id;
      if (author !== undefined && author !== principal.id) await deps.notifier.notify(tx, videoReplied, { to: [author], ...told });
      if (video.owner_id !== principal.id && video.owner_id !== author) {
        await deps.notifier.notify(tx, videoCommented, { to: [video.owner_id], ...told });
      }
      tx.afterCommit(() => deps.live.changed(zone, video.id, row.id, true));
      return row;
    });
    if (made !== undefined) return present(true, made);
    const before = input.clientId === undefined ? undefined : await sent();
    return before === undefined ? fail(videoErrors.comment_not_found) : present(false, before);
  };
}

/** For the demo: what someone said of a public video, once per client id. */
export type SeedComment = (
  zone: ZoneContext,
  author: { readonly id: string; readonly name: string },
  comment: { videoId: string; body: string; parentId?: string | null; clientId: string },
) => Promise<{ id: string }>;

export function createSeedComment(send: SendComment): SeedComment {
  return async (zone, author, comment) => {
    const anyone: Principal = {
      ...author,
      kind: 'account',
      zoneId: zone.zone.id,
      orgId: null,
      role: 'student',
      capabilities: [],
      sessionId: '',
      scopeOf: () => undefined,
    };
    return (await send(zone, anyone, comment)).comment;
  };
}
