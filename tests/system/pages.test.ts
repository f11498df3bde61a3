import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { soon } from '../harness/assert-problem.ts';
import { startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';

const BUILD = path.join(import.meta.dirname, '../../apps/web/build/server/index.js');

describe('pages as programs see them', { skip: !existsSync(BUILD) && 'the pages are not built' }, () => {
  let madang: TestMadang;
  before(async () => {
    madang = await startTestMadang();
  });
  after(() => madang.close());
  const show = (zone: string, page = '/', headers: Record<string, string> = {}) =>
    madang.client(zone).ask(page, { headers: { accept: 'text/html', ...headers } });
  const cacheOf = async (...args: Parameters<typeof show>) => (await show(...args)).headers['x-cache-status'];

  it('visitors nobody knows share a render for a minute, and each answer says where it came from', async () => {
    const first = await show('univprep');
    assert.equal(first.status, 200);
    assert.equal(first.headers['x-cache-status'], 'MISS');
    assert.match(String(first.headers['cache-control']), /s-maxage=60.*stale-while-revalidate/);
    assert.equal(first.headers['set-cookie'], undefined);
    const second = await show('univprep');
    assert.deepEqual([second.headers['x-cache-status'], second.text], ['HIT', first.text]);
    assert.equal(await cacheOf('kzone'), 'MISS', 'another zone is another page');
    assert.equal(await cacheOf('univprep', '/', { 'accept-language': 'ja' }), 'MISS', 'and another language');
  });

  it('a person’s own page is in no cache', async () => {
    const guest = await madang.guest('univprep');
    const own = await guest.client.ask('/', { headers: { accept: 'text/html' } });
    assert.equal(own.headers['x-cache-status'], 'BYPASS');
    assert.match(String(own.headers['cache-control']), /no-store/);
    assert.equal((await show('univprep')).text.includes(guest.id), false);
  });

  it('a change of what it shows drops it, by event', async () => {
    const admin = await madang.account('mpcstudy', 'zone_admin');
    await show('mpcstudy');
    assert.equal(await cacheOf('mpcstudy'), 'HIT');
    const { version } = (await admin.client.ask('/api/v1/admin/zone', { token: admin.token })).json<{ version: number }>();
    const names = { ko: '새수학', en: 'New Maths', ja: '新数学', es: 'Nueva' };
    await admin.client.ask('/api/v1/admin/zone', { method: 'PATCH', token: admin.token, body: { version, names } });
    await soon(async () => (await show('mpcstudy')).text.includes('새수학'), 'the new name');
  });

  it('scripts in a page are allowed one by one, and nothing may frame it', async () => {
    for (const answer of [
      await show('univprep'),
      await (await madang.guest('univprep')).client.ask('/', { headers: { accept: 'text/html' } }),
    ]) {
      const policy = String(answer.headers['content-security-policy']);
      const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? '';
      assert.doesNotMatch(scripts, /unsafe-inline|unsafe-eval|\*/);
      assert.match(scripts, /'(nonce|sha256)-/);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.match(answer.text, /<html lang="ko"/);
    }
    assert.match((await show('univprep', '/', { 'accept-language': 'en' })).text, /<html lang="en"/);
  });

  it('a page that is not there is 404, and says so in the language asked for', async () => {
    const answer = await show('univprep', '/no/such/page');
    assert.equal(answer.status, 404);
    assert.match(String(answer.headers['content-type']), /^text\/html/);
  });
});
