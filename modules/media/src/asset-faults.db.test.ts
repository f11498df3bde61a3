import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { createFileBlobs } from '@madang/blobs';
import { createImages } from '@madang/images';
import { type BlobStore, MediaToolFailure, type MediaTools, silentLogger, sql } from '@madang/kernel';
import { Mortal } from './asset-killing.ts';
import { AssetTestbed, type TestbedOptions } from './asset-testbed.ts';
import { scriptedTools } from './transcode-scripted.ts';

const drivers = { openBlobs: (root: string) => createFileBlobs({ root, logger: silentLogger }), images: createImages() };
/** Two chunks, two waves and the sounds: every kind of unit there is. */
const planOptions = { chunkSeconds: 4, pixelsPerSecond: 1 };
/** Not every step, which takes minutes: a stride that meets every kind of them. */
const STRIDE = 11;
const bytes = Buffer.from('a film that exists only in the answers of the tools');

async function usage(t: AssetTestbed): Promise<number> {
  const [row] = await t.zone.db.many<{ bytes: string }>(sql('select bytes from media.usage'));
  assert.equal(Number(row?.bytes ?? 0), (await t.media.assets.storage(t.zone, t.mina.id)).usedBytes);
  return Number(row?.bytes ?? 0);
}

async function statusOf(t: AssetTestbed, id: string) {
  const asset = (await t.media.assets.find(t.zone, [id])).get(id);
  return { status: asset?.status, code: asset?.failure?.code };
}

describe('assets whose worker is killed', () => {
  let t: AssetTestbed;
  const mortal = new Mortal();

  before(async () => {
    t = await AssetTestbed.start({
      drivers,
      tools: scriptedTools(),
      planOptions,
      blobs: (real) => mortal.blobs(real),
      zone: (real) => mortal.zone(real),
    });
  });
  after(() => t.close());

  /** A film from its upload to its end, with a death at that step. False when it had fewer. */
  async function makeDyingAt(step: number): Promise<{ id: string; died: boolean }> {
    mortal.restart();
    const id = await t.create(await t.upload(bytes));
    mortal.dieAt(step);
    let died = false;
    await t.settle((error, job) => {
      if (!mortal.isDead) throw error;
      died = true;
      // The queue finds the lease lapsed: the try counts, and the job waits again.
      assert.equal(job.state, 'queued');
      mortal.restart();
    });
    return { id, died };
  }

  it('[ME20] [ME21] [ME22] [ME25] ends whole wherever it is killed, and leaves nothing that does not belong to it', async () => {
    const { id: reference } = await makeDyingAt(Number.POSITIVE_INFINITY);
    const steps = mortal.steps;
    const names = await t.made(reference);
    const texts = await Promise.all(names.filter((name) => /m3u8|vtt$/.test(name)).map((name) => t.text(reference, name)));
    const each = await usage(t);
    assert.ok(steps > 100, `${steps} steps`);
    let deaths = 0;
    for (let step = 1; step <= steps; step += STRIDE) {
      const { id, died } = await makeDyingAt(step);
      if (died) deaths++;
      const where = `killed at step ${step} of ${steps}`;
      assert.deepEqual(await statusOf(t, id), { status: 'ready', code: undefined }, where);
      // A picture that was begun has a number of its own; those of the end are the same.
      const made = (await t.made(id)).filter((name) => !name.startsWith('poster-'));
      assert.deepEqual(
        made,
        names.filter((name) => !name.startsWith('poster-')),
        where,
      );
      assert.deepEqual(await Promise.all(made.filter((name) => /m3u8|vtt$/.test(name)).map((name) => t.text(id, name))), texts, where);
      assert.equal(t.published.filter(({ payload }) => payload.assetId === id && payload.status === 'ready').length, 1, where);
      assert.equal(await usage(t), each * 2, where);
      await t.zone.db.transaction((tx) => t.media.assets.remove(tx, id));
      await t.settle();
      assert.deepEqual(
        (await t.keys()).filter((key) => key.includes(id)),
        [],
        where,
      );
      assert.equal(await usage(t), each, where);
    }
    assert.ok(deaths > steps / STRIDE / 2, `${deaths} deaths`);
    assert.deepEqual(
      (await t.keys()).filter((key) => key.includes('/uploads/')),
      [],
    );
    assert.deepEqual((await readdir(t.workFolder)).length <= 1, true);
  });
});

describe('assets whose world fails', () => {
  const beds: AssetTestbed[] = [];
  const start = async (options: Omit<TestbedOptions, 'drivers'>): Promise<AssetTestbed> => {
    const bed = await AssetTestbed.start({ ...options, drivers });
    beds.push(bed);
    return bed;
  };
  after(async () => {
    for (const bed of beds) await bed.close();
  });

  const failing = (
    where: keyof MediaTools,
    reason: ConstructorParameters<typeof MediaToolFailure>[0],
    times = Number.POSITIVE_INFINITY,
  ) => {
    let left = times;
    const tools = scriptedTools();
    const real = tools[where] as (...args: unknown[]) => Promise<unknown>;
    const fails = async (...args: unknown[]) => {
      if (left-- > 0) throw new MediaToolFailure(reason, 'its own words');
      return await real(...args);
    };
    return { ...tools, [where]: fails } as MediaTools;
  };

  it('[ME40] a poisoned film fails once, says why, leaves nothing, and is in nobody’s way', async () => {
    for (const where of ['probe', 'encode'] as const) {
      const t = await start({ tools: failing(where, 'unreadable', 1), planOptions });
      const id = await t.create(await t.upload(bytes));
      const other = await t.create(await t.upload(bytes));
      await t.settle();
      const [poisoned, well] = [await statusOf(t, id), await statusOf(t, other)].sort((a) => (a.status === 'failed' ? -1 : 1));
      assert.deepEqual(poisoned, { status: 'failed', code: 'media.film_unreadable' });
      assert.equal(well?.status, 'ready');
      const gone = (await statusOf(t, id)).status === 'failed' ? id : other;
      assert.deepEqual(
        (await t.keys()).filter((key) => key.includes(gone) || key.includes('/uploads/')),
        [],
        where,
      );
      const failed = (await t.media.assets.find(t.zone, [gone], 'en')).get(gone);
      assert.deepEqual([failed?.failure?.detail, failed?.bytes], ['its own words', 0]);
      assert.match(failed?.failure?.message ?? '', /damaged or incomplete/);
      const assets = await t.media.assets.find(t.zone, [id, other]);
      assert.equal(
        await usage(t),
        [...assets.values()].reduce((sum, asset) => sum + asset.bytes, 0),
      );
      assert.equal(await t.zone.db.transaction((tx) => t.media.assets.retry(tx, gone)), false);
      assert.ok(t.jobs.every((job) => job.attempt <= 1));
    }
  });

  it('[ME41] a killed encoder and a full disk are tried again', async () => {
    for (const reason of ['crashed', 'disk_full'] as const) {
      const t = await start({ tools: failing('encode', reason, 2), planOptions });
      const id = await t.create(await t.upload(bytes));
      let errors = 0;
      await t.settle(() => errors++);
      assert.deepEqual([errors, (await statusOf(t, id)).status], [2, 'ready'], reason);
    }
  });

  it('[ME41] a store without space: all is tried again; after the last time it says so, keeps what there is, and goes on when asked', async () => {
    let full = true;
    const withoutSpace = (real: BlobStore): BlobStore => {
      const proxy = Object.create(real) as BlobStore;
      proxy.put = (key, ...rest) => {
        if (full && key.endsWith('s00001.m4s')) return Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
        return real.put(key, ...rest);
      };
      for (const name of ['find', 'get', 'copy', 'join', 'grow', 'delete', 'list', 'localPath'] as const)
        proxy[name] = real[name]?.bind(real) as never;
      return proxy;
    };
    const t = await start({ tools: scriptedTools(), blobs: withoutSpace });
    const id = await t.create(await t.upload(bytes));
    let errors = 0;
    await t.settle(() => errors++);
    assert.deepEqual([errors, await statusOf(t, id)], [6, { status: 'failed', code: 'media.no_space' }]);
    assert.ok((await t.made(id)).includes('360/s00000.m4s'));
    full = false;
    assert.equal(await t.zone.db.transaction((tx) => t.media.assets.retry(tx, id)), true);
    await t.settle();
    assert.equal((await statusOf(t, id)).status, 'ready');
  });

  it('[ME42] without ffmpeg it says what to do, and goes on once it is there', async () => {
    let missing: { what: string; command: string } | undefined;
    const tools: MediaTools = { ...scriptedTools(), missing: async () => missing };
    const t = await start({ tools });
    const uploadId = await t.upload(bytes);
    missing = { what: 'ffmpeg', command: 'apt-get install ffmpeg' };
    const id = await t.create(uploadId);
    await t.settle();
    const asset = (await t.media.assets.find(t.zone, [id])).get(id);
    assert.deepEqual([asset?.failure?.code, asset?.failure?.detail], ['media.tools_missing', 'ffmpeg: apt-get install ffmpeg']);
    missing = undefined;
    assert.equal(await t.zone.db.transaction((tx) => t.media.assets.retry(tx, id)), true);
    await t.settle();
    assert.equal((await statusOf(t, id)).status, 'ready');
  });

  it('[ME43] extras that a source does not give are left out', async () => {
    for (const where of ['frames', 'storyboard', 'waveform'] as const) {
      const t = await start({ tools: failing(where, 'unreadable') });
      const id = await t.create(await t.upload(bytes));
      await t.settle();
      assert.equal((await statusOf(t, id)).status, 'ready', where);
      const playback = (await t.media.assets.playbacks(t.zone, [id])).get(id);
      const left = { frames: playback?.poster, storyboard: playback?.storyboard, waveform: playback?.waveform };
      assert.equal(left[where], null);
    }
  });

  it('[ME44] work whose job was lost is found by the sweeper, and given up when it is lost again and again', async () => {
    const start0 = Date.now();
    const clock = { now: () => new Date(Date.now() + (late ? 3_600_000 : 0)) };
    let late = false;
    const t = await start({ tools: scriptedTools(), planOptions, clock });
    const id = await t.create(await t.upload(bytes));
    const lost = await t.create(await t.upload(bytes));
    await t.deliver();
    for (const job of t.jobs) job.state = 'failed';
    late = true;
    await t.sweep('media.sweep-assets');
    await t.settle();
    assert.deepEqual(
      [await statusOf(t, id), await statusOf(t, lost)].map(({ status }) => status),
      ['ready', 'ready'],
    );
    const stubborn = await t.create(await t.upload(bytes));
    late = false;
    for (let times = 0; times < 5; times++) {
      for (const job of t.jobs) if (job.state === 'queued') job.state = 'failed';
      late = true;
      await t.zone.db.run(sql('update media.assets set created_at = $1 where id = $2', new Date(start0 - 3_600_000), stubborn));
      await t.sweep('media.sweep-assets');
    }
    assert.deepEqual(await statusOf(t, stubborn), { status: 'failed', code: 'media.making_failed' });
  });
});
