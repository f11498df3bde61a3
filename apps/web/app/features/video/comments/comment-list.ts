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

export function withoutComment(list: CommentList, id: string): CommentList {
  return { ...list, items: list.items?.filter((comment) => comment.id !== id) };
}
