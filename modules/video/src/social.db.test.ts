import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Principal, sql, type ZoneContext } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import type { SocialPart } from './social.ts';
import { mergeGuest } from './social-guest.ts';
import { callAs, refusedWith, type SocialWorld, socialWorld } from './social-testbed.ts';
import type { Channel, ChannelCard, Comment, Playlist, VideoCard } from './wire.ts';

type Item = { video: VideoCard; addedAt: string };
type Watched = { video: VideoCard; watchedAt: string };

describe('likes, subscriptions, members, playlists and history', () => {
  let t: TestDatabase;
  let zone: ZoneContext;
  let world: SocialWorld;
  let social: SocialPart;
  let creator: Principal;
  let channelId: string;

  before(async () => {
    t = await testDatabase({ poolSize: 8 });
    zone = t.zone('piyakast');
    world = socialWorld();
    social = world.node();
    creator = world.person('Sora', 'student', { capabilities: ['creator'] });
    channelId = await world.channel(zone, creator);
  });
  after(() => t.close());

  const call = <Body>(who: Principal | undefined, key: string, rest: Parameters<typeof callAs>[4] = {}) =>
    callAs<Body>(social, zone, who, key, rest);
  const like = (who: Principal, videoId: string, method: 'PUT' | 'DELETE' = 'PUT') =>
    call<{ likes: number; liked: boolean }>(who, `${method} /api/v1/videos/:videoId/like`, { params: { videoId } });
  const subscribe = (who: Principal, id: string, notify = true) =>
    call<Channel>(who, 'PUT /api/v1/channels/:channelId/subscription', { params: { channelId: id }, body: { notify } });
  const watch = async (who: Principal, videoId: string, until: number) => {
    world.clock.advance(1000);
    const viewId = `view${world.clock.now().getTime()}`;
    await call(who, 'POST /api/v1/videos/:videoId/beacons', {
      params: { videoId },
      body: { viewId, seq: 0, positionSeconds: until, watched: [[0, until]] },
    });
    await social.flushBeacons();
  };
  const history = async (who: Principal, query: Record<string, unknown> = {}) => {
    const reply = await call<{ items: Watched[] }>(who, 'GET /api/v1/history', { query });
    return { cursor: reply.cursor, items: reply.body.items.map((item) => [item.video.id, item.video.resumeSeconds]) };
  };

  it('[VI110] a hundred likes at once are a hundred', async () => {
    const videoId = await world.video(zone, creator, channelId);
    const people = Array.from({ length: 100 }, (_, index) => world.person(`p${index}`));
    await Promise.all(people.flatMap((who) => [like(who, videoId), like(who, videoId)]));
    assert.deepEqual((await like(people[0] as Principal, videoId)).body, { likes: 100, liked: true });
    await Promise.all(people.slice(0, 40).flatMap((who) => [like(who, videoId, 'DELETE'), like(who, videoId, 'DELETE')]));
    assert.deepEqual((await like(people[0] as Principal, videoId, 'DELETE')).body, { likes: 60, liked: false });
    const { n } = await zone.db.one(sql<{ n: number }>('select count(*)::int as n from video.likes where video_id = $1', videoId));
    assert.equal(n, 60);
    assert.deepEqual(await social.watcher(zone, (people[50] as Principal).id, videoId), { liked: true, resumeSeconds: null });
    const hidden = await world.video(zone, creator, channelId, { visibility: 'members' });
    await assert.rejects(like(people[0] as Principal, hidden), refusedWith('video.video_not_found'));
  });

  it('[VI111] subscriptions are counted once, listed latest first, and ring as wished', async () => {
    const people = Array.from({ length: 20 }, (_, index) => world.person(`s${index}`));
    await Promise.all(
      people.flatMap((who, index) => [subscribe(who, channelId, index % 2 === 0), subscribe(who, channelId, index % 2 === 0)]),
    );
    const { body } = await subscribe(people[1] as Principal, channelId, true);
    assert.deepEqual([body.subscribers, body.subscribed, body.notify], [20, true, true]);
    assert.equal((await social.subscribersToTell(zone.db, channelId, false)).length, 11);
    assert.equal((await social.subscribersToTell(zone.db, channelId, true)).length, 0);
    await assert.rejects(subscribe(creator, channelId), refusedWith('video.not_allowed'));
    const reader = people[0] as Principal;
    const others: string[] = [];
    for (let index = 0; index < 5; index++) {
      world.clock.advance(1000);
      const other = await world.channel(zone, world.person(`c${index}`));
      await subscribe(reader, other);
      others.unshift(other);
    }
    const first = await call<{ items: ChannelCard[] }>(reader, 'GET /api/v1/subscriptions', { query: { limit: 4 } });
    const second = await call<{ items: ChannelCard[] }>(reader, 'GET /api/v1/subscriptions', { query: { limit: 4, cursor: first.cursor } });
    assert.deepEqual(
      [...first.body.items, ...second.body.items].map((card) => card.id),
      [...others, channelId],
    );
    const gone = await Promise.all(
      people.map((who) => call<Channel>(who, 'DELETE /api/v1/channels/:channelId/subscription', { params: { channelId } })),
    );
    assert.ok(gone.every((reply) => !reply.body.subscribed));
    const { subscribers } = await zone.db.one(
      sql<{ subscribers: number }>('select subscribers from video.channels where id = $1', channelId),
    );
    assert.equal(subscribers, 0);
  });

  it('[VI112] members are let in by the creator and told by the bell', async () => {
    const [mina, juno] = [world.person('Mina'), world.person('Juno')];
    const videoId = await world.video(zone, creator, channelId, { visibility: 'members' });
    const key = '/api/v1/channels/:channelId/members/:userId' as const;
    const params = { channelId, userId: mina.id };
    await assert.rejects(call(juno, `PUT ${key}`, { params }), refusedWith('video.not_allowed'));
    await assert.rejects(
      call(creator, `PUT ${key}`, { params: { channelId, userId: 'user_nobody' } }),
      refusedWith('video.person_not_found'),
    );
    await Promise.all([call(creator, `PUT ${key}`, { params }), call(creator, `PUT ${key}`, { params })]);
    assert.equal(world.rung.filter((told) => told.kind === 'video.member-invited').length, 1);
    assert.equal((await like(mina, videoId)).body.likes, 1);
    const members = await call<{ items: { id: string; name: string }[] }>(creator, 'GET /api/v1/channels/:channelId/members', {
      params: { channelId },
    });
    assert.deepEqual(
      members.body.items.map(({ id, name }) => [id, name]),
      [[mina.id, 'Mina']],
    );
    await assert.rejects(
      call(mina, 'GET /api/v1/channels/:channelId/members', { params: { channelId } }),
      refusedWith('video.not_allowed'),
    );
    await call(creator, `DELETE ${key}`, { params });
    await assert.rejects(like(mina, videoId), refusedWith('video.video_not_found'));
    assert.equal(world.rung.filter((told) => told.kind === 'video.member-invited').length, 0);
  });

  describe('playlists', () => {
    const put = (who: Principal, playlistId: string, videoId: string, index?: number) =>
      call<Playlist>(who, 'PUT /api/v1/playlists/:playlistId/items/:videoId', { params: { playlistId, videoId }, body: { index } });
    const order = async (who: Principal | undefined, playlistId: string) => {
      const ids: string[] = [];
      let cursor: string | undefined;
      do {
        const query = { limit: 3, ...(cursor !== undefined && { cursor }) };
        const page = await call<{ items: Item[] }>(who, 'GET /api/v1/playlists/:playlistId/items', { params: { playlistId }, query });
        ids.push(...page.body.items.map((item) => item.video.id));
        cursor = page.cursor;
      } while (cursor !== undefined);
      return ids;
    };
    const make = async (who: Principal, visibility = 'public') =>
      (await call<Playlist>(who, 'POST /api/v1/playlists', { body: { title: '모음', visibility } })).body.id;

    it('[VI121] keep any order through any number of moves', async () => {
      const mina = world.person('Mina');
      const id = await make(mina);
      const videos = await Promise.all(Array.from({ length: 8 }, () => world.video(zone, creator, channelId)));
      for (const videoId of videos) await put(mina, id, videoId);
      const model = [...videos];
      let seed = 7;
      const random = (below: number) => {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        return seed % below;
      };
      for (let move = 0; move < 60; move++) {
        const videoId = model[random(8)] as string;
        const index = random(10);
        await put(mina, id, videoId, index);
        model.splice(model.indexOf(videoId), 1);
        model.splice(index, 0, videoId);
      }
      assert.deepEqual(await order(mina, id), model);
      // the same gap again and again, past what halving has room for
      for (let move = 0; move < 120; move++) {
        const videoId = model[7 - (move % 2)] as string;
        await put(mina, id, videoId, 1);
        model.splice(model.indexOf(videoId), 1);
        model.splice(1, 0, videoId);
      }
      assert.deepEqual(await order(mina, id), model);
      await put(mina, id, model[0] as string);
      assert.deepEqual(await order(mina, id), model);
      await Promise.all(videos.map((videoId) => put(mina, id, videoId, 0)));
      assert.equal(new Set(await order(mina, id)).size, 8);
    });

    it('[VI120] [VI122] show a reader what they may see, in number too', async () => {
      const [mina, juno] = [world.person('Mina'), world.person('Juno')];
      const open = await world.video(zone, creator, channelId);
      const secret = await world.video(zone, mina, await world.channel(zone, mina), { visibility: 'private' });
      const [shared, linked, own] = [await make(mina), await make(mina, 'unlisted'), await make(mina, 'private')];
      for (const id of [shared, linked, own]) for (const videoId of [secret, open]) await put(mina, id, videoId);
      assert.deepEqual(await order(mina, shared), [secret, open]);
      assert.deepEqual(await order(undefined, shared), [open]);
      const get = (who: Principal | undefined, playlistId: string) =>
        call<Playlist>(who, 'GET /api/v1/playlists/:playlistId', { params: { playlistId } }).then((reply) => reply.body);
      assert.deepEqual([(await get(mina, shared)).videos, (await get(juno, shared)).videos, (await get(juno, linked)).videos], [2, 1, 1]);
      await assert.rejects(get(juno, own), refusedWith('video.playlist_not_found'));
      await assert.rejects(order(juno, own), refusedWith('video.playlist_not_found'));
      await assert.rejects(put(juno, shared, open), refusedWith('video.not_allowed'));
      await assert.rejects(put(juno, own, open), refusedWith('video.playlist_not_found'));
      await assert.rejects(put(juno, await make(juno), secret), refusedWith('video.video_not_found'));
      const listed = async (who: Principal | undefined, query: Record<string, unknown>) =>
        (await call<{ items: (Playlist & { has: boolean })[] }>(who, 'GET /api/v1/playlists', { query })).body.items;
      assert.deepEqual(
        (await listed(juno, { ownerId: mina.id })).map((playlist) => playlist.id),
        [shared],
      );
      const all = await listed(mina, { videoId: open });
      assert.deepEqual(
        all.map((playlist) => [playlist.kind, playlist.has]),
        [
          ['watch_later', false],
          ['custom', true],
          ['custom', true],
          ['custom', true],
        ],
      );
      assert.deepEqual(await listed(undefined, {}), []);
    });

    it('[VI123] watch later is there once for everyone, and stays', async () => {
      const mina = world.person('Mina');
      const videoId = await world.video(zone, creator, channelId);
      await Promise.all([put(mina, 'watch-later', videoId), put(mina, 'watch-later', videoId), order(mina, 'watch-later')]);
      assert.deepEqual(await order(mina, 'watch-later'), [videoId]);
      const params = { playlistId: 'watch-later' };
      await assert.rejects(call(mina, 'DELETE /api/v1/playlists/:playlistId', { params }), refusedWith('video.not_allowed'));
      await assert.rejects(
        call(mina, 'PATCH /api/v1/playlists/:playlistId', { params, body: { title: 'x' } }),
        refusedWith('video.not_allowed'),
      );
      const taken = await call<Playlist>(mina, 'DELETE /api/v1/playlists/:playlistId/items/:videoId', { params: { ...params, videoId } });
      assert.deepEqual([taken.body.videos, taken.body.kind], [0, 'watch_later']);
    });

    it('[VI121] hold a thousand', async () => {
      const mina = world.person('Mina');
      const id = await make(mina);
      const videoId = await world.video(zone, creator, channelId);
      await zone.db.run(
        sql(
          `with v as (insert into video.videos (zone_id, id, channel_id, owner_id, upload_id, title, visibility, created_at, updated_at)
             select madang.zone(), 'video_many' || n, $2, $3, 'u', 't', 'public', now(), now() from generate_series(1, 1000) n returning id)
           insert into video.playlist_items (zone_id, playlist_id, video_id, place, added_at)
           select madang.zone(), $1, id, row_number() over (), now() from v`,
          id,
          channelId,
          creator.id,
        ),
      );
      await assert.rejects(put(mina, id, videoId), refusedWith('video.playlist_full'));
    });
  });

  it('[VI130] [VI131] history is the latest first, resumes where one stopped, and forgets', async () => {
    const guest = world.person('Guest', 'guest');
    const [a, b, c] = await Promise.all([1, 2, 3].map(() => world.video(zone, creator, channelId, { durationSeconds: 100 })));
    assert.ok(a !== undefined && b !== undefined && c !== undefined);
    await watch(guest, a, 40);
    await watch(guest, b, 4);
    await watch(guest, c, 96);
    assert.deepEqual((await history(guest)).items, [
      [c, null],
      [b, null],
      [a, 40],
    ]);
    await watch(guest, a, 95);
    const first = await history(guest, { limit: 2 });
    await watch(guest, b, 50);
    const second = await history(guest, { limit: 2, cursor: first.cursor });
    assert.deepEqual(
      [...first.items, ...second.items],
      [
        [a, 95],
        [c, null],
      ],
    );
    assert.deepEqual(
      await social.resumeSeconds(zone, guest.id, [a, b, c]),
      new Map([
        [a, 95],
        [b, 50],
      ]),
    );
    await zone.db.run(sql(`update video.videos set visibility = 'private' where id = $1`, c));
    assert.deepEqual(
      (await history(guest)).items.map(([id]) => id),
      [b, a],
    );
    await call(guest, 'DELETE /api/v1/history/:videoId', { params: { videoId: a } });
    assert.deepEqual(
      (await history(guest)).items.map(([id]) => id),
      [b],
    );
    await call(guest, 'DELETE /api/v1/history');
    assert.deepEqual((await history(guest)).items, []);
  });

  it('[VI160] what a guest did becomes the account’s, nothing twice', async () => {
    const guest = world.person('Guest', 'guest', {
      grants: [...['comment', 'reaction', 'playlist'].map((thing) => ({ permission: `${thing}:create` as const, scope: 'own' as const }))],
    });
    const account = world.person('Mina');
    const stranger = world.person('Stranger', 'guest');
    const both = await world.video(zone, creator, channelId);
    const only = await world.video(zone, creator, channelId);
    const own = await world.channel(zone, account);
    const say = (who: Principal, clientId: string) =>
      call<Comment>(who, 'POST /api/v1/videos/:videoId/comments', { params: { videoId: both }, body: { body: '안녕', clientId } }).then(
        (reply) => reply.body,
      );
    const spoken = await say(guest, 'one');
    await say(account, 'one');
    for (const who of [guest, account]) {
      await like(who, both);
      await subscribe(who, channelId);
      await call(who, 'PUT /api/v1/comments/:commentId/like', { params: { commentId: spoken.id } });
      await call(who, 'PUT /api/v1/playlists/:playlistId/items/:videoId', {
        params: { playlistId: 'watch-later', videoId: both },
        body: {},
      });
      await watch(who, both, who === guest ? 30 : 60);
    }
    await like(guest, only);
    await subscribe(guest, own);
    await call(guest, 'PUT /api/v1/playlists/:playlistId/items/:videoId', {
      params: { playlistId: 'watch-later', videoId: only },
      body: {},
    });
    await call(guest, 'POST /api/v1/playlists', { body: { title: '손님의 목록' } });
    await watch(guest, only, 20);
    assert.deepEqual(await social.guestTraces.of(zone, [guest.id, stranger.id]), new Set([guest.id]));

    const merge = { guestId: guest.id, userId: account.id };
    await mergeGuest(zone, merge);
    await mergeGuest(zone, merge);

    assert.deepEqual(await social.guestTraces.of(zone, [guest.id]), new Set());
    const counts = await zone.db.one(
      sql<{ both: number; only: number; channel: number; own: number; comment: number; authors: number }>(
        `select (select likes from video.videos where id = $1) as both, (select likes from video.videos where id = $2) as only,
           (select subscribers from video.channels where id = $3) as channel, (select subscribers from video.channels where id = $4) as own,
           (select likes from video.comments where id = $5) as comment,
           (select count(*)::int from video.comments where author_id = $6) as authors`,
        both,
        only,
        channelId,
        own,
        spoken.id,
        account.id,
      ),
    );
    assert.deepEqual(counts, { both: 1, only: 1, channel: 1, own: 0, comment: 1, authors: 2 });
    assert.deepEqual((await history(account)).items, [
      [only, 20],
      [both, 60],
    ]);
    const later = await call<{ items: Item[] }>(account, 'GET /api/v1/playlists/:playlistId/items', {
      params: { playlistId: 'watch-later' },
    });
    assert.deepEqual(
      later.body.items.map((item) => item.video.id),
      [both, only],
    );
    const lists = await call<{ items: Playlist[] }>(account, 'GET /api/v1/playlists');
    assert.deepEqual(
      lists.body.items.map((playlist) => playlist.kind),
      ['watch_later', 'custom'],
    );
  });
});
