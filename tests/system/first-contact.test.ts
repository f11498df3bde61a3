import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';

describe('a whole Madang, first contact', () => {
  let madang: TestMadang;
  before(async () => {
    madang = await startTestMadang();
  });
  after(() => madang.close());

  it('is live and ready on any host', async () => {
    for (const path of ['/health', '/api/health', '/ready']) {
      assert.equal((await madang.client('').ask(path)).status, 200, path);
      assert.equal((await madang.client('no-such-zone').ask(path)).status, 200, path);
    }
  });

  it('knows its zones by host and no others', async () => {
    assert.equal((await madang.client('talk').ask('/api/v1/zone')).json().id, 'talk');
    assert.equal((await madang.client('').ask('/api/v1/zone')).json().portal, true);
    const unknown = await madang.client('nowhere').ask('/api/v1/zone');
    assert.equal(unknown.status, 404);
    assert.equal(unknown.json().code, 'request.zone_unknown');
  });

  it('makes a guest in one call, and the guest is nobody in another zone', async () => {
    const guest = await madang.guest('talk', '하늘다람쥐');
    assert.match(guest.id, /^guest_/);
    assert.equal((await guest.client.ask('/api/v1/users/me', { token: guest.token })).status, 200);
    const elsewhere = await madang.client('univprep').ask('/api/v1/users/me', { token: guest.token });
    assert.equal(elsewhere.status, 403);
    assert.equal(elsewhere.json().code, 'request.wrong_zone');
  });

  it('tells metrics to loopback only, unless a token opens them', async () => {
    assert.equal((await madang.client('').ask('/metrics')).status, 200);
    const outside = await madang.client('').ask('/metrics', { headers: { 'x-forwarded-for': '203.0.113.9' } });
    assert.notEqual(outside.status, 200);
  });
});
