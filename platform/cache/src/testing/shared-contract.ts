import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RateRule } from '@madang/kernel';
import type { Shared } from '../shared.ts';
import { eventually } from './eventually.ts';

export interface SharedUnderTest {
  readonly shared: Shared;
  /** Lets this much time pass for what expires: a held clock is moved, a real server is waited for. */
  pass(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

/** What every implementation of the shared ports keeps, run on each. */
export function sharedContract(name: string, open: () => Promise<SharedUnderTest>): void {
  describe(`shared ports (${name})`, () => {
    let test: SharedUnderTest;
    let shared: Shared;
    before(async () => {
      test = await open();
      shared = test.shared;
    });
    after(() => test?.close());

    it('is healthy', () => assert.equal(shared.isHealthy(), true));

    describe('bus', () => {
      it('brings a channel its messages, in the order of publishing, and no others', async () => {
        const heard: string[] = [];
        const stop = await shared.bus.subscribe('bus-order', (message) => heard.push(message));
        shared.bus.publish('bus-order-2', 'not mine');
        const sent = Array.from({ length: 200 }, (_, i) => `message ${i} 마당`);
        for (const message of sent) shared.bus.publish('bus-order', message);
        await eventually(() => assert.equal(heard.length, 200));
        assert.deepEqual(heard, sent);
        await stop();
      });

      it('brings a message to every subscriber, and none after its subscription ended', async () => {
        const [a, b]: [string[], string[]] = [[], []];
        const stopA = await shared.bus.subscribe('bus-two', (message) => a.push(message));
        const stopB = await shared.bus.subscribe('bus-two', (message) => b.push(message));
        shared.bus.publish('bus-two', '1');
        await eventually(() => assert.deepEqual([a, b], [['1'], ['1']]));
        await stopA();
        shared.bus.publish('bus-two', '2');
        await eventually(() => assert.deepEqual(b, ['1', '2']));
        assert.deepEqual(a, ['1']);
        await stopB();
        await stopB();
        const stopC = await shared.bus.subscribe('bus-two', (message) => a.push(message));
        shared.bus.publish('bus-two', '3');
        await eventually(() => assert.deepEqual(a, ['1', '3']));
        assert.deepEqual(b, ['1', '2']);
        await stopC();
      });

      it('shields publisher and neighbours from a handler that throws', async () => {
        const heard: string[] = [];
        const stopBad = await shared.bus.subscribe('bus-throw', () => {
          throw new Error('on purpose');
        });
        const stop = await shared.bus.subscribe('bus-throw', (message) => heard.push(message));
        shared.bus.publish('bus-throw', '1');
        shared.bus.publish('bus-throw', '2');
        await eventually(() => assert.deepEqual(heard, ['1', '2']));
        await Promise.all([stopBad(), stop()]);
      });
    });

    describe('cache', () => {
      it('finds what was set until it was deleted', async () => {
        assert.equal(await shared.cache.get('c1'), undefined);
        await shared.cache.set('c1', '값', 60);
        await shared.cache.set('c2', '', 60);
        assert.equal(await shared.cache.get('c1'), '값');
        assert.equal(await shared.cache.get('c2'), '');
        await shared.cache.set('c1', 'newer', 60);
        assert.equal(await shared.cache.get('c1'), 'newer');
        await shared.cache.delete('c1');
        await shared.cache.delete('c1');
        assert.equal(await shared.cache.get('c1'), undefined);
      });

      it('forgets after the time to live', async () => {
        await shared.cache.set('c3', 'short', 0.2);
        await shared.cache.set('c4', 'long', 60);
        await test.pass(250);
        assert.equal(await shared.cache.get('c3'), undefined);
        assert.equal(await shared.cache.get('c4'), 'long');
      });

      it('lets exactly one of many set what is absent, again after it expired', async () => {
        const tries = await Promise.all(Array.from({ length: 20 }, (_, i) => shared.cache.setIfAbsent('c5', String(i), 0.2)));
        assert.equal(tries.filter(Boolean).length, 1);
        assert.equal(await shared.cache.get('c5'), String(tries.indexOf(true)));
        await test.pass(250);
        assert.equal(await shared.cache.setIfAbsent('c5', 'again', 60), true);
      });
    });

    describe('rate limiter', () => {
      const rule: RateRule = { name: 'contract', points: 3, windowSeconds: 1 };

      it('allows the points of a window, refuses the next, allows again in the next window', async () => {
        for (const remaining of [2, 1, 0]) {
          assert.deepEqual(await shared.rateLimiter.consume(rule, 'r1'), { allowed: true, remaining, retryAfterSeconds: 0 });
        }
        assert.deepEqual(await shared.rateLimiter.consume(rule, 'r1'), { allowed: false, remaining: 0, retryAfterSeconds: 1 });
        assert.equal((await shared.rateLimiter.consume(rule, 'r2')).allowed, true);
        await test.pass(1_050);
        assert.equal((await shared.rateLimiter.consume(rule, 'r1')).allowed, true);
      });

      it('counts several points at once and refuses what does not fit', async () => {
        assert.equal((await shared.rateLimiter.consume(rule, 'r3', 2)).remaining, 1);
        assert.equal((await shared.rateLimiter.consume(rule, 'r3', 2)).allowed, false);
      });

      it('peeks without counting', async () => {
        const long: RateRule = { name: 'peek', points: 2, windowSeconds: 60 };
        assert.deepEqual(await shared.rateLimiter.peek(long, 'r4'), { allowed: true, remaining: 2, retryAfterSeconds: 0 });
        await shared.rateLimiter.consume(long, 'r4');
        assert.equal((await shared.rateLimiter.peek(long, 'r4')).remaining, 1);
        assert.equal((await shared.rateLimiter.peek(long, 'r4')).remaining, 1);
        await shared.rateLimiter.consume(long, 'r4');
        const refused = await shared.rateLimiter.peek(long, 'r4');
        assert.equal(refused.allowed, false);
        assert.ok(refused.retryAfterSeconds > 50 && refused.retryAfterSeconds <= 60);
      });

      it('blocks for the block time from the first refusal, and not longer for trying on', async () => {
        const lock: RateRule = { name: 'lock', points: 1, windowSeconds: 60, blockSeconds: 2 };
        await shared.rateLimiter.consume(lock, 'r5');
        assert.equal((await shared.rateLimiter.consume(lock, 'r5')).retryAfterSeconds, 2);
        await test.pass(1_100);
        assert.deepEqual(await shared.rateLimiter.consume(lock, 'r5'), { allowed: false, remaining: 0, retryAfterSeconds: 1 });
        await test.pass(1_000);
        assert.equal((await shared.rateLimiter.consume(lock, 'r5')).allowed, true);
      });

      it('starts anew after a reset', async () => {
        await shared.rateLimiter.consume(rule, 'r6', 3);
        assert.equal((await shared.rateLimiter.peek(rule, 'r6')).allowed, false);
        await shared.rateLimiter.reset(rule, 'r6');
        assert.equal((await shared.rateLimiter.consume(rule, 'r6')).remaining, 2);
      });
    });

    describe('presence', () => {
      it('counts members, not connections', async () => {
        const { presence } = shared;
        await presence.enter('p1', 'ana', 'a1');
        await presence.enter('p1', 'ana', 'a2');
        await presence.enter('p1', 'bo', 'b1');
        assert.equal(await presence.count('p1'), 2);
        await presence.leave('p1', 'ana', 'a1');
        assert.equal(await presence.count('p1'), 2);
        await presence.leave('p1', 'ana', 'a2');
        await presence.leave('p1', 'ana', 'a2');
        await presence.leave('p1', 'nobody', 'n1');
        assert.equal(await presence.count('p1'), 1);
        assert.deepEqual(await presence.members('p1', 10), ['bo']);
        await presence.leave('p1', 'bo', 'b1');
        assert.equal(await presence.count('p1'), 0);
      });

      it('counts many places in one call and names at most as many members as asked', async () => {
        const { presence } = shared;
        for (let i = 0; i < 30; i++) await presence.enter('p2', `member-${i}`, `c${i}`);
        await presence.enter('p3', 'member-1', 'c');
        assert.deepEqual(await presence.counts(['p3', 'p-none', 'p2']), [1, 0, 30]);
        assert.deepEqual(await presence.counts([]), []);
        const five = await presence.members('p2', 5);
        assert.equal(new Set(five).size, 5);
        assert.equal((await presence.members('p2', 100)).length, 30);
      });

      it('tells a watcher the count after a burst in few words, the last of them right', async () => {
        const { presence } = shared;
        const told: number[] = [];
        const stop = await presence.watch('p4', (count) => told.push(count));
        for (let i = 0; i < 60; i++) await presence.enter('p4', `m${i}`, 'c');
        await eventually(() => assert.equal(told.at(-1), 60));
        assert.ok(told.length <= 4, `${told.length} notifications`);
        stop();
        await presence.enter('p4', 'late', 'c');
        await sleep(300);
        assert.equal(told.at(-1), 60);
      });
    });
  });
}
