import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Locale } from '@madang/kernel';
import { demoPassword } from '@madang/server';
import type { Page } from 'playwright-core';
import { startBrowser, type TestBrowser, until, VIEWPORTS } from '../harness/browser.ts';
import { createVideo, plainFilm, settled, upload, videoUntil } from '../harness/films.ts';
import { startTestMadang, TEST_SECRET, type TestMadang } from '../harness/start-test-madang.ts';

/** Who looks: `email` of a demo person, or nobody. */
interface PageUnderTest {
  readonly name: string;
  readonly zone: string;
  readonly path: string;
  readonly as?: string;
}

const PAGES: readonly PageUnderTest[] = [
  { name: 'portal', zone: '', path: '/' },
  { name: 'zone-home', zone: 'talk', path: '/' },
  { name: 'sign-in', zone: 'talk', path: '/sign-in' },
  { name: 'sign-up', zone: 'talk', path: '/sign-up' },
  { name: 'set-password', zone: 'talk', path: '/set-password?token=none' },
  { name: 'setup', zone: '', path: '/setup?token=none' },
  { name: 'not-found', zone: 'talk', path: '/no/such/page' },
  { name: 'rooms', zone: 'talk', path: '/rooms', as: 'student@talk.demo' },
  { name: 'room', zone: 'talk', path: '/rooms/:roomId', as: 'student@talk.demo' },
  { name: 'account', zone: 'talk', path: '/account', as: 'student@talk.demo' },
  { name: 'forbidden', zone: 'talk', path: '/admin', as: 'student@talk.demo' },
  { name: 'admin', zone: 'talk', path: '/admin', as: 'zone_admin@talk.demo' },
  { name: 'admin-settings', zone: 'talk', path: '/admin/settings', as: 'zone_admin@talk.demo' },
  { name: 'admin-limits', zone: 'talk', path: '/admin/limits', as: 'zone_admin@talk.demo' },
  { name: 'admin-members', zone: 'talk', path: '/admin/members', as: 'zone_admin@talk.demo' },
  { name: 'admin-organizations', zone: 'talk', path: '/admin/organizations', as: 'zone_admin@talk.demo' },
  { name: 'admin-rooms', zone: 'talk', path: '/admin/rooms', as: 'zone_admin@talk.demo' },
  { name: 'admin-audit', zone: 'talk', path: '/admin/audit', as: 'zone_admin@talk.demo' },
  { name: 'watch-home', zone: 'piyakast', path: '/watch' },
  { name: 'watch', zone: 'piyakast', path: '/watch/:videoId', as: 'student@piyakast.demo' },
  { name: 'embed', zone: 'piyakast', path: '/embed/:videoId' },
  { name: 'search', zone: 'piyakast', path: '/search?q=%EB%A7%88%EB%8B%B9' },
  { name: 'channel', zone: 'piyakast', path: '/channels/:channelId' },
  { name: 'subscriptions', zone: 'piyakast', path: '/subscriptions', as: 'student@piyakast.demo' },
  { name: 'history', zone: 'piyakast', path: '/history', as: 'student@piyakast.demo' },
  { name: 'playlists', zone: 'piyakast', path: '/playlists', as: 'student@piyakast.demo' },
  { name: 'studio', zone: 'piyakast', path: '/studio', as: 'creator@piyakast.demo' },
  { name: 'studio-videos', zone: 'piyakast', path: '/studio/videos', as: 'creator@piyakast.demo' },
  { name: 'studio-video', zone: 'piyakast', path: '/studio/videos/:videoId', as: 'creator@piyakast.demo' },
  { name: 'studio-analytics', zone: 'piyakast', path: '/studio/analytics', as: 'creator@piyakast.demo' },
  { name: 'studio-channel', zone: 'piyakast', path: '/studio/channel', as: 'creator@piyakast.demo' },
  { name: 'notifications', zone: 'piyakast', path: '/notifications', as: 'creator@piyakast.demo' },
  { name: 'admin-zones', zone: '', path: '/admin/zones', as: 'super_admin@dreamseed.demo' },
];

const SHOTS = process.env.MADANG_SCREENSHOTS;
/** Every combination for eyes; for the tests each page is seen on both screens, in both themes, in two languages. */
const LOOKS: readonly { screen: keyof typeof VIEWPORTS; theme: 'light' | 'dark'; locale: Locale }[] =
  SHOTS === undefined
    ? [
        { screen: 'desktop', theme: 'light', locale: 'ko' },
        { screen: 'phone', theme: 'dark', locale: 'en' },
      ]
    : (['desktop', 'phone'] as const).flatMap((screen) =>
        (['light', 'dark'] as const).flatMap((theme) => (['ko', 'en'] as const).map((locale) => ({ screen, theme, locale }))),
      );

interface Violation {
  id: string;
  impact: string;
  help: string;
  nodes: { html: string }[];
}

describe('every page', () => {
  let madang: TestMadang;
  let browser: TestBrowser;
  let axe: string;
  /** What stands for the names in paths. */
  const ids: Record<string, string> = {};
  const cookies = new Map<string, string>();

  before(async () => {
    madang = await startTestMadang({ demo: true });
    browser = await startBrowser();
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const student = madang.client('talk');
    const signedIn = await student.ask('/api/v1/auth/login', { body: { email: 'student@talk.demo', password: demoPassword(TEST_SECRET) } });
    const rooms = await student.ask('/api/v1/rooms', { token: signedIn.json().accessToken as string });
    const found = rooms.json<{ items: { id: string; name: string }[] }>().items.find((room) => room.name === '수학 질문방');
    assert.ok(found, 'the demo has its question room');
    ids.roomId = found.id;
    await showFilm();
    if (SHOTS !== undefined) await mkdir(SHOTS, { recursive: true });
  });
  after(async () => {
    await browser.close();
    await madang.close();
  });

  /** A film to be looked at, and a word said of it. */
  async function showFilm(): Promise<void> {
    const folder = await mkdtemp(path.join(tmpdir(), 'madang-pages-'));
    const signIn = async (name: string) => {
      const client = madang.client('piyakast');
      const body = { email: `${name}@piyakast.demo`, password: demoPassword(TEST_SECRET) };
      const answer = await client.ask('/api/v1/auth/login', { body });
      return { client, token: answer.json().accessToken as string, id: '' };
    };
    const creator = await signIn('creator');
    const source = await plainFilm(path.join(folder, 'courtyard.mp4'), { size: '320x180', seconds: 4 });
    const description = '소리와 그림\n0:00 시작\n0:02 끝';
    const made = await createVideo(creator, await upload(creator, source), { title: '마당의 첫 영상', description, tags: ['마당'] });
    const video = await videoUntil(creator, made.id, settled);
    assert.equal(video.status, 'ready', JSON.stringify(video.failure));
    ids.videoId = video.id;
    ids.channelId = video.channel.id;
    const student = await signIn('student');
    await student.client.ask(`/api/v1/videos/${video.id}/comments`, { token: student.token, body: { body: '0:02 여기가 좋아요' } });
    await rm(folder, { recursive: true });
  }

  /** One session per demo person, for all pages. */
  async function sessionOf(zone: string, email: string): Promise<string> {
    const known = cookies.get(email);
    if (known !== undefined) return known;
    const client = madang.client(zone);
    const answer = await client.ask('/api/v1/auth/login', { body: { email, password: demoPassword(TEST_SECRET) } });
    assert.equal(answer.status, 200, answer.text);
    const value = client.cookies.get('madang');
    assert.ok(value);
    cookies.set(email, value);
    return value;
  }

  async function settle(page: Page): Promise<void> {
    await page.waitForLoadState('load');
    await page.evaluate('document.fonts.ready');
    await until(page, '!document.querySelector("[aria-busy=true]")');
  }

  for (const { name, zone, path: at, as } of PAGES) {
    for (const { screen, theme, locale } of LOOKS) {
      it(`${name} on a ${screen}, ${theme}, ${locale}`, async () => {
        const { context, page, errors } = await browser.visitor({ locale, screen, theme });
        try {
          const host = zone === '' ? 'localhost' : `${zone}.localhost`;
          const origin = `http://${host}:${madang.port}`;
          if (as !== undefined)
            await context.addCookies([{ name: 'madang', value: await sessionOf(zone, as), url: origin, httpOnly: true }]);
          await page.goto(origin + at.replaceAll(/:(\w+)/g, (_, name: string) => ids[name] ?? name));
          await settle(page);
          assert.equal(await page.getAttribute('html', 'lang'), locale);
          assert.equal(await page.locator('h1').count(), 1, 'one first-level heading');
          const overflow = (await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')) as number;
          assert.ok(overflow <= 0, `scrolls sideways by ${overflow} px`);
          // Tall enough that no scrolled part clips a control in half: axe would measure the half.
          await page.setViewportSize({ width: VIEWPORTS[screen].width, height: 2400 });
          await page.waitForTimeout(300);
          // The page's own policy forbids eval, not what the test itself puts in.
          await page.evaluate(axe);
          const violations = (await page.evaluate(
            'axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }).then((result) => result.violations)',
          )) as Violation[];
          const serious = violations.filter((violation) => violation.impact === 'serious' || violation.impact === 'critical');
          assert.deepEqual(
            serious.map((violation) => `${violation.id}: ${violation.help}: ${violation.nodes.map((node) => node.html).join(' | ')}`),
            [],
          );
          await page.setViewportSize(VIEWPORTS[screen]);
          if (SHOTS !== undefined) await page.screenshot({ path: path.join(SHOTS, `${name}-${screen}-${theme}-${locale}.png`) });
          assert.deepEqual(errors, []);
        } finally {
          await context.close();
        }
      });
    }
  }
});
