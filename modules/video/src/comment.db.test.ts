import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Principal, sql, type ZoneContext } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import type { SocialPart } from './social.ts';
import { callAs, refusedWith, type SocialWorld, socialWorld } from './social-testbed.ts';
import type { Comment } from './wire.ts';

describe('comments', () => {
  let t: TestDatabase;
  let zone: ZoneContext;
  let world: SocialWorld;
  let social: SocialPart;
  let creator: Principal;
  let moderator: Principal;
  let channelId: string;

  before(async () => {
    t = await testDatabase({ poolSize: 8 });
    zone = t.zone('piyakast');
    world = socialWorld();
    social = world.node();
    creator = world.person('Sora', 'student', { capabilities: ['creator'] });
    moderator = world.person('Mod', 'zone_admin');
    channelId = await world.channel(zone, creator);
  });
  after(() => t.close());

  const call = <Body>(who: Principal | undefined, key: string, rest: Parameters<typeof callAs>[4]) =>
    callAs<Body>(social, zone, who, key, rest);
  const say = (who: Principal, videoId: string, body: string, rest: Record<string, unknown> = {}) => {
    world.clock.advance(1); // ids sort by time
    return call<Comment>(who, 'POST /api/v1/videos/:videoId/comments', { params: { videoId }, body: { body, ...rest } });
  };
  const list = async (who: Principal | undefined, videoId: string, query: Record<string, unknown> = {}) => {
    const reply = await call<{ items: Comment[] }>(who, 'GET /api/v1/videos/:videoId/comments', { params: { videoId }, query });
    return { items: reply.body.items, cursor: reply.cursor };
  };
  const change = <Body = Comment>(who: Principal, key: string, commentId: string, body?: unknown) =>
    call<Body>(who, key, { params: { commentId }, body }).then((reply) => reply.body);
  const countOf = async (videoId: string) =>
    (await zone.db.one(sql<{ comments: number }>('select comments from video.videos where id = $1', videoId))).comments;
  /** As the rows say, whatever the counters do. */
  const countedOf = async (videoId: string) =>
    (
      await zone.db.one(
        sql<{ n: number }>(
          `select count(*)::int as n from video.comments c left join video.comments p on p.id = c.parent_id
           where c.video_id = $1 and c.deleted_at is null and c.hidden_at is null and p.hidden_at is null`,
          videoId,
        ),
      )
    ).n;

  it('[VI100] [VI101] [VI103] are two deep, sent once, and tell whom they concern', async () => {
    const videoId = await world.video(zone, creator, channelId);
    const mina = world.person('Mina');
    const juno = world.person('Juno');
    const first = await say(mina, videoId, '  잘 봤어요  ', { clientId: 'a' });
    assert.equal(first.status, 201);
    assert.deepEqual(
      [first.body.body, first.body.author.name, first.body.mine, first.body.author.creator],
      ['잘 봤어요', 'Mina', true, false],
    );
    const again = await say(mina, videoId, '다른 말', { clientId: 'a' });
    assert.equal(again.status, 200);
    assert.deepEqual(again.body, first.body);
    const reply = (await say(juno, videoId, '저도요', { parentId: first.body.id })).body;
    const deeper = (await say(creator, videoId, '고마워요', { parentId: reply.id })).body;
    assert.deepEqual([reply.parentId, deeper.parentId, deeper.author.creator], [first.body.id, first.body.id, true]);
    assert.deepEqual(
      world.rung.map(({ kind, to, about }) => [kind, to, about]),
      [
        ['video.commented', [creator.id], first.body.id],
        ['video.replied', [mina.id], reply.id],
        ['video.commented', [creator.id], reply.id],
        ['video.replied', [juno.id], deeper.id],
      ],
    );
    assert.equal(await countOf(videoId), 3);
    const [shown] = (await list(undefined, videoId)).items;
    assert.deepEqual([shown?.replies, shown?.mine], [2, false]);
    assert.deepEqual(
      (await list(mina, videoId, { parentId: first.body.id })).items.map((comment) => comment.body),
      ['저도요', '고마워요'],
    );
    const other = await world.video(zone, creator, channelId);
    await assert.rejects(say(mina, other, 'x', { parentId: first.body.id }), refusedWith('video.comment_not_found'));
    await assert.rejects(list(mina, other, { parentId: first.body.id }), refusedWith('video.comment_not_found'));
  });

  it('[VI102] closed comments say so, and what cannot be seen is not commented', async () => {
    const closed = await world.video(zone, creator, channelId, { commentsOpen: false });
    const hidden = await world.video(zone, creator, channelId, { visibility: 'private' });
    const mina = world.person('Mina');
    await assert.rejects(say(mina, closed, 'x'), refusedWith('video.comments_closed'));
    await assert.rejects(say(mina, hidden, 'x'), refusedWith('video.video_not_found'));
    await assert.rejects(list(undefined, hidden), refusedWith('video.video_not_found'));
  });

  it('[VI105] [VI106] words vanish with a deletion, replies stay; only author and moderators delete', async () => {
    const videoId = await world.video(zone, creator, channelId);
    const [mina, juno] = [world.person('Mina'), world.person('Juno')];
    const head = (await say(mina, videoId, '첫 댓글')).body;
    const reply = (await say(juno, videoId, '답글', { parentId: head.id })).body;
    await assert.rejects(change(juno, 'DELETE /api/v1/comments/:commentId', head.id), refusedWith('video.not_allowed'));
    await assert.rejects(change(juno, 'PATCH /api/v1/comments/:commentId', head.id, { body: 'x' }), refusedWith('video.not_allowed'));
    const edited = await change(mina, 'PATCH /api/v1/comments/:commentId', head.id, { body: '고친 댓글' });
    assert.deepEqual([edited.body, edited.editedAt !== null], ['고친 댓글', true]);
    await change(mina, 'DELETE /api/v1/comments/:commentId', head.id);
    const [ghost] = (await list(juno, videoId)).items;
    assert.deepEqual([ghost?.body, ghost?.deletedAt !== null, ghost?.replies], ['', true, 1]);
    assert.equal(await countOf(videoId), 1);
    await assert.rejects(say(juno, videoId, 'x', { parentId: head.id }), refusedWith('video.comment_not_found'));
    const audited = world.deps.audit.entries.length;
    await change(creator, 'DELETE /api/v1/comments/:commentId', reply.id);
    assert.equal(world.deps.audit.entries.length, audited + 1);
    assert.equal(world.rung.filter((told) => told.about === reply.id).length, 0);
    assert.deepEqual([(await list(juno, videoId)).items.length, await countOf(videoId)], [0, 0]);
    await assert.rejects(change(mina, 'DELETE /api/v1/comments/:commentId', head.id), refusedWith('video.comment_not_found'));
  });

  it('[VI107] [VI108] one is pinned, by the creator; hidden ones are there for author and moderators', async () => {
    const videoId = await world.video(zone, creator, channelId);
    const [mina, juno] = [world.person('Mina'), world.person('Juno')];
    const one = (await say(mina, videoId, '하나')).body;
    const two = (await say(juno, videoId, '둘')).body;
    const three = (await say(juno, videoId, '셋')).body;
    const answer = (await say(juno, videoId, '하나의 답', { parentId: one.id })).body;
    const pin = 'PUT /api/v1/comments/:commentId/pin';
    await assert.rejects(change(mina, pin, one.id), refusedWith('video.not_allowed'));
    await assert.rejects(change(creator, pin, answer.id), refusedWith('video.comment_not_found'));
    await Promise.all([one, two, three].map((comment) => change(creator, pin, comment.id)));
    assert.equal((await list(mina, videoId)).items.filter((comment) => comment.pinned).length, 1);
    await change(creator, pin, one.id);
    const bodies = async (who: Principal | undefined, query = {}) => (await list(who, videoId, query)).items.map((comment) => comment.body);
    assert.deepEqual(await bodies(mina, { sort: 'newest' }), ['하나', '셋', '둘']);
    const hide = 'PUT /api/v1/comments/:commentId/hidden';
    await assert.rejects(change(juno, hide, one.id, { hidden: true }), refusedWith('video.not_allowed'));
    assert.equal((await change(moderator, hide, one.id, { hidden: true })).pinned, false);
    await change(moderator, hide, one.id, { hidden: true });
    assert.deepEqual(await bodies(juno, { sort: 'newest' }), ['셋', '둘']);
    assert.deepEqual(await bodies(undefined, { sort: 'newest' }), ['셋', '둘']);
    assert.deepEqual(await bodies(mina, { sort: 'newest' }), ['셋', '둘', '하나']);
    assert.deepEqual(await bodies(creator, { sort: 'newest' }), ['셋', '둘', '하나']);
    assert.equal(await countOf(videoId), 2);
    await assert.rejects(list(juno, videoId, { parentId: one.id }), refusedWith('video.comment_not_found'));
    await assert.rejects(change(juno, 'PUT /api/v1/comments/:commentId/like', one.id), refusedWith('video.comment_not_found'));
    await change(creator, hide, one.id, { hidden: false });
    assert.deepEqual([await countOf(videoId), await countedOf(videoId)], [4, 4]);
  });

  it('[VI109] counts are right whatever happens at once', async () => {
    const videoId = await world.video(zone, creator, channelId);
    const people = Array.from({ length: 25 }, (_, index) => world.person(`p${index}`));
    const head = (await say(creator, videoId, '시작')).body;
    const like = (who: Principal, method: 'PUT' | 'DELETE') => change(who, `${method} /api/v1/comments/:commentId/like`, head.id);
    const made = await Promise.all(
      people.flatMap((who, index) => [
        say(who, videoId, `답 ${index}`, { parentId: head.id, clientId: 'same' }),
        say(who, videoId, `답 ${index}`, { parentId: head.id, clientId: 'same' }),
        like(who, 'PUT').then(() => undefined),
        like(who, 'PUT').then(() => undefined),
      ]),
    );
    const replies = [...new Set(made.flatMap((reply) => reply?.body.id ?? []))];
    assert.equal(replies.length, 25);
    const liked = (await list(people[0], videoId)).items[0];
    assert.deepEqual([liked?.likes, liked?.liked, liked?.replies], [25, true, 25]);
    const hide = (id: string, hidden: boolean) => change(moderator, 'PUT /api/v1/comments/:commentId/hidden', id, { hidden });
    const quiet = (work: Promise<unknown>) => work.catch((error: unknown) => assert.ok(refusedWith('video.comment_not_found')(error)));
    await Promise.all([
      ...replies.slice(0, 10).map((id) => quiet(change(moderator, 'DELETE /api/v1/comments/:commentId', id))),
      ...replies.slice(5, 15).map((id) => quiet(hide(id, true))),
      hide(head.id, true),
      ...people.map((who) => quiet(say(who, videoId, '또', { parentId: head.id }))),
      ...people.slice(0, 10).map((who) => quiet(like(who, 'DELETE'))),
    ]);
    assert.equal(await countOf(videoId), await countedOf(videoId));
    await hide(head.id, false);
    const { replies: counted } = await zone.db.one(
      sql<{ replies: number }>(
        `select count(*)::int as replies from video.comments where parent_id = $1 and deleted_at is null and hidden_at is null`,
        head.id,
      ),
    );
    const shown = await change(moderator, 'PATCH /api/v1/comments/:commentId', head.id, { body: 'x' }).catch(() => undefined);
    assert.equal(shown, undefined);
    assert.equal((await list(creator, videoId)).items[0]?.replies, counted);
    assert.equal(await countOf(videoId), await countedOf(videoId));
  });

  it('[VI104] pages neither miss nor double what keeps its place while others write', async () => {
    const videoId = await world.video(zone, creator, channelId);
    const people = Array.from({ length: 12 }, (_, index) => world.person(`p${index}`));
    const made: Comment[] = [];
    for (let index = 0; index < 60; index++) made.push((await say(people[index % 12] as Principal, videoId, `${index}`)).body);
    for (const [index, comment] of made.entries()) {
      for (const who of people.slice(0, index % 7)) await change(who, 'PUT /api/v1/comments/:commentId/like', comment.id);
    }
    for (const sort of ['top', 'newest'] as const) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await list(people[0], videoId, { sort, limit: 7, ...(cursor !== undefined && { cursor }) });
        seen.push(...page.items.map((comment) => comment.id));
        cursor = page.cursor;
        await say(creator, videoId, 'meanwhile');
      } while (cursor !== undefined);
      const known = made.map((comment) => comment.id);
      const ours = seen.filter((id) => known.includes(id));
      assert.equal(new Set(seen).size, seen.length);
      const rank = (id: string) => (sort === 'top' ? known.indexOf(id) % 7 : 0);
      const expected = [...known].sort((a, b) => rank(b) - rank(a) || (a < b ? 1 : -1));
      assert.deepEqual(ours, expected);
    }
    const replies = made.slice(0, 1);
    for (let index = 0; index < 9; index++) await say(creator, videoId, `r${index}`, { parentId: replies[0]?.id });
    const first = await list(people[0], videoId, { parentId: replies[0]?.id, limit: 5 });
    const second = await list(people[0], videoId, { parentId: replies[0]?.id, limit: 5, cursor: first.cursor });
    assert.deepEqual(
      [...first.items, ...second.items].map((comment) => comment.body),
      Array.from({ length: 9 }, (_, index) => `r${index}`),
    );
    assert.equal(second.cursor, undefined);
    for (const place of ['x', '[1.5,"a",""]', '[9e99,"a",""]', '[-1,"a",""]', '[1,"a"]']) {
      const cursor = Buffer.from(place).toString('base64url');
      await assert.rejects(list(undefined, videoId, { cursor }), refusedWith('request.invalid'));
    }
  });

  it('[VI104] gives nothing twice, whatever loses its likes or its pin between two pages', async () => {
    const videoId = await world.video(zone, creator, channelId);
    const people = Array.from({ length: 4 }, (_, index) => world.person(`q${index}`));
    const made: Comment[] = [];
    for (let index = 0; index < 20; index++) made.push((await say(people[0] as Principal, videoId, `${index}`)).body);
    for (const [index, { id }] of made.entries()) {
      for (const who of people.slice(0, 1 + (index % 4))) await change(who, 'PUT /api/v1/comments/:commentId/like', id);
    }
    const pin = (on: 'PUT' | 'DELETE', { id }: Comment) => change(creator, `${on} /api/v1/comments/:commentId/pin`, id);
    await pin('PUT', made[0] as Comment);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list(undefined, videoId, { sort: 'top', limit: 4, ...(cursor !== undefined && { cursor }) });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.cursor;
      await pin('DELETE', made[0] as Comment);
      for (const { id } of page.items) for (const who of people) await change(who, 'DELETE /api/v1/comments/:commentId/like', id);
    } while (cursor !== undefined);
    assert.deepEqual([seen[0], seen.length], [made[0]?.id, 20]);
    assert.deepEqual(seen.toSorted(), made.map(({ id }) => id).toSorted());
  });
});
