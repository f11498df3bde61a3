import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { newId, type Principal, sql, type ZoneContext } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import type { LiveComments, VideoWatched } from './live-contract.ts';
import { type TestSocket, type VideoWorld, videoWorld } from './video-testbed.ts';
import type { Comment, Visibility } from './wire.ts';

const MORE_THAN_A_SECOND = 1100;
const refusedWith = (code: string) => (error: unknown) => (error as { code?: string }).code === code;

describe('comments, live', () => {
  let t: TestDatabase;
  let zone: ZoneContext;
  let world: VideoWorld;
  let creator: Principal;

  before(async () => {
    t = await testDatabase({ poolSize: 4 });
    zone = t.zone('univ');
    world = videoWorld();
    creator = world.creator('크리에이터');
    await zone.db.run(
      sql(
        `insert into video.channels (zone_id, id, owner_id, handle, handle_key, name, created_at)
         values (madang.zone(), 'channel_1', $1, 'c1', 'c1', '채널', now())`,
        creator.id,
      ),
    );
  });
  after(async () => {
    await world.close();
    await t.close();
  });

  async function video(visibility: Visibility = 'public'): Promise<string> {
    const id = newId('video');
    await zone.db.run(
      sql(
        `insert into video.videos (zone_id, id, channel_id, owner_id, upload_id, title, visibility, status, published_at, created_at, updated_at)
         values (madang.zone(), $1, 'channel_1', $2, $1, '영상', $3, 'ready', now(), now(), now())`,
        id,
        creator.id,
        visibility,
      ),
    );
    return id;
  }
  const watch = async (who: Principal, videoId: string): Promise<{ socket: TestSocket; ack: VideoWatched }> => {
    const socket = world.socket(zone, who);
    return { socket, ack: (await socket.ask('watch', { videoId })) as VideoWatched };
  };
  const say = async (who: Principal, videoId: string, body: string, parentId?: string) =>
    (
      await world.call<Comment>(zone, who, 'POST /api/v1/videos/:videoId/comments', {
        params: { videoId },
        body: { body, parentId: parentId ?? null },
      })
    ).body;
  const change = (who: Principal, key: string, commentId: string, body?: unknown) =>
    world.call(zone, who, key, { params: { commentId }, body });
  /** What was said on a socket so far; waits for the first. */
  async function heard(socket: TestSocket, messages = 1): Promise<LiveComments[]> {
    const end = Date.now() + 3000;
    const of = () => socket.heard.filter(({ event }) => event === 'comments').map(({ payload }) => payload as LiveComments);
    while (of().length < messages && Date.now() < end) await delay(20);
    return of();
  }

  it('[VI113] tells the first at once and the rest of the second together, as they are then', async () => {
    const id = await video();
    const [mina, juno] = [world.person('Mina'), world.person('Juno')];
    const { socket, ack } = await watch(juno, id);
    assert.deepEqual(ack, { comments: 0, audience: 'everyone' });
    const one = await say(mina, id, 'one');
    const [first] = await heard(socket);
    assert.deepEqual([first?.count, first?.comments.map(({ body, author }) => [body, author.name])], [1, [['one', 'Mina']]]);
    const two = await say(mina, id, 'two');
    const reply = await say(juno, id, 'reply', one.id);
    const three = await say(mina, id, 'three');
    await change(mina, 'PATCH /api/v1/comments/:commentId', two.id, { body: 'TWO' });
    await change(juno, 'PUT /api/v1/comments/:commentId/like', two.id);
    await change(mina, 'DELETE /api/v1/comments/:commentId', three.id);
    const [, second, third] = await heard(socket, 2);
    assert.equal(third, undefined);
    assert.equal(second?.count, 3);
    const said = Object.fromEntries(second?.comments.map((comment) => [comment.id, comment]) ?? []);
    assert.deepEqual(Object.keys(said).toSorted(), [one.id, two.id, reply.id].toSorted());
    assert.deepEqual([said[two.id]?.body, said[two.id]?.likes, said[two.id]?.mine, said[one.id]?.replies], ['TWO', 1, false, 1]);
    assert.deepEqual(second?.made.toSorted(), [two.id, reply.id].toSorted());
    assert.deepEqual([second?.deleted, second?.hidden, second?.missed], [[three.id], [], false]);

    await delay(MORE_THAN_A_SECOND);
    await change(creator, 'PUT /api/v1/comments/:commentId/hidden', one.id, { hidden: true });
    const last = (await heard(socket, 3)).at(-1);
    assert.deepEqual([last?.hidden, last?.comments, last?.count], [[one.id], [], 1]);
    assert.ok(!JSON.stringify(last).includes('one'), 'hidden words are not told');
  });

  it('[VI113] tells twenty of a flood, and that there is more', async () => {
    const id = await video();
    const { socket } = await watch(world.person('Juno'), id);
    const mina = world.person('Mina');
    for (let at = 0; at < 26; at++) await say(mina, id, `${at}`);
    const messages = await heard(socket, 2);
    const flood = messages.find(({ missed }) => missed);
    assert.deepEqual([flood?.comments.length, messages.at(-1)?.count, messages.length], [20, 26, 2]);
  });

  it('[VI113] [VI5] is for those who may see the video, at the moment of telling', async () => {
    const [mina, juno] = [world.person('Mina'), world.person('Juno')];
    const secret = await video('private');
    await assert.rejects(watch(juno, secret), refusedWith('video.video_not_found'));
    await assert.rejects(watch(juno, 'video_none'), refusedWith('video.video_not_found'));
    const elsewhere = world.socket(t.zone('other'), juno);
    const id = await video();
    await assert.rejects(elsewhere.ask('watch', { videoId: id }), refusedWith('video.video_not_found'));

    const { socket: other } = await watch(juno, id);
    const { socket: own } = await watch(creator, id);
    await zone.db.run(sql(`update video.videos set visibility = 'private' where id = $1`, id));
    await say(creator, id, 'not for you');
    await delay(200);
    assert.deepEqual(await heard(other, 0), [], 'also before anybody was told of the change');
    for (const { module } of world.modules.slice(0, 1)) {
      for (const handler of module.handlers ?? []) {
        if (handler.name !== 'video.tell-audience') continue;
        const context = { zoneId: zone.zone.id, zone: async () => zone, eventId: 'event_1', at: world.clock.now() };
        await handler.handle(context, { videoId: id, channelId: 'channel_1' });
      }
    }
    for (const socket of [other, own]) {
      assert.deepEqual(socket.heard.at(-1), { event: 'audience', payload: { videoId: id, audience: 'owner' } });
    }
    await assert.rejects(other.ask('watch', { videoId: id }), refusedWith('video.video_not_found'));
    assert.equal(other.rooms.size, 0);
    assert.deepEqual(await own.ask('watch', { videoId: id }), { comments: 1, audience: 'owner' });
    await delay(MORE_THAN_A_SECOND);
    await say(creator, id, 'among ourselves');
    assert.equal((await heard(own)).at(-1)?.comments[0]?.body, 'among ourselves');

    const inner = await video('members');
    const params = { channelId: 'channel_1', userId: mina.id };
    await world.call(zone, creator, 'PUT /api/v1/channels/:channelId/members/:userId', { params });
    const { socket: member, ack } = await watch(mina, inner);
    assert.equal(ack.audience, 'members');
    await world.call(zone, creator, 'DELETE /api/v1/channels/:channelId/members/:userId', { params });
    assert.equal(member.rooms.size, 0);
    await say(creator, inner, 'for members');
    await delay(200);
    assert.deepEqual(member.heard, []);
  });

  it('is heard no more once one stops watching', async () => {
    const id = await video();
    const { socket } = await watch(world.person('Juno'), id);
    await socket.ask('unwatch', { videoId: id });
    await say(world.person('Mina'), id, 'x');
    await delay(200);
    assert.deepEqual(socket.heard, []);
  });
});
