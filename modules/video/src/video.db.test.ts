import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Principal, policyAllows, sql, type ZoneContext } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import { isolationFixtures } from './testing.ts';
import { type VideoWorld, videoWorld } from './video-testbed.ts';
import type { Channel, Video, VideoCard, Visibility } from './wire.ts';

describe('videos', () => {
  let t: TestDatabase;
  let zone: ZoneContext;
  let world: VideoWorld;
  let creator: Principal;

  before(async () => {
    t = await testDatabase({ poolSize: 8 });
    zone = t.zone('univ');
    world = videoWorld();
    creator = world.creator('한마당');
  });
  after(async () => {
    await world.close();
    await t.close();
  });

  let uploads = 0;
  const upload = async (who: Principal, body: Record<string, unknown> = {}): Promise<Video> => {
    const given = { uploadId: `upload_${++uploads}`, title: '수학 강의', visibility: 'public', ...body };
    const made = await world.call<Video>(zone, who, 'POST /api/v1/videos', { body: given });
    await world.deliver(zone);
    return made.body;
  };
  const ready = async (who: Principal, body: Record<string, unknown> = {}): Promise<Video> => {
    const video = await upload(who, body);
    await world.become(zone, video.id, 'queued', 'processing', 'playable', 'ready');
    return video;
  };
  const get = (who: Principal | undefined, videoId: string, on = 0) =>
    world.call<Video>(zone, who, 'GET /api/v1/videos/:videoId', { params: { videoId }, on });
  const patch = async (who: Principal, videoId: string, body: Record<string, unknown>) => {
    const { body: video } = await world.call<Video>(zone, who, 'PATCH /api/v1/videos/:videoId', { params: { videoId }, body });
    await world.deliver(zone);
    return video;
  };
  const list = (who: Principal | undefined, query: Record<string, unknown>) =>
    world.call<{ items: VideoCard[] }>(zone, who, 'GET /api/v1/videos', { query });
  const refusedWith = (code: string) => (error: unknown) => (error as { code?: string }).code === code;
  const told = (kind: string, about: string) =>
    world.notifier.rung.filter((ring) => ring.kind === kind && ring.about === about).flatMap((ring) => ring.to);

  it('[VI1] has nothing where the feature is off', async () => {
    const off = t.zone('quiet', { features: ['rooms'] });
    await assert.rejects(world.call(off, undefined, 'GET /api/v1/videos'), refusedWith('request.not_found'));
    assert.equal(await world.room(off, creator, 'video_1'), 'none');
  });

  it('[VI2]–[VI6] shows each visibility to whom it names, and hides the rest as if it were not there', async () => {
    const owner = world.creator('Mina');
    const member = world.person('member');
    const people: Record<string, Principal | undefined> = {
      owner,
      member,
      stranger: world.person('stranger'),
      guest: world.person('guest', 'guest'),
      'no one': undefined,
      admin: world.person('admin', 'zone_admin'),
    };
    const everyone = Object.keys(people);
    const expected: Record<Visibility | 'scheduled' | 'unfinished', string[]> = {
      public: everyone,
      unlisted: everyone,
      members: ['owner', 'member', 'admin'],
      private: ['owner', 'admin'],
      scheduled: ['owner', 'admin'],
      unfinished: ['owner', 'admin'],
    };
    for (const [kind, seen] of Object.entries(expected)) {
      const later = new Date(world.clock.now().getTime() + 3_600_000).toISOString();
      const visibility = kind === 'scheduled' || kind === 'unfinished' ? 'public' : kind;
      const make = kind === 'unfinished' ? upload : ready;
      const video = await make(owner, { visibility, ...(kind === 'scheduled' && { publishAt: later }) });
      await zone.db.run(
        sql(
          `insert into video.channel_members (zone_id, channel_id, user_id, since) values (madang.zone(), $1, $2, now()) on conflict do nothing`,
          video.channel.id,
          member.id,
        ),
      );
      for (const [name, who] of Object.entries(people)) {
        const note = `${kind} for ${name}`;
        if (!seen.includes(name)) {
          await assert.rejects(get(who, video.id), refusedWith('video.video_not_found'), note);
          await assert.rejects(
            world.call(zone, who, 'GET /api/v1/videos/:videoId/playback', { params: { videoId: video.id } }),
            refusedWith('video.video_not_found'),
            note,
          );
          if (who !== undefined) assert.equal(await world.room(zone, who, video.id), 'none', note);
          continue;
        }
        const { body } = await get(who, video.id);
        assert.equal(body.mine, name === 'owner', note);
        assert.equal(body.mayEdit, name === 'owner' || name === 'admin', note);
        assert.equal(body.mayModerate, name === 'owner' || name === 'admin', note);
        if (who !== undefined) assert.equal(await world.room(zone, who, video.id), body.mayModerate ? 'moderate' : 'send', note);
        if (kind !== 'unfinished') assert.equal(body.playback?.expiresAt === null, kind === 'public', note);
      }
      // by id alone: an admin's role is not known there
      for (const name of ['owner', 'member', 'stranger'])
        assert.equal(await world.assets.mayWatch(zone, people[name]?.id ?? '', video.id), seen.includes(name), `${kind} progress`);
      const names = (await list(undefined, { channelId: video.channel.id })).body.items.map((item) => item.id);
      assert.equal(names.includes(video.id), kind === 'public', `${kind} in lists`);
    }
    await assert.rejects(get(owner, 'video_of_nobody'), refusedWith('video.video_not_found'));
  });

  it('[VI7] lets guests watch, accounts upload, creators edit', () => {
    const routes = world.modules[0]?.module.routes ?? [];
    const allows = (key: string, who: Principal | undefined) => {
      const found = routes.find((candidate) => candidate.key === key);
      return found !== undefined && policyAllows(found.policy, who);
    };
    const guest = world.person('guest', 'guest');
    const account = world.person('account');
    assert.ok(allows('GET /api/v1/videos/:videoId', undefined) && allows('GET /sitemap.xml', undefined));
    assert.ok(!allows('POST /api/v1/videos', undefined) && !allows('POST /api/v1/videos', guest) && allows('POST /api/v1/videos', account));
    assert.ok(!allows('PATCH /api/v1/videos/:videoId', account) && allows('PATCH /api/v1/videos/:videoId', creator));
    assert.ok(allows('DELETE /api/v1/videos/:videoId', world.person('admin', 'zone_admin')));
    assert.ok(allows('POST /api/v1/videos', world.person('teacher', 'teacher')));
  });

  it('[VI10] [VI11] makes channel, video and room before the last byte, and a creator of its owner', async () => {
    const who = world.creator('새 이웃');
    const video = await upload(who, { tags: ['#수학', '수학', ' Math '], description: '<b>' });
    assert.equal(video.status, 'uploading');
    assert.deepEqual(video.tags, ['수학', 'Math']);
    assert.equal(video.roomId, `room_${video.id.slice(6)}`);
    assert.equal(video.channel.handle, '새-이웃');
    assert.ok(world.creators.has(who.id));
    assert.ok(video.mine && video.mayEdit && video.playback === null);
    const again = await upload(who);
    assert.equal(again.channel.id, video.channel.id);
    const namesake = await upload(world.creator('새 이웃'));
    assert.match(namesake.channel.handle, /^새-이웃-[0-9a-f]{6}$/);
    await assert.rejects(world.call(zone, who, 'POST /api/v1/channels', { body: { name: 'second' } }), refusedWith('video.channel_exists'));
  });

  it('[VI11] keeps handles unique, in any case and width, and found by them', async () => {
    const one = world.creator('one');
    const made = await world.call<Channel>(zone, one, 'POST /api/v1/channels', { body: { name: 'One', handle: 'Ｏne.Two' } });
    const other = world.creator('two');
    await assert.rejects(
      world.call(zone, other, 'POST /api/v1/channels', { body: { name: 'Two', handle: 'one.two' } }),
      refusedWith('video.handle_taken'),
    );
    const found = await world.call<Channel>(zone, undefined, 'GET /api/v1/channels/:channelId', { params: { channelId: '@ONE.TWO' } });
    assert.equal(found.body.id, made.body.id);
    await world.call(zone, one, 'PATCH /api/v1/channels/:channelId', { params: { channelId: made.body.id }, body: { name: 'Uno' } });
    await assert.rejects(
      world.call(zone, other, 'PATCH /api/v1/channels/:channelId', { params: { channelId: made.body.id }, body: { name: 'Mine' } }),
      refusedWith('video.not_allowed'),
    );
    const mine = await world.call<Channel>(zone, one, 'GET /api/v1/channels/mine');
    assert.deepEqual([mine.body.name, mine.body.mine], ['Uno', true]);
  });

  it('[VI20] [VI21] [VI24] publishes once, when it first can be played, and tells those who want to know', async () => {
    const who = world.creator('teller');
    const video = await upload(who, { title: '공개' });
    const [fan, quiet] = [world.person('fan'), world.person('quiet')];
    for (const [person, notify] of [
      [fan, true],
      [quiet, false],
    ] as const)
      await world.call(zone, person, 'PUT /api/v1/channels/:channelId/subscription', {
        params: { channelId: video.channel.id },
        body: { notify },
      });
    await world.become(zone, video.id, 'queued', 'processing');
    assert.equal(world.assets.access(video.id), 'signed');
    await assert.rejects(get(undefined, video.id), refusedWith('video.video_not_found'));
    await world.become(zone, video.id, 'playable');
    assert.equal(world.assets.access(video.id), 'public');
    const published = (await get(undefined, video.id)).body;
    assert.equal(published.status, 'playable');
    assert.equal(published.publishedAt, world.clock.now().toISOString());
    assert.deepEqual(told('video.published', video.id), [fan.id]);
    world.clock.advance(60_000);
    await world.become(zone, video.id, 'playable', 'ready', 'ready');
    assert.equal(
      world.events.published.filter(
        ({ name, payload }) => name === 'video.published' && (payload as { videoId: string }).videoId === video.id,
      ).length,
      1,
    );
    assert.deepEqual(told('video.published', video.id), [fan.id]);
    assert.deepEqual(told('video.ready', video.id), [who.id]);
    const channel = await world.call<Channel>(zone, undefined, 'GET /api/v1/channels/:channelId', {
      params: { channelId: video.channel.id },
    });
    assert.equal(channel.body.videos, 1);
  });

  it('[VI12] [VI13] fails with its reason, is tried again, and goes with everything', async () => {
    const who = world.creator('clumsy');
    const video = await upload(who);
    await world.become(zone, video.id, 'failed');
    const failed = (await get(who, video.id)).body;
    assert.equal(failed.failure?.code, 'media.unreadable');
    assert.deepEqual(told('video.failed', video.id), [who.id]);
    await world.call(zone, who, 'POST /api/v1/videos/:videoId/retry', { params: { videoId: video.id } });
    await assert.rejects(
      world.call(zone, who, 'POST /api/v1/videos/:videoId/retry', { params: { videoId: video.id } }),
      refusedWith('video.nothing_to_retry'),
    );
    await world.become(zone, video.id, 'ready');
    await assert.rejects(
      world.call(zone, world.creator('other'), 'DELETE /api/v1/videos/:videoId', { params: { videoId: video.id } }),
      refusedWith('video.not_allowed'),
    );
    assert.equal((await world.call(zone, who, 'DELETE /api/v1/videos/:videoId', { params: { videoId: video.id } })).status, 204);
    await world.deliver(zone);
    await assert.rejects(get(who, video.id), refusedWith('video.video_not_found'));
    assert.equal(world.assets.access(video.id), undefined);
    assert.ok(world.detached.includes(video.id));
    const left = await zone.db.many(
      sql('select 1 from video.search where video_id = $1 union all select 1 from video.tags where video_id = $1', video.id),
    );
    assert.equal(left.length, 0);
    assert.deepEqual(told('video.failed', video.id), []);
  });

  it('[VI22] publishes what was scheduled exactly once on two nodes', async () => {
    const who = world.creator('planner');
    const at = new Date(world.clock.now().getTime() + 120_000);
    const video = await ready(who, { publishAt: at.toISOString() });
    const starts = () => world.enqueued.filter(({ name }) => name === 'video.publish-videos').map(({ startAfter }) => startAfter);
    const soonAfter = (time: Date) => new Date(time.getTime() + 2_000);
    assert.deepEqual(starts().at(-1), soonAfter(at), 'its job waits for the time');
    const before = starts().length;
    await patch(who, video.id, { publishAt: new Date(at.getTime() + 60_000).toISOString() });
    await patch(who, video.id, { publishAt: at.toISOString(), title: 'planned' });
    await patch(who, video.id, { title: 'planned still' });
    assert.deepEqual(starts().slice(before), [soonAfter(new Date(at.getTime() + 60_000)), soonAfter(at)]);
    await world.job(zone, 'video.publish-videos');
    assert.equal((await get(who, video.id)).body.publishedAt, null);
    assert.equal((await get(who, video.id)).body.publishAt, at.toISOString());
    world.clock.advance(120_000);
    await Promise.all([0, 1, 0, 1].map((on) => world.job(zone, 'video.publish-videos', on)));
    await world.deliver(zone);
    const facts = world.events.published.filter(
      ({ name, payload }) => name === 'video.published' && (payload as { videoId: string }).videoId === video.id,
    );
    assert.equal(facts.length, 1);
    assert.equal((await get(undefined, video.id)).body.publishedAt, world.clock.now().toISOString());
  });

  it('[VI21] [VI23] follows visibility at once on every node: paths, lists, memory', async () => {
    const who = world.creator('mover');
    const video = await ready(who, { title: '바뀌는 영상', tags: ['이동'] });
    for (const on of [0, 1]) assert.equal((await get(undefined, video.id, on)).body.title, '바뀌는 영상');
    await patch(who, video.id, { title: '새 이름' });
    for (const on of [0, 1]) assert.equal((await get(undefined, video.id, on)).body.title, '새 이름');
    await patch(who, video.id, { visibility: 'private' });
    assert.equal(world.assets.access(video.id), 'signed');
    for (const on of [0, 1]) await assert.rejects(get(undefined, video.id, on), refusedWith('video.video_not_found'));
    assert.deepEqual((await list(undefined, { tag: '이동' })).body.items, []);
    await patch(who, video.id, { visibility: 'public', publishAt: null });
    assert.equal(world.assets.access(video.id), 'public');
    assert.equal((await list(undefined, { tag: '이동' })).body.items.length, 1);
    const later = new Date(world.clock.now().getTime() + 3_600_000).toISOString();
    await patch(who, video.id, { publishAt: later });
    await assert.rejects(get(undefined, video.id), refusedWith('video.video_not_found'));
    assert.equal(world.assets.access(video.id), 'signed');
    await patch(who, video.id, { publishAt: null });
    assert.equal((await get(undefined, video.id)).body.publishedAt, world.clock.now().toISOString());
  });

  it('[VI25] counts for strangers are a minute old at most', async () => {
    const video = await ready(creator);
    assert.equal((await get(undefined, video.id)).body.views, 0);
    await zone.db.run(sql('update video.videos set views = 7 where id = $1', video.id));
    world.clock.advance(60_001);
    assert.equal((await get(undefined, video.id)).body.views, 7);
  });

  it('[VI14]–[VI16] keeps pictures, captions and the source for the owner', async () => {
    const video = await ready(creator);
    const params = { videoId: video.id };
    const stranger = world.creator('stranger');
    for (const key of ['GET /api/v1/videos/:videoId/thumbnails', 'GET /api/v1/videos/:videoId/original'])
      await assert.rejects(world.call(zone, stranger, key, { params }), refusedWith('video.not_allowed'));
    await assert.rejects(
      world.call(zone, creator, 'PUT /api/v1/videos/:videoId/thumbnail', { params, body: { index: 9 } }),
      refusedWith('video.thumbnail_not_found'),
    );
    const chosen = await world.call<Video>(zone, creator, 'PUT /api/v1/videos/:videoId/thumbnail', { params, body: { index: 2 } });
    assert.match(chosen.body.poster?.jpeg ?? '', /poster-2/);
    const captions = { params: { ...params, language: 'ko' }, body: { name: '한국어', vtt: 'WEBVTT\n' } };
    const captioned = await world.call<Video>(zone, creator, 'PUT /api/v1/videos/:videoId/captions/:language', captions);
    assert.equal(captioned.body.playback?.captions[0]?.language, 'ko');
    assert.equal((await world.call(zone, creator, 'GET /api/v1/videos/:videoId/original', { params })).status, 416);
  });

  it('[VI30]–[VI33] lists by key, without gaps or repeats, and says what it needs', async () => {
    const who = world.creator('lister');
    const ids: string[] = [];
    for (let index = 0; index < 7; index++) {
      ids.push((await ready(who, { title: `${index}`, category: 'music', tags: ['목록'] })).id);
      if (index % 2 === 1) world.clock.advance(1000);
    }
    const walk = async (query: Record<string, unknown>, person?: Principal) => {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await list(person, { ...query, limit: 2, ...(cursor !== undefined && { cursor }) });
        seen.push(...page.body.items.map((item) => item.id));
        cursor = page.cursor;
      } while (cursor !== undefined);
      return seen;
    };
    const channelId = (await get(who, ids[0] as string)).body.channel.id;
    const newest = await walk({ channelId });
    assert.deepEqual([...newest].sort(), [...ids].sort());
    assert.equal(newest[0], ids[6]);
    assert.deepEqual(await walk({ channelId, sort: 'oldest' }), newest.toReversed());
    assert.deepEqual((await walk({ channelId, sort: 'views' })).sort(), [...ids].sort());
    assert.deepEqual(await walk({ tag: '목록' }), newest);
    assert.deepEqual(await walk({ category: 'music' }), newest);
    assert.deepEqual(await walk({ list: 'mine' }, who), newest);
    const liked = { params: { videoId: newest[0] as string } };
    await world.call(zone, who, 'PUT /api/v1/videos/:videoId/like', liked);
    await world.call(zone, who, 'POST /api/v1/videos/:videoId/comments', { ...liked, body: { body: '첫 댓글' } });
    const [own] = (await list(who, { list: 'mine', limit: 1 })).body.items;
    assert.deepEqual([own?.id, own?.likes, own?.comments], [newest[0], 1, 1]);
    assert.ok((await walk({})).length > ids.length);
    const fan = world.person('follower');
    await world.call(zone, fan, 'PUT /api/v1/channels/:channelId/subscription', { params: { channelId }, body: {} });
    assert.deepEqual(await walk({ list: 'subscriptions' }, fan), newest);
    assert.equal((await list(undefined, {})).headers['Cache-Control'], 'public, max-age=300');
    assert.equal((await list(fan, {})).headers['Cache-Control'], undefined);
    await assert.rejects(list(undefined, { list: 'mine' }), refusedWith('request.unauthenticated'));
    await assert.rejects(list(undefined, { cursor: 'nonsense' }), refusedWith('request.invalid'));
  });

  it('[VI45] relates by tags, channel, category and title, never to itself or to what is hidden', async () => {
    const who = world.creator('relater');
    const film = await ready(who, { title: '기타 연습 첫걸음', tags: ['기타'], category: 'performance' });
    const near = await ready(world.creator('near'), { title: '기타 연습 둘째 걸음', tags: ['기타'], category: 'performance' });
    const hidden = await ready(world.creator('hidden'), { title: '기타 연습', tags: ['기타'], visibility: 'unlisted' });
    const related = await world.call<{ items: VideoCard[] }>(zone, undefined, 'GET /api/v1/videos/:videoId/related', {
      params: { videoId: film.id },
      query: { limit: 10 },
    });
    const names = related.body.items.map((item) => item.id);
    assert.equal(names[0], near.id);
    assert.ok(!names.includes(film.id) && !names.includes(hidden.id));
  });

  it('[VI5] keeps what another zone has to that zone', async () => {
    const other = t.zone('other');
    const { videoId, userId } = await isolationFixtures(other);
    const owner = world.person('same id', 'zone_admin', { id: userId });
    assert.equal((await world.call<Video>(other, owner, 'GET /api/v1/videos/:videoId', { params: { videoId } })).body.id, videoId);
    await assert.rejects(get(owner, videoId), refusedWith('video.video_not_found'));
  });

  it('[VI17] seeds once per key', async () => {
    const seed = world.modules[0]?.seedVideo;
    const owner = { id: 'user_demo', name: 'Demo', orgId: null };
    const first = await seed?.(zone, owner, { key: 'film', uploadId: 'upload_demo', title: 'Demo' });
    assert.equal(await seed?.(zone, owner, { key: 'film', uploadId: 'upload_other', title: 'Demo' }), first);
  });
});
