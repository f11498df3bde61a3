import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Video } from '@madang/video/contract';
import type { Page } from 'playwright-core';
import { missingRadosgw, type Radosgw, startRadosgw } from '../../drivers/blobs/src/radosgw.testing.ts';
import { startBrowser, type TestBrowser, until, type Visitor } from '../harness/browser.ts';
import { film } from '../harness/films.ts';
import { startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';

const PASSWORD = 'Courtyard-1 of many';
const MEDIA = 'document.querySelector("video[data-film]")';

/** A new account, signed in, with nothing else. */
async function enter(madang: TestMadang, visitor: Visitor, name: string): Promise<{ token: string }> {
  const client = madang.client('piyakast');
  const body = { email: `${name.toLowerCase()}@example.org`, password: PASSWORD, name };
  const answer = await client.ask('/api/v1/auth/register', { body });
  assert.equal(answer.status, 201, answer.text);
  const value = client.cookies.get('madang') ?? assert.fail('no session');
  await visitor.context.addCookies([{ name: 'madang', value, url: `http://piyakast.localhost:${madang.port}`, httpOnly: true }]);
  return { token: answer.json<{ accessToken: string }>().accessToken };
}

const plays = async (page: Page): Promise<void> => {
  await until(page, `${MEDIA} !== null`);
  await page.evaluate(`(async () => { const media = ${MEDIA}; media.muted = true; await media.play(); })()`);
  await until(page, `${MEDIA}.currentTime > 0.5`, 30);
};

/**
 * One account brings a film of a phone, another watches it, both talk, and the first sees that somebody watched.
 * @param store gives the variables of the store that keeps the films
 */
function story(title: string, skip: string | undefined, store: () => Promise<Readonly<Record<string, string>>>): void {
  describe(`from a phone's film to its curve, ${title}`, { skip }, () => {
    let madang: TestMadang;
    let browser: TestBrowser;
    let sol: Visitor;
    let lee: Visitor;
    let token: string;
    let folder: string;
    let videoId: string;
    let address: string;
    before(async () => {
      madang = await startTestMadang({ environment: await store() });
      browser = await startBrowser();
      folder = await mkdtemp(path.join(tmpdir(), 'madang-story-'));
      sol = await browser.visitor({ locale: 'ko', screen: 'desktop' });
      lee = await browser.visitor({ locale: 'en', screen: 'phone' });
      ({ token } = await enter(madang, sol, 'Sol'));
      await enter(madang, lee, 'Lee');
    });
    after(async () => {
      await browser?.close();
      await madang?.close();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    });
    const at = (place: string) => `http://piyakast.localhost:${madang.port}${place}`;
    const look = async (): Promise<Video> => (await madang.client('piyakast').ask(`/api/v1/videos/${videoId}`, { token })).json<Video>();

    it('is brought by hand, described, published and watched before all of it is made', { timeout: 120_000 }, async () => {
      const source = path.join(folder, '바닷가.mp4');
      // Larger than this machine makes at once, upright, as phones film.
      await film(
        source,
        ...['-f', 'lavfi', '-i', 'testsrc2=s=1080x1920:r=30', '-f', 'lavfi', '-i', 'sine=f=330:r=48000', '-t', '10'],
        ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
      );
      await sol.page.goto(at('/studio/upload'));
      await sol.page.getByRole('button', { name: '파일 고르기' }).waitFor();
      await sol.page.locator('input[type=file]').setInputFiles(source);
      const title = sol.page.getByLabel('제목', { exact: true });
      await title.waitFor();
      await sol.page.getByRole('radio', { name: /^공개/ }).waitFor({ timeout: 20_000 });
      await title.fill('바닷가의 저녁');
      await sol.page.getByRole('button', { name: '지금 공개' }).click();
      const watch = sol.page.getByRole('link', { name: '시청 페이지에서 보기' });
      await watch.waitFor({ timeout: 60_000 });
      videoId = (await watch.getAttribute('href'))?.split('/').at(-1) ?? assert.fail('no address');
      await watch.click();
      await plays(sol.page);
      const video = await look();
      assert.deepEqual([video.title, video.visibility], ['바닷가의 저녁', 'public']);
      assert.ok((video.height ?? 0) > (video.width ?? 0), 'upright');
    });

    it('is shared by its address, and opens for somebody else', async () => {
      await sol.page.getByRole('button', { name: '공유', exact: true }).click();
      address = await sol.page.getByRole('dialog').locator('input[readonly]').first().inputValue();
      assert.equal(new URL(address).pathname, `/watch/${videoId}`);
      await sol.page.keyboard.press('Escape');
      await lee.page.goto(address);
      await lee.page.getByRole('heading', { name: '바닷가의 저녁' }).waitFor();
      await plays(lee.page);
    });

    it('is commented on, which its creator sees without asking', async () => {
      await sol.page.getByLabel('댓글 쓰기').scrollIntoViewIfNeeded();
      const field = lee.page.getByLabel('Write a comment');
      await field.scrollIntoViewIfNeeded();
      await field.fill('Such a calm sea');
      await lee.page.getByRole('button', { name: 'Comment', exact: true }).click();
      await lee.page.getByText('Such a calm sea').waitFor();
      await sol.page.getByRole('button', { name: '새 댓글 1개 보기' }).click({ timeout: 15_000 });
      await sol.page.getByText('Such a calm sea').waitFor();
    });

    it('is seen to its end, and counted for its creator', { timeout: 90_000 }, async () => {
      await until(lee.page, `${MEDIA}.ended || ${MEDIA}.currentTime > 9`, 40);
      await lee.page.goto(at('/history'));
      await sol.page.goto(at(`/studio/videos/${videoId}/analytics`));
      // The page asks again by itself.
      const views = sol.page.getByRole('group').getByRole('button', { name: /조회수/ });
      await views.waitFor();
      await until(sol.page, `/[1-9]/.test(document.querySelector('fieldset button b')?.textContent ?? '')`, 40);
      await sol.page.locator('svg path').first().waitFor();
    });

    it('ends with every quality made, and no error on any page', { timeout: 120_000 }, async () => {
      for (let tries = 0; (await look()).status !== 'ready'; tries++) {
        assert.ok(tries < 100, JSON.stringify(await look()));
        await sol.page.waitForTimeout(1_000);
      }
      assert.deepEqual([...sol.errors, ...lee.errors], []);
    });
  });
}

story('kept in files', undefined, async () => ({}));

describe('with a store of its own', { skip: missingRadosgw() }, () => {
  let store: Radosgw;
  before(async () => {
    store = await startRadosgw();
    await store.makeBucket('madang');
  });
  after(() => store?.close());
  story('kept in S3', missingRadosgw(), async () => ({
    S3_ENDPOINT: store.endpoint,
    S3_REGION: store.region,
    S3_BUCKET: 'madang',
    S3_ACCESS_KEY_ID: store.accessKeyId,
    S3_SECRET_ACCESS_KEY: store.secretAccessKey,
  }));
});
