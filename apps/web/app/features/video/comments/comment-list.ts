import type { LiveComments } from '@madang/video/contract';
import type { Comment } from './use-comments.ts';

export interface CommentList {
  readonly items: readonly Comment[] | undefined;
  /** Of the next page; undefined at the end. */
  readonly cursor: string | undefined;
}

/** A page that was asked for with `cursor`: the first one replaces everything, later ones add what is not there yet. */
export function mergePage(
  list: CommentList,
  page: { items: readonly Comment[]; nextCursor: string | null },
  cursor: string | undefined,
): CommentList {
  const before = cursor === undefined ? [] : (list.items ?? []);
  const known = new Set(before.map(({ id }) => id));
  return { items: [...before, ...page.items.filter(({ id }) => !known.has(id))], cursor: page.nextCursor ?? undefined };
}

/** One's own comment, now the server's: above the others but below a pinned one, a reply below those before it. Never twice. */
export function insertSent(list: CommentList, sent: Comment): CommentList {
  const items = (list.items ?? []).filter(({ id }) => id !== sent.id);
  if (sent.parentId !== null) return { ...list, items: [...items, sent] };
  const at = items.findIndex(({ pinned }) => !pinned);
  return { ...list, items: items.toSpliced(at < 0 ? items.length : at, 0, sent) };
}

/** One changed comment. A pin is one at a time, and stands first. */
export function replaceComment(list: CommentList, changed: Comment): CommentList {
  const items = (list.items ?? []).map((comment) =>
    comment.id === changed.id ? changed : changed.pinned && comment.pinned ? { ...comment, pinned: false } : comment,
  );
  const first = changed.pinned ? items.findIndex(({ id }) => id === changed.id) : -1;
  return { ...list, items: first > 0 ? [changed, ...items.toSpliced(first, 1)] : items };
}

/** What is told live, and to whom. */
interface Heard {
  readonly message: LiveComments;
  /** Of whoever looks. */
  readonly personId: string | undefined;
  readonly moderates: boolean;
}

/** The list after what was heard of comments that stand in it. Whether one likes a comment is known here alone. */
export function hearChanges(list: CommentList, { message, personId, moderates }: Heard): CommentList {
  if (list.items === undefined) return list;
  const changed = new Map(message.comments.map((comment) => [comment.id, comment]));
  const hidden = new Set(message.hidden);
  const gone = new Set(message.deleted);
  const items = list.items.flatMap((known): Comment[] => {
    if (gone.has(known.id)) return [];
    if (hidden.has(known.id)) return moderates || known.author.id === personId ? [{ ...known, hidden: true }] : [];
    const now = changed.get(known.id);
    return [now === undefined ? known : { ...now, liked: known.liked, mine: known.mine }];
  });
  const pinned = message.comments.find((comment) => comment.pinned && items.some(({ id }) => id === comment.id));
  const next = { ...list, items };
  return pinned === undefined ? next : replaceComment(next, items.find(({ id }) => id === pinned.id) ?? pinned);
}

/** New comments, or new replies of `parentId`, that the list does not have; the newest last. */
export function newIn(list: CommentList, { message, personId }: Heard, parentId: string | null): Comment[] {
  const known = new Set(list.items?.map(({ id }) => id));
  return message.comments
    .filter((comment) => comment.parentId === parentId && message.made.includes(comment.id) && !known.has(comment.id))
    .map((comment) => ({ ...comment, mine: comment.author.id === personId }))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}

export function withoutComment(list: CommentList, id: string): CommentList {
  return { ...list, items: list.items?.filter((comment) => comment.id !== id) };
}
