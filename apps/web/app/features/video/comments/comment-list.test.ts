import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CommentList, hearChanges, insertSent, mergePage, newIn, replaceComment, withoutComment } from './comment-list.ts';
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
  const heard = (message: Partial<Parameters<typeof hearChanges>[1]['message']>, moderates = false) => ({
    message: { videoId: 'video_1', count: 1, comments: [], made: [], hidden: [], deleted: [], missed: false, ...message },
    personId: 'user_1',
    moderates,
  });
  const others = { ...comment('').author, id: 'user_2' };
  it('hears what changes in it, and keeps what is known here alone', () => {
    const before = list(comment('a', { liked: true, mine: true }), comment('b', { author: others }), comment('c', { author: others }));
    const changes = { comments: [comment('a', { body: 'A', likes: 2 }), comment('x')], hidden: ['b'], deleted: ['c'] };
    const after = hearChanges(before, heard(changes));
    assert.deepEqual(after.items, [comment('a', { body: 'A', likes: 2, liked: true, mine: true })]);
    assert.deepEqual(hearChanges(before, heard(changes, true)).items?.[1], comment('b', { author: others, hidden: true }));
    assert.deepEqual(ids(hearChanges(list(comment('a'), comment('b')), heard({ comments: [comment('b', { pinned: true })] }))), ['b', 'a']);
    assert.deepEqual(hearChanges({ items: undefined, cursor: undefined }, heard(changes)).items, undefined);
  });
  it('knows what is new, and whose', () => {
    const comments = [comment('d', { author: others }), comment('b'), comment('a'), comment('r', { parentId: 'a' }), comment('old')];
    const message = heard({ comments, made: ['a', 'b', 'd', 'r'] });
    const came = newIn(list(comment('a')), message, null);
    assert.deepEqual(
      came.map(({ id, mine }) => [id, mine]),
      [
        ['b', true],
        ['d', false],
      ],
    );
    assert.deepEqual(
      newIn(list(), message, 'a').map(({ id }) => id),
      ['r'],
    );
  });
  it('lets one go', () => assert.deepEqual(ids(withoutComment(list(comment('a'), comment('b')), 'a')), ['b']));
});
