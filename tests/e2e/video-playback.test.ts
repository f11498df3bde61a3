import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Video } from '@madang/video/contract';
import type { Page } from 'playwright-core';
import { assertProblem } from '../harness/assert-problem.ts';
import { startBrowser, type TestBrowser, until, type Visitor } from '../harness/browser.ts';
import { createVideo, type Person, plainFilm, settled, upload, videoUntil } from '../harness/films.ts';
import { startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';

/** Keeps what happens to the picture from its first frame on, and which segments were asked for. */
const WATCHER = `
  window.seen = { events: [], sizes: new Set() };
  for (const type of ['playing', 'waiting', 'stalled', 'error', 'seeking', 'seeked', 'ended', 'resize'])
    document.addEventListener(type, ({ target }) => {
      if (!(target instanceof HTMLMediaElement)) return;
      seen.events.push({ type, at: target.currentTime });
      if (target.videoHeight > 0) seen.sizes.add(target.videoHeight);
    }, true);`;
const CREATOR = { email: 'creator@example.org', password: 'Courtyard-1 of many', name: 'Creator' };
const MEDIA = 'document.querySelector("video[data-film]")';

interface Seen {
  readonly events: readonly { readonly type: string; readonly at: number }[];
  readonly sizes: readonly number[];
}

/** What came after the picture first moved and was not asked for: waiting for a place one went to is no stall. */
function stalls({ events }: Seen): unknown[] {
  const begun = events.findIndex(({ type }) => type === 'playing');
  let seeking = false;
  return events.slice(begun).filter(({ type }) => {
    if (type === 'seeking') seeking = true;
    if (type === 'playing') seeking = false;
    return type === 'error' || (type === 'waiting' && !seeking);
  });
}

/** A player that asks for the same again and again has lost its way. */
function assertNoneAgain(asked: readonly string[], times: number): void {
  const counts = new Map<string, number>();
  for (const at of asked) if (at.endsWith('.m4s')) counts.set(at, (counts.get(at) ?? 0) + 1);
  assert.deepEqual(
    [...counts].filter(([, count]) => count > times),
    [],
  );
}

describe('films in a browser', () => {
  let madang: TestMadang;
  /** How far the server's clock is ahead of the machine's. */
  let aheadMs = 0;
  let browser: TestBrowser;
  let creator: Person;
  let folder: string;
  before(async () => {
    madang = await startTestMadang({ clock: { now: () => new Date(Date.now() + aheadMs) } });
    browser = await startBrowser();
    folder = await mkdtemp(path.join(tmpdir(), 'madang-playback-'));
    const client = madang.client('piyakast');
    const token = (await client.ask('/api/v1/auth/register', { body: CREATOR })).json<{ accessToken: string }>().accessToken;
    creator = { client, token };
  });
  after(async () => {
    await browser?.close();
    await madang?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(
    video: Video,
    options: { signedIn?: boolean; before?: (page: Page) => Promise<void> } = {},
  ): Promise<Visitor & { asked: string[] }> {
    const visitor = await browser.visitor({ locale: 'ko', screen: 'desktop' });
    const { context, page } = visitor;
    const origin = `http://piyakast.localhost:${madang.port}`;
    if (options.signedIn === true) {
      const client = madang.client('piyakast');
      await client.ask('/api/v1/auth/login', { body: { email: CREATOR.email, password: CREATOR.password } });
      const value = client.cookies.get('madang') ?? assert.fail('no session');
      await context.addCookies([{ name: 'madang', value, url: origin, httpOnly: true }]);
    }
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await options.before?.(page);
    await page.addInitScript(WATCHER);
    await page.goto(`${origin}/watch/${video.id}`);
    await until(page, `${MEDIA} !== null`);
    return { ...visitor, asked };
  }
  const look = (page: Page, expression: string): Promise<unknown> => page.evaluate(expression);
  const play = (page: Page, rate = 1) =>
    look(page, `(async () => { const media = ${MEDIA}; media.muted = true; await media.play(); media.playbackRate = ${rate}; })()`);
  const seen = async (page: Page): Promise<Seen> => (await look(page, '({ events: seen.events, sizes: [...seen.sizes] })')) as Seen;
  const seek = (page: Page, seconds: number) => look(page, `void (${MEDIA}.currentTime = ${seconds})`);
  const isWhole = (video: Video) => videoUntil(creator, video.id, settled, 180);

  it('one that is ready plays to its end, without a stall, from wherever one goes', { timeout: 180_000 }, async () => {
    const source = await plainFilm(path.join(folder, 'ready.mp4'), { size: '640x360', seconds: 10 });
    const video = await isWhole(await createVideo(creator, await upload(creator, source)));
    assert.equal(video.status, 'ready', JSON.stringify(video.failure));
    const { context, page, errors, asked } = await open(video);
    await play(page);
    await until(page, `${MEDIA}.ended`, 40);
    const whole = await seen(page);
    assert.deepEqual(stalls(whole), []);
    assert.ok(Math.abs((whole.events.at(-1)?.at ?? 0) - 10) < 0.1, JSON.stringify(whole.events.at(-1)));
    assert.ok(
      asked.some((at) => at.endsWith('.m4s')),
      'nothing was fetched',
    );
    assertNoneAgain(asked, 2);
    for (const place of [7.5, 2.2]) {
      await seek(page, place);
      await play(page);
      await until(page, `!${MEDIA}.seeking && ${MEDIA}.currentTime > ${place + 0.5}`, 10);
    }
    assert.deepEqual(stalls(await seen(page)), []);
    assert.deepEqual(errors, []);
    await context.close();
  });

  it('one that is still being made begins before it is ready, and becomes sharper while it plays', { timeout: 400_000 }, async () => {
    // More than a machine of two cores makes as fast as it is watched: the highest quality comes later.
    const source = await plainFilm(path.join(folder, 'long.mp4'), { size: '1536x864', rate: '60', seconds: 20 });
    const made = await createVideo(creator, await upload(creator, source, 16_000_000));
    const playable = await videoUntil(creator, made.id, ({ status }) => status === 'playable' || settled({ status } as Video), 180);
    assert.equal(playable.status, 'playable', JSON.stringify(playable.failure));
    const { context, page, errors, asked } = await open(playable, { signedIn: true });
    await play(page);
    await until(page, `${MEDIA}.currentTime > 0.3`, 30);
    // Slow enough that the rest is made meanwhile, however busy the machine is.
    await play(page, 0.1);
    const early = await videoUntil(creator, made.id, () => true);
    assert.equal(early.status, 'playable', 'it plays before it is ready');
    const before = await seen(page);
    assert.ok(Math.max(...before.sizes) < 864, `${before.sizes}`);
    await isWhole(made);
    await play(page);
    await until(page, `${MEDIA}.videoHeight === 864`, 40);
    assert.ok(asked.some((at) => at.includes('/864/')));
    assertNoneAgain(asked, 6);
    await play(page, 2);
    await until(page, `${MEDIA}.ended`, 60);
    const after = await seen(page);
    assert.deepEqual(
      after.events.filter(({ type }) => type === 'error'),
      [],
    );
    assert.ok(Math.abs((after.events.at(-1)?.at ?? 0) - 20) < 0.1, JSON.stringify(after.events.at(-1)));
    assert.deepEqual(errors, []);
    await context.close();
  });

  describe('one that is private', () => {
    let video: Video;
    const HOUR = 3_600_000;
    before(async () => {
      const source = await plainFilm(path.join(folder, 'private.mp4'), { size: '320x180', rate: '10', seconds: 180 });
      video = await isWhole(await createVideo(creator, await upload(creator, source), { visibility: 'private' }));
      assert.equal(video.status, 'ready', JSON.stringify(video.failure));
    });
    const tokensOf = (asked: readonly string[]): string[] => [
      ...new Set(asked.flatMap((at) => /^\/vod\/t\/([^/]+)\/.*m4s$/.exec(at)?.[1] ?? [])),
    ];
    const playsFrom = async (page: Page, seconds: number) => {
      await seek(page, seconds);
      await play(page);
      await until(page, `!${MEDIA}.seeking && ${MEDIA}.currentTime > ${seconds + 0.5}`, 20);
    };

    it('plays by its token, and with the next one once that has ended', { timeout: 120_000 }, async () => {
      const { context, page, errors, asked } = await open(video, { signedIn: true, before: (page) => page.clock.install() });
      await playsFrom(page, 1);
      const [first] = tokensOf(asked);
      assert.ok(first !== undefined && tokensOf(asked).length === 1);
      // Ten minutes before its end the page asks for the next.
      aheadMs += 5.9 * HOUR;
      const renewed = page.waitForResponse((answer) => answer.url().endsWith('/playback') && answer.ok());
      await page.clock.fastForward(5.9 * HOUR);
      await renewed;
      aheadMs += 0.5 * HOUR;
      const since = asked.length;
      const old = asked.find((at) => at.includes(first)) as string;
      assertProblem(await madang.client('piyakast').ask(old), 410, 'media.path_ended');
      await playsFrom(page, 120);
      const later = tokensOf(asked.slice(since));
      assert.ok(later.length > 0 && !later.includes(first), `${later}, not ${first}`);
      assert.deepEqual(errors, []);
      await context.close();
    });

    it('plays on where the page slept past the end of its token', { timeout: 120_000 }, async () => {
      const { context, page, asked } = await open(video, { signedIn: true });
      await playsFrom(page, 1);
      const [first] = tokensOf(asked);
      aheadMs += 7 * HOUR;
      await playsFrom(page, 120);
      assert.ok(tokensOf(asked).at(-1) !== first);
      await context.close();
    });

    it('is nothing to others', async () => {
      const visitor = await browser.visitor({ locale: 'ko', screen: 'desktop' });
      const answer = await visitor.page.goto(`http://piyakast.localhost:${madang.port}/watch/${video.id}`);
      assert.equal(answer?.status(), 404);
      await sleep(300);
      assert.equal(await visitor.page.locator('video').count(), 0);
      await visitor.context.close();
    });
  });
});
