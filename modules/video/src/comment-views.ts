import { fail, ID_PATTERN, type PeopleDirectory, type PersonCard, type Queries, statement, type ZoneContext } from '@madang/kernel';
import { videoErrors } from './video-errors.ts';
import type { Comment } from './wire.ts';

export interface CommentRow {
  readonly id: string;
  readonly video_id: string;
  readonly parent_id: string | null;
  readonly author_id: string;
  readonly body: string;
  readonly likes: number;
  readonly replies: number;
  readonly liked: boolean;
  readonly pinned_at: Date | null;
  readonly hidden_at: Date | null;
  readonly created_at: Date;
  readonly edited_at: Date | null;
  readonly deleted_at: Date | null;
}

/** Columns of `CommentRow` from `c`; `viewer` is SQL for the id of the person asking, '' for no one. */
export const commentColumns = (viewer: string): string =>
  `c.id, c.video_id, c.parent_id, c.author_id, c.body, c.likes, c.replies, c.pinned_at, c.hidden_at, c.created_at, c.edited_at, c.deleted_at,
   exists (select from video.comment_likes l where l.comment_id = c.id and l.user_id = ${viewer}) as liked`;

const findComment = statement<CommentRow & { parent_author_id: string | null }, [id: string, viewerId: string]>(
  'video.find_comment',
  `select ${commentColumns('$2')}, p.author_id as parent_author_id
   from video.comments c left join video.comments p on p.id = c.parent_id where c.id = $1`,
);

export async function getComment(db: Queries, commentId: string, viewerId: string): Promise<CommentRow> {
  const row = ID_PATTERN.test(commentId) ? await db.maybeOne(findComment(commentId, viewerId)) : undefined;
  return row ?? fail(videoErrors.comment_not_found);
}

/** Rows as people see them. */
export interface CommentViews {
  /** One call for all authors. */
  present(zone: ZoneContext, rows: readonly CommentRow[], seen: { viewerId: string; videoOwnerId: string }): Promise<Comment[]>;
}

export function createCommentViews(deps: { people: PeopleDirectory }): CommentViews {
  return {
    async present(zone, rows, { viewerId, videoOwnerId }) {
      const authors = [...new Set(rows.map((row) => row.author_id))];
      const cards = authors.length === 0 ? new Map<string, PersonCard>() : await deps.people.cards(zone, authors);
      return rows.map((row) => {
        const card = cards.get(row.author_id);
        const deleted = row.deleted_at !== null;
        return {
          id: row.id,
          videoId: row.video_id,
          parentId: row.parent_id,
          author: {
            id: row.author_id,
            name: card?.name ?? '',
            colour: card?.colour ?? 0,
            avatarUrl: card?.avatarUrl ?? null,
            creator: row.author_id === videoOwnerId,
          },
          body: deleted ? '' : row.body,
          likes: row.likes,
          liked: row.liked,
          replies: row.replies,
          pinned: row.pinned_at !== null,
          hidden: row.hidden_at !== null,
          createdAt: row.created_at.toISOString(),
          editedAt: row.edited_at?.toISOString() ?? null,
          deletedAt: row.deleted_at?.toISOString() ?? null,
          mine: row.author_id === viewerId,
        };
      });
    },
  };
}
