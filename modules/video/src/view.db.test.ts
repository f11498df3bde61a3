import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Principal, sql, type ZoneContext } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import type { SocialPart } from './social.ts';
import { callAs, refusedWith, type SocialWorld, socialWorld } from './social-testbed.ts';
import { createHandler, forgetViews } from './view-sweep.job-handler.ts';
import type { Analytics } from './wire.ts';

const MINUTE = 60_000;

describe('views', () => {
  let t: TestDatabase;
  let zone: ZoneContext;
  let world: SocialWorld;
  let here: SocialPart;
  let there: SocialPart;
  let creator: Principal;
  let channelId: string;

  before(async () => {
    t = await testDatabase({ poolSize: 8 });
    zone = t.zone('piyakast');
    world = socialWorld();
    here = world.node();
    there = world.node();
    creator = world.person('Sora', 'student', { capabilities: ['creator'] });
    channelId = await world.channel(zone, creator);
  });
  after(() => t.close());

  let opened = 0;
  const openPage = () => `view-${String(++opened).padStart(8, '0')}`;
  const tell = async (
    node: SocialPart,
    who: Principal | undefined,
    videoId: string,
    told: { viewId: string; seq: number; watched: [number, number][] } & Record<string, unknown>,
    ip?: string,
  ) => {
    const body = { positionSeconds: told.watched.at(-1)?.[1] ?? 0, ...told };
    const { status } = await callAs(node, zone, who, 'POST /api/v1/videos/:videoId/beacons', {
      params: { videoId },
      body,
      ...(ip !== undefined && { ip }),
    });
    assert.equal(status, 204);
  };
  const counted = async (videoId: string) => {
    await Promise.all([here.flushBeacons(), there.flushBeacons()]);
    const row = await zone.db.one(
      sql<{ views: number; channel: number; daily: number; viewers: number; seconds: number }>(
        `select v.views, c.views as channel, coalesce(sum(d.views), 0)::int as daily, coalesce(sum(d.viewers), 0)::int as viewers,
           coalesce(sum(d.watch_seconds), 0)::int as seconds
         from video.videos v join video.channels c on c.id = v.channel_id left join video.daily_views d on d.video_id = v.id
         where v.id = $1 group by v.views, c.views`,
        videoId,
      ),
    );
    return row;
  };

  it('[VI141] counts at thirty seconds, once however often it is told', async () => {
    const videoId = await world.video(zone, creator, channelId, { durationSeconds: 600 });
    const mina = world.person('Mina');
    const viewId = openPage();
    await tell(here, mina, videoId, { viewId, seq: 0, watched: [[0, 10]] });
    await tell(here, mina, videoId, { viewId, seq: 1, watched: [[10, 20]] });
    assert.equal((await counted(videoId)).views, 0);
    await tell(there, mina, videoId, { viewId, seq: 1, watched: [[10, 20]] });
    await tell(there, mina, videoId, { viewId, seq: 0, watched: [[0, 10]] });
    assert.equal((await counted(videoId)).views, 0);
    await tell(there, mina, videoId, { viewId, seq: 2, watched: [[20, 30]] });
    assert.deepEqual(await counted(videoId), { views: 1, channel: 1, daily: 1, viewers: 1, seconds: 30 });
    for (let seq = 3; seq < 20; seq++)
      await tell(seq % 2 === 0 ? here : there, mina, videoId, { viewId, seq, watched: [[seq * 10, seq * 10 + 10]] });
    const after = await counted(videoId);
    assert.deepEqual([after.views, after.daily, after.seconds], [1, 1, 200]);
  });

  it('[VI141] counts half of a short film, and one viewer once in half an hour on whatever nodes', async () => {
    const videoId = await world.video(zone, creator, channelId, { durationSeconds: 8 });
    const start = (await counted(videoId)).channel;
    const viewers = Array.from({ length: 5 }, (_, index) => world.person(`viewer ${index}`, 'guest'));
    const watchAll = () =>
      Promise.all(
        viewers.flatMap((who) =>
          [here, there, here, there].map((node) => tell(node, who, videoId, { viewId: openPage(), seq: 0, watched: [[0, 4]] })),
        ),
      );
    await watchAll();
    assert.equal((await counted(videoId)).views, 5);
    world.clock.advance(29 * MINUTE);
    await watchAll();
    assert.equal((await counted(videoId)).views, 5);
    world.clock.advance(MINUTE);
    await watchAll();
    const after = await counted(videoId);
    assert.deepEqual([after.views, after.viewers, after.channel - start], [10, 5, 10]);
  });

  it('[VI143] visitors without a session are told apart by address and agent; nobody is named', async () => {
    const videoId = await world.video(zone, creator, channelId, { durationSeconds: 20 });
    const watch = (node: SocialPart, ip: string) => tell(node, undefined, videoId, { viewId: openPage(), seq: 0, watched: [[0, 12]] }, ip);
    await Promise.all([watch(here, '198.51.100.1'), watch(there, '198.51.100.1'), watch(here, '198.51.100.2')]);
    assert.equal((await counted(videoId)).views, 2);
    const rows = await zone.db.many(sql<{ viewer: string }>('select viewer from video.views where video_id = $1', videoId));
    assert.ok(rows.every((row) => /^visitor_[\w-]{20}$/.test(row.viewer)));
    assert.equal((await zone.db.many(sql('select from video.history where video_id = $1', videoId))).length, 0);
  });

  it('[VI140] asks who may watch, and drops what is told of a film that is gone', async () => {
    const hidden = await world.video(zone, creator, channelId, { visibility: 'private' });
    const mina = world.person('Mina');
    const told = { viewId: openPage(), seq: 0, watched: [[0, 60]] as [number, number][] };
    await assert.rejects(tell(here, mina, hidden, told), refusedWith('video.video_not_found'));
    await assert.rejects(tell(here, undefined, 'video_nothing', told), refusedWith('video.video_not_found'));
    const gone = await world.video(zone, creator, channelId);
    const kept = await world.video(zone, creator, channelId);
    await tell(here, mina, gone, told);
    await tell(here, mina, kept, told);
    await zone.db.run(sql('delete from video.videos where id = $1', gone));
    assert.equal((await counted(kept)).views, 1);
    assert.equal((await zone.db.many(sql('select from video.views where video_id = $1', gone))).length, 0);
  });

  it('[VI144] a page left open over midnight stays one view', async () => {
    world.clock.set(new Date('2026-11-30T23:59:50Z'));
    const videoId = await world.video(zone, creator, channelId, { durationSeconds: 600 });
    const mina = world.person('Mina');
    const viewId = openPage();
    await tell(here, mina, videoId, { viewId, seq: 0, watched: [[0, 20]] });
    await counted(videoId);
    world.clock.advance(MINUTE);
    await tell(there, mina, videoId, { viewId, seq: 0, watched: [[0, 20]] });
    await tell(there, mina, videoId, { viewId, seq: 1, watched: [[20, 40]] });
    const after = await counted(videoId);
    assert.deepEqual([after.views, after.seconds], [1, 40]);
    assert.equal((await zone.db.many(sql('select from video.views where video_id = $1', videoId))).length, 1);
    const days = await zone.db.many(
      sql<{ day: string; seconds: number }>(
        'select day::text as day, watch_seconds::int as seconds from video.daily_views where video_id = $1 order by day',
        videoId,
      ),
    );
    assert.deepEqual(days, [
      { day: '2026-11-30', seconds: 20 },
      { day: '2026-12-01', seconds: 20 },
    ]);
  });

  it('[VI150] [VI151] [VI152] [VI153] creators see figures, a curve and where views came from; others see none', async () => {
    world.clock.set(new Date('2026-12-05T14:50:00Z'));
    const owner = world.person('Haru', 'student', { capabilities: ['creator'] });
    const own = await world.channel(zone, owner);
    const videoId = await world.video(zone, owner, own, { durationSeconds: 100 });
    const viewers = Array.from({ length: 4 }, (_, index) => world.person(`v${index}`));
    // seconds watched of 100: 25, 50, 75, 100
    for (const [index, who] of viewers.entries()) {
      const until = (index + 1) * 25;
      const rest = {
        quality: index === 0 ? '360' : '720',
        stalls: index,
        ...(index > 1 ? { referrer: 'www.example.org' } : { embedded: index === 1 }),
      };
      await tell(here, who, videoId, { viewId: openPage(), seq: 0, watched: [[0, until]], ...rest });
    }
    await here.flushBeacons();
    world.clock.advance(20 * MINUTE); // in Seoul the next day has begun
    await tell(here, viewers[0], videoId, { viewId: openPage(), seq: 0, watched: [[0, 10]] });
    await here.flushBeacons();
    const ask = (who: Principal, key = 'GET /api/v1/videos/:videoId/analytics', params: Record<string, string> = { videoId }) =>
      callAs<Analytics>(here, zone, who, key, { params, query: { days: 3, utcOffsetMinutes: 540 } }).then((reply) => reply.body);
    const figures = await ask(owner);
    assert.deepEqual(
      { ...figures, days: figures.days.map((day) => [day.day, day.views, day.watchSeconds, day.viewers]), retention: [] },
      {
        from: '2026-12-04',
        to: '2026-12-06',
        views: 3,
        viewers: 3,
        watchSeconds: 260,
        averageSeconds: 75,
        likes: 0,
        comments: 0,
        subscribers: 0,
        stalls: 6,
        days: [
          ['2026-12-04', 0, 0, 0],
          ['2026-12-05', 3, 250, 3],
          ['2026-12-06', 0, 10, 0],
        ],
        retention: [],
        devices: [{ name: 'other', views: 3 }],
        referrers: [
          { name: 'example.org', views: 2 },
          { name: 'embed', views: 1 },
        ],
        qualities: [
          { name: '720', watchSeconds: 225 },
          { name: '360', watchSeconds: 25 },
        ],
        top: [],
      },
    );
    assert.equal(figures.retention.length, 100);
    assert.deepEqual(
      [0, 9, 10, 24, 25, 49, 50, 74, 75, 99].map((part) => figures.retention[part]),
      [1, 1, 0.8, 0.8, 0.6, 0.6, 0.4, 0.4, 0.2, 0.2],
    );
    const ofChannel = await ask(owner, 'GET /api/v1/channels/:channelId/analytics', { channelId: own });
    assert.deepEqual(ofChannel.top, [{ videoId, title: '봄 소풍', views: 3, watchSeconds: 260 }]);
    assert.deepEqual([ofChannel.views, ofChannel.retention], [3, []]);
    await assert.rejects(ask(viewers[0] as Principal), refusedWith('video.not_allowed'));
    assert.equal((await ask(world.person('Admin', 'zone_admin'))).views, 3);
  });

  it('[VI144] a flush is safe to do again, and two nodes lose nothing to each other', async () => {
    world.clock.advance(60 * MINUTE);
    const videos = await Promise.all(Array.from({ length: 6 }, () => world.video(zone, creator, channelId, { durationSeconds: 60 })));
    const viewers = Array.from({ length: 40 }, (_, index) => world.person(`many ${index}`));
    const start = await zone.db.one(sql<{ views: number }>('select views from video.channels where id = $1', channelId));
    const pages = videos.flatMap((videoId) => viewers.map((who) => ({ videoId, who, viewId: openPage() })));
    for (let seq = 0; seq < 4; seq++) {
      await Promise.all(
        pages.map(({ videoId, who, viewId }, index) =>
          tell(index % 2 === seq % 2 ? here : there, who, videoId, { viewId, seq, watched: [[seq * 10, seq * 10 + 10]] }),
        ),
      );
      await Promise.all([here.flushBeacons(), there.flushBeacons()]);
    }
    for (const videoId of videos) {
      const row = await counted(videoId);
      assert.deepEqual([row.views, row.daily, row.viewers, row.seconds, row.channel - start.views], [40, 40, 40, 1600, 240]);
    }
  });

  it('[VI145] what tells viewers apart is forgotten, and a deleted film leaves no views', async () => {
    const videoId = await world.video(zone, creator, channelId, { durationSeconds: 20 });
    await tell(here, undefined, videoId, { viewId: openPage(), seq: 0, watched: [[0, 20]] });
    assert.equal((await counted(videoId)).views, 1);
    world.clock.advance(3 * 24 * 60 * MINUTE);
    const context = { zone, signal: new AbortController().signal } as unknown as Parameters<ReturnType<typeof createHandler>>[0];
    await createHandler(world)(context, {});
    assert.equal((await zone.db.many(sql('select from video.last_views'))).length, 0);
    assert.equal((await zone.db.many(sql('select from video.viewer_salts'))).length, 0);
    assert.equal((await zone.db.many(sql('select from video.views where video_id = $1', videoId))).length, 1);
    await forgetViews(zone, videoId);
    assert.equal((await zone.db.many(sql('select from video.views where video_id = $1', videoId))).length, 0);
  });
});
