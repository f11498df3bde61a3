import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type EncodedSegment, MediaToolFailure, type MediaTools, silentLogger } from '@madang/kernel';
import { createMediaTools } from './media-tools.ts';
import { film, mediaToolsMissing, openStudio, picture, processesIn, rung, type Studio, stereo, tone, X264 } from './samples.testing.ts';

/** A dead process that nobody has buried yet is not alive. */
function isAlive(id: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${id}/status`, 'utf8'));
  } catch {
    return false;
  }
}
const failure = (reason: string) => (error: unknown) => error instanceof MediaToolFailure && error.reason === reason;

describe('how encoding ends', { skip: await mediaToolsMissing() }, () => {
  let studio: Studio;
  let source: string;
  let long: string;
  before(async () => {
    studio = await openStudio();
    source = await studio.source('plain.mp4', `${film(6)} ${tone(6)} ${X264} -c:a aac`);
    long = await studio.source('long.mp4', `${film(20, { size: '1280x720' })} ${X264}`);
  });
  after(() => studio.close());

  const heavy = picture({ rungs: [rung('720', 1280, 720), rung('360', 640, 360), rung('180', 320, 180)] });

  /** Begins an encode that takes a while; resolves once something of it runs. */
  async function begin(tools: MediaTools, signal: AbortSignal, onSegment: (segment: EncodedSegment) => Promise<void> = async () => {}) {
    const folder = await studio.folder();
    const encoding = tools.encode({ source: long, folder, picture: heavy, sounds: [], signal, onSegment });
    encoding.catch(() => {});
    const running = await runningIn(folder);
    const ffmpeg = running.at(-1);
    assert.ok(ffmpeg !== undefined);
    return { encoding, running, ffmpeg, folder };
  }

  /** All processes that have to do with a folder, once there is an ffmpeg among them: the last one. */
  async function runningIn(folder: string, of = (ids: number[]): number[] => ids): Promise<number[]> {
    for (let tries = 0; tries < 200; tries++) {
      await delay(50);
      const running = of(await processesIn(folder));
      const names = await Promise.all(running.map((id) => readFile(`/proc/${id}/comm`, 'utf8').catch(() => '')));
      const ffmpeg = running[names.indexOf('ffmpeg\n')];
      if (ffmpeg !== undefined) return [...running.filter((id) => id !== ffmpeg), ffmpeg];
    }
    throw new Error('ffmpeg did not start');
  }

  async function allGone(running: readonly number[]): Promise<void> {
    for (let tries = 0; tries < 40 && running.some(isAlive); tries++) await delay(25);
    assert.deepEqual(running.filter(isAlive), []);
  }

  it('kills all of it when it is cancelled, and rejects with the reason', async () => {
    const tools = createMediaTools({ logger: silentLogger });
    const cancel = new AbortController();
    const { encoding, running } = await begin(tools, cancel.signal);
    cancel.abort(new Error('cancelled by its owner'));
    await assert.rejects(encoding, /cancelled by its owner/);
    await allGone(running);
    await tools.close();
  });

  it('kills all of it when the tools are closed', async () => {
    const tools = createMediaTools({ logger: silentLogger });
    const { encoding, running } = await begin(tools, new AbortController().signal);
    await tools.close();
    await tools.close();
    await assert.rejects(encoding, failure('crashed'));
    await allGone(running);
  });

  for (const signal of ['SIGKILL', 'SIGTERM'] as const)
    it(`tells of an encoder that somebody ended by ${signal}, with what it had finished`, async () => {
      const tools = createMediaTools({ logger: silentLogger });
      const told: number[] = [];
      const first = Promise.withResolvers<void>();
      const { encoding, running, ffmpeg } = await begin(tools, new AbortController().signal, async ({ rendition, index }) => {
        if (rendition === '720') told.push(index);
        first.resolve();
      });
      await first.promise;
      process.kill(ffmpeg, signal);
      await assert.rejects(encoding, failure('crashed'));
      assert.deepEqual(told, [...told.keys()]);
      await allGone(running);
      await tools.close();
    });

  it('dies with the program, however that ends', async () => {
    const folder = await studio.folder();
    const request = { source: long, folder, picture: heavy, sounds: [] };
    const program = `
      import { createMediaTools } from ${JSON.stringify(path.join(import.meta.dirname, 'media-tools.ts'))};
      const logger = { debug() {} };
      const request = ${JSON.stringify(request)};
      await createMediaTools({ logger }).encode({ ...request, onSegment: async () => {}, signal: new AbortController().signal });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore', cwd: import.meta.dirname });
    const ended = once(child, 'exit');
    const running = await runningIn(folder, (ids) => ids.filter((id) => id !== child.pid));
    await delay(300); // until bubblewrap has given up what it does not need
    child.kill('SIGKILL');
    await ended;
    await allGone(running);
  });

  it('ends what a program left running that was killed before the sandbox knew of it', async () => {
    const leave = async (dead: boolean): Promise<number> => {
      const program = `
        import { startedByUs } from ${JSON.stringify(path.join(import.meta.dirname, 'leftovers.ts'))};
        import { spawn } from 'node:child_process';
        const left = spawn('sleep', ['60'], { detached: true, stdio: 'ignore', env: { PATH: '/usr/bin:/bin', ...startedByUs() } });
        process.stdout.write(String(left.pid));
        ${dead ? 'left.unref();' : ''}`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'ignore'] });
      const [id] = (await once(child.stdout, 'data')) as [Buffer];
      if (dead) await once(child, 'exit');
      return Number(id);
    };
    const [orphan, child] = [await leave(true), await leave(false)];
    const tools = createMediaTools({ logger: silentLogger });
    await tools.close();
    await allGone([orphan]);
    assert.ok(isAlive(child), 'what a living program runs is its own');
    process.kill(child);
  });

  it('loses no segment to somebody slow, and keeps their order', async () => {
    const tools = createMediaTools({ logger: silentLogger });
    const told: string[] = [];
    let open = 0;
    let most = 0;
    const onSegment = async ({ rendition, index, path: file, initPath }: EncodedSegment): Promise<void> => {
      most = Math.max(most, ++open);
      await delay(150);
      assert.ok((await readFile(file)).length > 0 && (await readFile(initPath)).length > 0);
      told.push(`${rendition}:${index}`);
      open--;
    };
    const folder = await studio.folder();
    const rungs = [rung('a', 320, 180)];
    await tools.encode({
      source,
      folder,
      picture: picture({ rungs }),
      sounds: [stereo(1)],
      signal: new AbortController().signal,
      onSegment,
    });
    assert.deepEqual(
      told.filter((name) => name.startsWith('a:')),
      ['a:0', 'a:1'],
    );
    assert.deepEqual(
      told.filter((name) => name.startsWith('audio:')),
      ['audio:0', 'audio:1'],
    );
    assert.ok(most <= 2, 'one at a time for each rendition');
    await tools.close();
  });

  it('stops when a segment could not be handed on', async () => {
    const tools = createMediaTools({ logger: silentLogger });
    const { encoding, running } = await begin(tools, new AbortController().signal, () => Promise.reject(new Error('no store')));
    await assert.rejects(encoding, /no store/);
    await allGone(running);
    await tools.close();
  });

  it('tells of a full disk, though ffmpeg says all is well', async (t) => {
    const small = await studio.folder();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', small], { stdio: 'ignore' });
    } catch {
      return t.skip('needs to mount a small disk');
    }
    const tools = createMediaTools({ logger: silentLogger });
    try {
      const folder = path.join(small, 'out');
      await mkdir(folder);
      const request = { source, folder, sounds: [stereo(1)], signal: new AbortController().signal, onSegment: async () => {} };
      await assert.rejects(tools.encode({ ...request, picture: picture() }), failure('disk_full'));
    } finally {
      await tools.close();
      execFileSync('umount', [small]);
    }
  });

  it('refuses requests that make no sense', async () => {
    const tools = createMediaTools({ logger: silentLogger });
    const request = { source, folder: await studio.folder(), sounds: [], signal: new AbortController().signal, onSegment: async () => {} };
    await assert.rejects(tools.encode(request), RangeError);
    await assert.rejects(tools.encode({ ...request, picture: picture({ rungs: [rung('../out', 320, 180)] }) }), RangeError);
    await assert.rejects(tools.encode({ ...request, sounds: [stereo(1), stereo(1)] }), RangeError);
    await tools.close();
  });
});

describe('a machine without the tools', () => {
  it('says what is missing and how to bring it', async () => {
    const tools = createMediaTools({ logger: silentLogger, ffmpeg: '/nowhere/ffmpeg' });
    assert.deepEqual((await tools.missing())?.what.includes('ffmpeg'), true);
    assert.match((await tools.missing())?.command ?? '', /^sudo apt-get install -y ffmpeg/);
    await assert.rejects(tools.probe(import.meta.filename), failure('unavailable'));
    await assert.rejects(tools.measureSeconds(import.meta.filename), failure('unavailable'));
    await tools.close();
  });
});
