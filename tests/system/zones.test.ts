import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertProblem, soon } from '../harness/assert-problem.ts';
import { type SignedIn, startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';

interface AdminZone {
  id: string;
  names: Record<string, string>;
  hue: number;
  features: string[];
  limits: { seats: number; guestsMayCreate: boolean };
  version: number;
}

describe('hosts and zones', () => {
  let madang: TestMadang;
  before(async () => {
    madang = await startTestMadang({ environment: { MADANG_PUBLIC_PORT: '3000' } });
  });
  after(() => madang.close());
  /** As a proxy of the custom domain would send it. */
  const on = (host: string, path: string, ask: { method?: string; headers?: Record<string, string> } = {}) =>
    madang.client('').ask(path, { ...ask, headers: { ...ask.headers, host } });
  const zoneAt = async (host: string) => (await on(host, '/api/v1/zone')).json<{ id: string }>().id;

  it('<zone>.localhost and its www, app, api, static and admin are the zone; the bare host is the portal', async () => {
    for (const prefix of ['', 'www.', 'app.', 'api.', 'static.', 'admin.']) {
      assert.equal(await zoneAt(`${prefix}talk.localhost:3000`), 'talk', prefix);
      assert.equal(await zoneAt(`${prefix}localhost:3000`), 'dreamseed', prefix);
    }
    assert.equal(await zoneAt('TALK.localhost'), 'talk');
    assert.equal(await zoneAt('127.0.0.1'), 'dreamseed');
  });

  it('custom domains are in the table: apex, prefixes, a second domain', async () => {
    assert.equal(await zoneAt('univprepai.com'), 'univprep');
    assert.equal(await zoneAt('api.univprepai.com'), 'univprep');
    assert.equal(await zoneAt('www.my-ktube.ai'), 'kzone');
    assert.equal((await on('evil.univprepai.com', '/api/v1/zone')).status, 404);
  });

  it('/v1 is /api/v1 on api hosts, and nothing elsewhere', async () => {
    assert.equal((await on('api.talk.localhost', '/v1/zone')).json().id, 'talk');
    assert.equal((await on('api.univprepai.com', '/v1/zone')).json().id, 'univprep');
    assert.equal((await on('talk.localhost', '/v1/zone')).status, 404);
  });

  it('the apex goes to www with 301, and a second domain to the one canonical host', async () => {
    const apex = await on('univprepai.com', '/rooms?x=1');
    assert.deepEqual([apex.status, apex.headers.location], [301, 'http://www.univprepai.com/rooms?x=1']);
    const port = await on('univprepai.com:8443', '/');
    assert.equal(port.headers.location, 'http://www.univprepai.com:8443/');
    const second = await on('my-ktube.ai', '/');
    assert.deepEqual([second.status, second.headers.location], [301, 'http://www.my-ktube.com/']);
    assert.equal((await on('www.my-ktube.ai', '/a')).headers.location, 'http://www.my-ktube.com/a');
    assert.notEqual((await on('www.univprepai.com', '/')).status, 301, 'the canonical host serves');
    assert.notEqual((await on('talk.localhost:3000', '/')).status, 301, 'a laptop has no apex');
    assert.equal((await on('univprepai.com', '/api/v1/zone')).status, 200, 'programs are not sent elsewhere');
  });

  it('an unknown host is a clear 404 page for people and a problem for programs', async () => {
    const page = await on('nowhere.localhost', '/', { headers: { accept: 'text/html' } });
    assert.equal(page.status, 404);
    assert.match(String(page.headers['content-type']), /^text\/html/);
    assert.match(page.text, /이 주소에는 열린 구역이 없어요/);
    assert.match((await on('nowhere.localhost', '/', { headers: { 'accept-language': 'es' } })).text, /No hay ninguna zona/);
    assertProblem(await on('nowhere.localhost', '/api/v1/zone'), 404, 'request.zone_unknown');
    for (const host of [
      'a b',
      'talk.localhost/..',
      '[::1',
      'x'.repeat(300),
      'talk.localhost:99999',
      'talk..localhost',
      '-talk.localhost',
    ]) {
      const answer = await on(host, '/api/v1/zone');
      assert.ok(answer.status === 404 || answer.status === 400, `${host}: ${answer.status}`);
    }
  });

  it('exact CORS per zone, and the headers pages may read', async () => {
    const from = (origin: string, host = 'api.talk.localhost:3000') => on(host, '/api/v1/zone', { headers: { origin } });
    for (const origin of ['http://talk.localhost:3000', 'http://www.talk.localhost:3000', 'http://app.talk.localhost:3000']) {
      const { headers } = await from(origin);
      assert.equal(headers['access-control-allow-origin'], origin);
      assert.equal(headers['access-control-allow-credentials'], 'true');
      assert.match(String(headers['access-control-expose-headers']), /(^|, )X-Next-Cursor(,|$)/);
      assert.match(String(headers.vary), /Origin/);
    }
    for (const origin of [
      'http://univprep.localhost:3000',
      'https://talk.localhost:3000',
      'http://talk.localhost:3001',
      'http://localhost:3000',
      'null',
      '*',
    ]) {
      const { headers } = await from(origin);
      assert.equal(headers['access-control-allow-origin'], undefined, origin);
      assert.match(String(headers.vary), /Origin/, 'caches keep the two apart');
    }
    const preflight = await on('api.talk.localhost:3000', '/api/v1/rooms', {
      method: 'OPTIONS',
      headers: {
        origin: 'http://talk.localhost:3000',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
    assert.equal(preflight.status, 204);
    assert.match(String(preflight.headers['access-control-allow-methods']), /POST/);
    assert.match(String(preflight.headers['access-control-allow-headers']), /Authorization/i);
  });

  it('security headers on every answer, and HSTS behind HTTPS', async () => {
    for (const path of ['/', '/api/v1/zone', '/api/v1/nowhere', '/health', '/.well-known/jwks.json']) {
      const { headers } = await on('talk.localhost', path);
      assert.equal(headers['x-content-type-options'], 'nosniff', path);
      assert.match(String(headers['permissions-policy']), /camera=\(self\).*microphone=\(self\)/, path);
      assert.ok(headers['referrer-policy'], path);
      assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/, path);
      assert.equal(headers['x-powered-by'], undefined);
      assert.equal(headers['x-xss-protection'], undefined);
      assert.equal(headers['strict-transport-security'], undefined);
    }
    const secure = await on('talk.localhost', '/api/v1/zone', { headers: { 'x-forwarded-proto': 'https' } });
    assert.match(String(secure.headers['strict-transport-security']), /max-age=/);
  });

  describe('settings', () => {
    let admin: SignedIn;
    let operator: SignedIn;
    before(async () => {
      admin = await madang.account('talk', 'zone_admin');
      operator = await madang.account('talk', 'student', { capabilities: ['operator'] });
    });
    const settings = async () => (await admin.client.ask('/api/v1/admin/zone', { token: admin.token })).json<AdminZone>();
    const patch = (who: SignedIn, path: string, body: object) => who.client.ask(path, { method: 'PATCH', token: who.token, body });

    it('names in four languages, hue and features are changed by a zone admin, and seen at once', async () => {
      const { version } = await settings();
      const names = { ko: '수다', en: 'Chatter', ja: 'おしゃべり', es: 'Parloteo' };
      const changed = await patch(admin, '/api/v1/admin/zone', { version, names, hue: 200, features: ['rooms', 'video'] });
      assert.equal(changed.status, 200, changed.text);
      const seen = (await madang.client('talk').ask('/api/v1/zone')).json<AdminZone>();
      assert.deepEqual([seen.names, seen.hue, seen.features], [names, 200, ['rooms', 'video']]);
      assertProblem(await patch(admin, '/api/v1/admin/zone', { version, hue: 1 }), 409, changed.status === 200 ? 'request.conflict' : '');
    });

    it('limits by an operator only', async () => {
      const { version } = await settings();
      assertProblem(await patch(admin, '/api/v1/admin/zone/limits', { version, seats: 5 }), 403, 'request.forbidden');
      const smuggled = await patch(admin, '/api/v1/admin/zone', { version, hue: 1, limits: { seats: 5 } });
      assert.equal(smuggled.status, 400, 'not by another door either');
      const changed = await patch(operator, '/api/v1/admin/zone/limits', { version, seats: 777, guestsMayCreate: false });
      assert.equal(changed.status, 200, changed.text);
      assert.equal((await settings()).limits.seats, 777);
      const guest = await madang.guest('talk');
      const refused = await guest.client.ask('/api/v1/rooms', { token: guest.token, body: { name: 'mine', visibility: 'public' } });
      assertProblem(refused, 403, 'chat.guests_may_not_create');
    });

    it('a feature that is off is not there', async () => {
      const { version } = await settings();
      assert.equal((await patch(admin, '/api/v1/admin/zone', { version, features: ['video'] })).status, 200);
      const refused = await admin.client.ask('/api/v1/rooms', { token: admin.token, body: { name: 'closed', visibility: 'public' } });
      assert.equal(refused.status, 404, refused.text);
      const again = await settings();
      assert.equal((await patch(admin, '/api/v1/admin/zone', { version: again.version, features: ['rooms'] })).status, 200);
    });

    it('changes are in the audit log', async () => {
      const rows = await soon(async () => {
        const answer = await admin.client.ask('/api/v1/admin/audit-logs?action=update', { token: admin.token });
        const { items } = answer.json<{ items: { resourceType: string; userId: string }[] }>();
        return items.some((row) => row.resourceType === 'zone-limits' && row.userId === operator.id) && items;
      }, 'the row');
      assert.ok(rows.some((row) => row.resourceType === 'zone' && row.userId === admin.id));
    });
  });

  it('the city shows its open zones with where they are and who is online', async () => {
    const { items, online } = (await madang.client('').ask('/api/v1/city')).json<{
      items: { id: string; origin: string; online: number }[];
      online: number;
    }>();
    const ids = 'univprep collegeprep skillprep mediprep majorprep kzone mpcstudy dreamseed cotept piyakast talk'.split(' ');
    assert.deepEqual(items.map((zone) => zone.id).sort(), ids.sort());
    assert.equal(items.find((zone) => zone.id === 'talk')?.origin, 'http://talk.localhost:3000');
    assert.equal(
      items.reduce((sum, zone) => sum + zone.online, 0),
      online,
    );
  });
});

describe('metrics and health', () => {
  let madang: TestMadang;
  before(async () => {
    madang = await startTestMadang({ environment: { MADANG_METRICS_TOKEN: 'a token of sixteen or more' } });
  });
  after(() => madang.close());

  it('/health and /api/health are live, /ready names database, jobs and migrations, on any host', async () => {
    for (const zone of ['', 'talk', 'nowhere']) {
      for (const path of ['/health', '/api/health']) assert.deepEqual((await madang.client(zone).ask(path)).json(), { status: 'ok' });
      const ready = await madang.client(zone).ask('/ready');
      const { checks } = ready.json<{ checks: Record<string, unknown> }>();
      assert.deepEqual([ready.status, checks.database, checks.jobs, checks.migrations], [200, true, true, true]);
    }
  });

  it('/metrics is Prometheus text for loopback as resolved behind proxies, or a token', async () => {
    const guest = await madang.guest('talk');
    const socket = await madang.socket('talk', guest.token);
    await guest.client.ask('/api/v1/rooms', { token: guest.token });
    const { text, headers, status } = await madang.client('').ask('/metrics');
    assert.equal(status, 200);
    assert.match(String(headers['content-type']), /^text\/plain/);
    for (const part of [
      /http.*duration.*_bucket\{/,
      /(db|database|query).*duration.*_bucket\{|query_seconds_bucket\{/,
      /socket/,
      /job/,
      /zone="talk"/,
    ])
      assert.match(text, part);
    socket.close();
    const outside = { 'x-forwarded-for': '203.0.113.9' };
    const ask = (extra: Record<string, string>) => madang.client('talk').ask('/metrics', { headers: { ...outside, ...extra } });
    assert.equal((await ask({})).status, 403);
    assert.equal((await ask({ authorization: 'Bearer wrong' })).status, 403);
    assert.equal((await ask({ authorization: 'Bearer a token of sixteen or more' })).status, 200);
  });
});
