import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { startBrowser, type TestBrowser, until, type Visitor } from '../harness/browser.ts';
import { plainPng } from '../harness/multipart.ts';
import { startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';

/** The person's identity as their page has it, to look over its shoulder through the API. */
async function refresh(page: Page): Promise<string> {
  return (await page.evaluate(
    `fetch('/api/v1/auth/refresh', { method: 'POST' }).then((answer) => answer.json()).then((body) => body.accessToken)`,
  )) as string;
}

async function say(page: Page, text: string): Promise<void> {
  await page.locator('textarea').first().fill(text);
  await page.locator('textarea').first().press('Enter');
}

const stream = (page: Page) => page.getByRole('log');

describe('two guests in two browsers', () => {
  let madang: TestMadang;
  let browser: TestBrowser;
  let phone: Visitor;
  let desktop: Visitor;
  let roomUrl: string;

  before(async () => {
    madang = await startTestMadang({ demo: true });
    browser = await startBrowser();
    phone = await browser.visitor({ locale: 'ko', screen: 'phone' });
    desktop = await browser.visitor({ locale: 'en', screen: 'desktop' });
  });
  after(async () => {
    await browser.close();
    await madang.close();
  });

  it('are talking after one tap', async () => {
    await phone.page.goto(`http://talk.localhost:${madang.port}/rooms`);
    await phone.page.getByText('손님으로 들어가기').first().click();
    await phone.page
      .getByRole('link', { name: /수학 질문방/ })
      .first()
      .click();
    await phone.page.waitForURL(/\/rooms\/room_/);
    roomUrl = phone.page.url();
    await desktop.page.goto(`http://talk.localhost:${madang.port}/start?next=${encodeURIComponent(new URL(roomUrl).pathname)}`);
    await desktop.page.waitForURL(/\/rooms\/room_/);
    await say(phone.page, '안녕하세요, 방금 들어왔어요');
    await stream(desktop.page).getByText('안녕하세요, 방금 들어왔어요').waitFor();
    await say(desktop.page, 'Nice to meet you!');
    await stream(phone.page).getByText('Nice to meet you!').waitFor();
  });

  it('exchange a picture, which the other sees', async () => {
    await desktop.page
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: 'notes.png', mimeType: 'image/png', buffer: await plainPng(320, 200) });
    await desktop.page.locator('textarea').first().fill('Here are my notes');
    await desktop.page.getByRole('button', { name: 'Send', exact: true }).click(); // waits until the picture is up
    await stream(phone.page).getByText('Here are my notes').waitFor();
    const picture = stream(phone.page).locator('img[src*="/api/v1/files/"]').last();
    await picture.waitFor();
    await until(
      phone.page,
      'Array.from(document.querySelectorAll(\'img[src*="/api/v1/files/"]\')).some((image) => image.complete && image.naturalWidth > 0)',
    );
  });

  it('lose the network, come back and have everything once and in order', async () => {
    await phone.context.setOffline(true);
    await say(phone.page, '터널 안이에요 하나');
    await say(phone.page, '터널 안이에요 둘');
    await say(desktop.page, 'are you still there?');
    await stream(desktop.page).getByText('are you still there?').waitFor();
    assert.equal(await stream(phone.page).getByText('are you still there?').count(), 0);
    await phone.context.setOffline(false);
    await stream(phone.page).getByText('are you still there?').waitFor({ timeout: 20_000 });
    await stream(desktop.page).getByText('터널 안이에요 하나').waitFor({ timeout: 20_000 });
    await stream(desktop.page).getByText('터널 안이에요 둘').waitFor({ timeout: 20_000 });

    const token = await refresh(desktop.page);
    const roomId = roomUrl.split('/').at(-1) ?? '';
    const history = await madang.client('talk').ask(`/api/v1/rooms/${roomId}/messages?limit=20`, { token });
    const bodies = history.json<{ items: { body: string }[] }>().items.map((message) => message.body);
    for (const text of ['터널 안이에요 하나', '터널 안이에요 둘', 'are you still there?']) {
      assert.equal(bodies.filter((body) => body === text).length, 1, text);
    }
    assert.ok(bodies.indexOf('터널 안이에요 둘') < bodies.indexOf('터널 안이에요 하나'), 'newest first, in the order they were written');
  });

  it('stay out of reach of a person of another zone', async () => {
    const roomId = roomUrl.split('/').at(-1) ?? '';
    const stranger = await madang.guest('univprep');
    const elsewhere = await stranger.client.ask(`/api/v1/rooms/${roomId}/messages`, { token: stranger.token });
    assert.equal(elsewhere.status, 404);
    const here = await madang.client('talk').ask(`/api/v1/rooms/${roomId}/messages`, { token: stranger.token });
    assert.equal(here.status, 403);
    assert.equal(here.json().code, 'request.wrong_zone');
    await assert.rejects(madang.socket('talk', stranger.token));
  });

  it('saw no error of the page', () => {
    assert.deepEqual([...phone.errors, ...desktop.errors], []);
  });

  it('come in while the words of the pages are still on their way', async () => {
    for (const lateMs of [20, 40, 60, 80]) {
      const { context, page, errors } = await browser.visitor({ locale: 'ko', screen: 'phone' });
      await context.route(/\/assets\/ko-[^/]*\.js$/, async (route) => {
        await delay(lateMs);
        await route.continue();
      });
      await page.goto(`http://talk.localhost:${madang.port}/rooms`);
      await page.getByText('손님으로 들어가기').first().click();
      await page
        .getByRole('link', { name: /수학 질문방/ })
        .first()
        .click();
      await page.waitForURL(/\/rooms\/room_/);
      await stream(page).getByText('Nice to meet you!').waitFor();
      assert.deepEqual(errors, [], `words ${lateMs} ms late`);
      await context.close();
    }
  });
});
