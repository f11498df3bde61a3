import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createFileBlobs } from '@madang/blobs';
import { createImages } from '@madang/images';
import { silentLogger, sql } from '@madang/kernel';
import { type TestClock, testClock } from '@madang/testing';
import { Mortal } from './asset-killing.ts';
import { AssetTestbed } from './asset-testbed.ts';
import { scriptedTools } from './transcode-scripted.ts';

const drivers = { openBlobs: (root: string) => createFileBlobs({ root, logger: silentLogger }), images: createImages() };
const DAY_MS = 24 * 3_600_000;
const SWEEPERS = ['media.sweep-uploads', 'media.sweep-assets'];

describe('a film whose upload never came to its end', () => {
  let t: AssetTestbed;
  let clock: TestClock;
  const mortal = new Mortal();
  const bytes = Buffer.from('a film that exists only in the answers of the tools');

  before(async () => {
    clock = testClock(new Date());
    t = await AssetTestbed.start({
      drivers,
      tools: scriptedTools(),
      clock,
      blobs: (real) => mortal.blobs(real),
      zone: (real) => mortal.zone(real),
    });
  });
  after(() => t.close());

  const sweep = (name: string) =>
    t.run({
      id: 'job_0',
      name,
      key: name,
      payload: {},
      priority: 0,
      startAfter: undefined,
      abort: new AbortController(),
      attempt: 0,
      state: 'queued',
    });
  const orRevive = (error: unknown) => {
    if (!mortal.isDead) throw error;
    mortal.restart();
  };
  const statusOf = async (id: string) => {
    const asset = (await t.media.assets.find(t.zone, [id])).get(id);
    return [asset?.status, asset?.failure?.code];
  };

  it('fails once, says so, and gives its bytes back, wherever the sweeper is killed', async () => {
    for (let step = 1, steps = 1; step <= steps; step++) {
      mortal.restart();
      const id = await t.create(await t.upload(bytes, { whole: false }));
      clock.advance(7 * DAY_MS - 60_000);
      for (const name of SWEEPERS) await sweep(name);
      assert.deepEqual(await statusOf(id), ['uploading', undefined], 'somebody may still come');
      clock.advance(120_000);
      if (step === 1) mortal.dieAt(Number.POSITIVE_INFINITY);
      else mortal.dieAt(step);
      // Schedules come again, the other jobs are tried again.
      for (let times = 0; times < 2; times++) {
        for (const name of SWEEPERS) await sweep(name).catch(orRevive);
        await t.settle(orRevive);
      }
      if (step === 1) steps = mortal.steps;
      const where = `killed at step ${step} of ${steps}`;
      assert.deepEqual(await statusOf(id), ['failed', 'media.upload_lost'], where);
      assert.deepEqual(await t.keys(), [], where);
      assert.equal((await t.media.assets.storage(t.zone, t.mina.id)).usedBytes, 0, where);
      assert.equal(Number((await t.zone.db.one<{ bytes: string }>(sql('select bytes from media.usage'))).bytes), 0, where);
      assert.deepEqual(await t.zone.db.many(sql('select id from media.uploads')), [], where);
      const told = t.published.filter(({ name, payload }) => name === 'media.asset-changed' && payload.assetId === id);
      assert.deepEqual(
        told.map(({ payload }) => [payload.status, payload.failureCode]),
        [
          ['uploading', null],
          ['failed', 'media.upload_lost'],
        ],
        where,
      );
    }
  });
});
