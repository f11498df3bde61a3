import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, silentLogger } from '@madang/kernel';
import { createClient } from 'redis';
import { createRedisShared, type Shared } from './index.ts';
import { connectRedisShared } from './redis-shared.ts';
import { eventually, type RedisServer, sharedContract, startRedis } from './testing/index.ts';

const times = { heartbeatMs: 100, lifeMs: 400 };

sharedContract('redis', async () => {
  const redis = await startRedis();
  const shared = await createRedisShared({ url: redis.url, logger: silentLogger, nodeId: 'one' });
  return {
    shared,
    pass: (milliseconds) => sleep(milliseconds),
    close: async () => {
      await shared.close();
      await redis.close();
    },
  };
});

describe('nodes on one Redis', () => {
  let redis: RedisServer;
  const open: Shared[] = [];
  async function node(nodeId: string, logger: Logger = silentLogger): Promise<Shared> {
    const shared = await connectRedisShared({ url: redis.url, logger, nodeId, presenceTimes: times });
    open.push(shared);
    return shared;
  }
  before(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((shared) => shared.close()));
    await redis.kill();
    await redis.start();
  });
  after(() => redis?.close());

  it('share messages, values, counters and presence', async () => {
    const [a, b] = [await node('a'), await node('b')];
    const heard: string[] = [];
    await b.bus.subscribe('news', (message) => heard.push(message));
    a.bus.publish('news', 'hello');
    await eventually(() => assert.deepEqual(heard, ['hello']));

    await a.cache.set('k', 'v', 60);
    assert.equal(await b.cache.get('k'), 'v');

    const rule = { name: 'both', points: 2, windowSeconds: 60 };
    await a.rateLimiter.consume(rule, 'k');
    await b.rateLimiter.consume(rule, 'k');
    assert.equal((await a.rateLimiter.consume(rule, 'k')).allowed, false);

    const counts: number[] = [];
    await b.presence.watch('yard', (count) => counts.push(count));
    await a.presence.enter('yard', 'ana', '1');
    await b.presence.enter('yard', 'ana', '2');
    await b.presence.enter('yard', 'bo', '3');
    assert.equal(await a.presence.count('yard'), 2);
    await a.presence.leave('yard', 'ana', '1');
    assert.equal(await a.presence.count('yard'), 2);
    await eventually(() => assert.equal(counts.at(-1), 2));
    await b.close();
    assert.equal(await a.presence.count('yard'), 0);
  });

  it('clear the presence of a node that died, and take it back when it was only slow', async () => {
    const [a, b] = [await node('a'), await node('b')];
    await a.presence.enter('yard', 'ana', '1');
    await b.presence.enter('yard', 'ana', '2');
    await b.presence.enter('yard', 'bo', '3');
    // As if `b` had not been heard of for long: the next heartbeat of `a` finds it dead.
    const client = createClient({ url: redis.url });
    await client.connect();
    await client.sAdd('madang:presence:node:ghost', 'yard');
    await client.sAdd('madang:presence:local:ghost:yard', 'casper');
    await client.hIncrBy('madang:presence:place:yard', 'casper', 1);
    await client.zAdd('madang:presence:nodes', { value: 'ghost', score: 1 });
    assert.equal(await a.presence.count('yard'), 3);
    await eventually(async () => assert.equal(await a.presence.count('yard'), 2));
    await eventually(async () => assert.equal(await client.zScore('madang:presence:nodes', 'ghost'), null));

    await client.zAdd('madang:presence:nodes', { value: 'b', score: 1 });
    await client.hDel('madang:presence:place:yard', 'bo');
    await client.del('madang:presence:local:b:yard');
    await eventually(async () => assert.deepEqual((await a.presence.members('yard', 10)).sort(), ['ana', 'bo']));
    client.destroy();
  });

  it('outlive a restart of Redis: subscriptions and presence come back, nobody waits meanwhile', async () => {
    const [a, b] = [await node('a'), await node('b')];
    const heard: string[] = [];
    const rule = { name: 'away', points: 1, windowSeconds: 60 };
    await b.bus.subscribe('before', (message) => heard.push(message));
    await a.presence.enter('yard', 'ana', '1');
    await b.presence.enter('yard', 'bo', '2');
    await redis.kill();
    await eventually(() => assert.deepEqual([a.isHealthy(), b.isHealthy()], [false, false]));

    assert.equal(await a.cache.get('k'), undefined);
    await a.cache.set('k', 'v', 60);
    await a.cache.delete('k');
    assert.equal(await a.cache.setIfAbsent('k', 'v', 60), true);
    assert.equal((await a.rateLimiter.consume(rule, 'k')).allowed, true);
    assert.equal((await a.rateLimiter.consume(rule, 'k')).allowed, false);
    assert.equal((await a.rateLimiter.peek(rule, 'k')).allowed, false);
    await a.rateLimiter.reset(rule, 'k');
    assert.equal((await a.rateLimiter.consume(rule, 'k')).allowed, true);
    a.bus.publish('before', 'lost');
    const stop = await b.bus.subscribe('during', (message) => heard.push(message));
    await a.presence.enter('yard', 'caro', '3');
    assert.deepEqual(await a.presence.counts(['yard', 'none']), [2, 0]);
    assert.deepEqual(await b.presence.members('yard', 10), ['bo']);

    const gaps: string[] = [];
    a.onGap(() => gaps.push('a'));
    b.onGap(() => gaps.push('b'));
    await redis.start();
    await eventually(() => assert.deepEqual([a.isHealthy(), b.isHealthy()], [true, true]));
    await eventually(() => assert.deepEqual(gaps.toSorted(), ['a', 'b']));
    await eventually(async () => assert.equal(await b.presence.count('yard'), 3));
    await eventually(() => {
      a.bus.publish('before', 'B');
      a.bus.publish('during', 'D');
      assert.ok(heard.includes('B') && heard.includes('D'));
    });
    assert.ok(!heard.includes('lost'));
    await stop();
    await a.cache.set('k', 'v', 60);
    assert.equal(await b.cache.get('k'), 'v');
  });

  it('tell every node when one of them was cut off and had to drop messages, and only then', async () => {
    const [a, b] = [await node('a'), await node('b')];
    const gaps: string[] = [];
    a.onGap(() => gaps.push('a'));
    b.onGap(() => gaps.push('b'));
    const client = createClient({ url: redis.url });
    await client.connect();
    const cut = async (name: string) => {
      const found = (await client.clientList()).find((one) => one.name === `madang-${name}-bus`);
      assert.ok(found !== undefined);
      // Paused, so that the connection stays away long enough to be seen away.
      await Promise.all([client.clientKill({ filter: 'ID', id: found.id }), client.clientPause(300)]);
      await eventually(() => assert.equal(a.isHealthy(), false));
    };
    await cut('a');
    await eventually(() => assert.deepEqual(gaps, ['a']));
    await cut('a');
    a.bus.publish('news', 'dropped');
    await eventually(() => assert.deepEqual(gaps.toSorted(), ['a', 'a', 'b']));
    client.destroy();
  });

  it('do not wait for a Redis that is frozen', async () => {
    const lines: string[] = [];
    const logger: Logger = {
      ...silentLogger,
      warn: (_, message) => lines.push(message),
      info: (_, message) => lines.push(message),
      child: () => logger,
    };
    const a = await node('a', logger);
    redis.freeze();
    assert.equal(await a.cache.get('k'), undefined);
    assert.equal(a.isHealthy(), false);
    assert.equal((await a.rateLimiter.consume({ name: 'frozen', points: 1, windowSeconds: 60 }, 'k')).allowed, true);
    redis.thaw();
    await eventually(() => assert.equal(a.isHealthy(), true));
    await a.cache.set('k', 'v', 60);
    assert.equal(await a.cache.get('k'), 'v');
    assert.ok(lines.length <= 4, `few lines for one outage: ${lines.join('; ')}`);
  });
});

describe('starting with a wrong REDIS_URL', () => {
  const options = { logger: silentLogger, nodeId: 'x' };

  it('stops with one sentence for what is not an address', async () => {
    for (const url of ['', 'localhost:6379', 'http://localhost', 'redis://']) {
      await assert.rejects(createRedisShared({ ...options, url }), /^Error: REDIS_URL is not a Redis address: set it to [^\n]+\.$/);
    }
  });

  it('stops with one sentence when nobody answers, and does not print the password', async () => {
    const redis = await startRedis();
    await redis.close();
    const url = redis.url.replace('//', '//user:s3cret@');
    await assert.rejects(createRedisShared({ ...options, url }), (error: Error) => {
      assert.match(error.message, /^Redis does not answer at 127\.0\.0\.1:\d+ \([^\n]+\): start it or correct REDIS_URL\.$/);
      assert.doesNotMatch(error.message, /s3cret/);
      return true;
    });
  });

  it('stops with one sentence when the password is refused', async () => {
    const redis = await startRedis();
    const url = redis.url.replace('//', '//nobody:wrong@');
    await assert.rejects(
      createRedisShared({ ...options, url }),
      /^Error: Redis does not answer at 127\.0\.0\.1:\d+ \(WRONGPASS[^\n]+\): start it or correct/,
    );
    await redis.close();
  });
});
