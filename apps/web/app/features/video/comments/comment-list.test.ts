import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CommentList, insertSent, mergePage, replaceComment, withoutComment } from './comment-list.ts';
import type { Comment } from './use-comments.ts';

const comment = (id: string, more: Partial<Comment> = {}): Comment => ({
  id,
  videoId: 'video_1',
  parentId: null,
  author: { id: 'user_1', name: '봄', colour: 140, avatarUrl: null, creator: false },
  body: id,
  likes: 0,
  liked: false,
  replies: 0,
  pinned: false,
  hidden: false,
  createdAt: '2026-11-21T00:00:00Z',
  editedAt: null,
  deletedAt: null,
  mine: false,
  ...more,
});
const ids = (list: CommentList) => list.items?.map(({ id }) => id);
const list = (...items: Comment[]): CommentList => ({ items, cursor: 'more' });

describe('a list of comments', () => {
  it('begins anew with the first page and grows with others, nothing twice', () => {
    const first = mergePage(list(comment('old')), { items: [comment('a'), comment('b')], nextCursor: 'c1' }, undefined);
    assert.deepEqual([ids(first), first.cursor], [['a', 'b'], 'c1']);
    const second = mergePage(first, { items: [comment('b'), comment('c')], nextCursor: null }, 'c1');
    assert.deepEqual([ids(second), second.cursor], [['a', 'b', 'c'], undefined]);
  });
  it('puts one’s own first, below what is pinned; a reply comes last', () => {
    assert.deepEqual(ids(insertSent(list(comment('pin', { pinned: true }), comment('a')), comment('mine'))), ['pin', 'mine', 'a']);
    assert.deepEqual(ids(insertSent(list(), comment('mine'))), ['mine']);
    assert.deepEqual(ids(insertSent(list(comment('a')), comment('mine', { parentId: 'p' }))), ['a', 'mine']);
    assert.deepEqual(ids(insertSent(list(comment('mine'), comment('a')), comment('mine'))), ['mine', 'a']);
  });
  it('has one pinned comment, and it stands first', () => {
    const pinned = replaceComment(list(comment('a', { pinned: true }), comment('b')), comment('b', { pinned: true }));
    assert.deepEqual(
      pinned.items?.map(({ id, pinned: on }) => [id, on]),
      [
        ['b', true],
        ['a', false],
      ],
    );
  });
  it('lets one go', () => assert.deepEqual(ids(withoutComment(list(comment('a'), comment('b')), 'a')), ['b']));
});
