import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertProblem, soon } from '../harness/assert-problem.ts';
import { type SignedIn, startTestMadang, TEST_PASSWORD, type TestMadang } from '../harness/start-test-madang.ts';

interface Row {
  id: string;
  at: string;
  userId: string | null;
  action: string;
  resourceType: string;
  resourceId: string | null;
  ip: string | null;
  details: Record<string, unknown>;
  chainNo: number | null;
}

describe('the audit log', () => {
  let madang: TestMadang;
  let admin: SignedIn;
  before(async () => {
    madang = await startTestMadang();
    admin = await madang.account('talk', 'zone_admin');
  });
  after(() => madang.close());
  const ask = (query: Record<string, string> = {}, who = admin) =>
    who.client.ask(`/api/v1/admin/audit-logs?${new URLSearchParams(query)}`, { token: who.token });
  const rows = async (query: Record<string, string> = {}) => (await ask(query)).json<{ items: Row[] }>().items;

  it('holds sign-in, failed sign-in, sign-out, denial and moderation, with who and from where', async () => {
    const headers = { 'x-forwarded-for': '198.51.100.33', 'user-agent': 'An audited browser' };
    const client = madang.client('talk');
    const { email } = (await admin.client.ask('/api/v1/users/me', { token: admin.token })).json<{ email: string }>();
    await client.ask('/api/v1/auth/login', { body: { email, password: 'Wrong-1 one' }, headers });
    const login = await client.ask('/api/v1/auth/login', { body: { email, password: TEST_PASSWORD }, headers });
    await client.ask('/api/v1/auth/logout', { method: 'POST', token: login.json<{ accessToken: string }>().accessToken, headers });
    const guest = await madang.guest('talk');
    await guest.client.ask('/api/v1/admin/zone', { token: guest.token, headers });
    const room = await guest.client.ask('/api/v1/rooms', { token: guest.token, body: { name: 'Audited', visibility: 'public' } });
    const roomId = room.json<{ id: string }>().id;
    const other = await madang.guest('talk');
    await guest.client.ask(`/api/v1/rooms/${roomId}/bans`, { token: guest.token, body: { userId: other.id, reason: 'rude' } });
    const mine = await soon(async () => {
      const found = (await rows({ limit: '100' })).filter((row) => row.ip === '198.51.100.33');
      return found.some((row) => row.action === 'permission_denied') && found;
    }, 'the denial');
    for (const action of ['login', 'login_failed', 'logout', 'permission_denied'])
      assert.ok(
        mine.some((row) => row.action === action),
        action,
      );
    assert.equal(mine.find((row) => row.action === 'login')?.userId, admin.id);
    const all = await rows({ limit: '100' });
    assert.ok(
      all.some((row) => row.resourceType === 'room' && row.resourceId === roomId && row.userId === guest.id && row.action === 'create'),
    );
    assert.ok(
      all.some((row) => row.resourceId === roomId && JSON.stringify(row).includes(other.id)),
      'the ban',
    );
    assert.ok(!JSON.stringify(all).includes(TEST_PASSWORD) && !JSON.stringify(all).includes('Wrong-1 one'), 'no secrets');
  });

  it('holds neither messages nor reads', async () => {
    const guest = await madang.guest('talk');
    const room = await guest.client.ask('/api/v1/rooms', { token: guest.token, body: { name: 'Quiet', visibility: 'public' } });
    const roomId = room.json<{ id: string }>().id;
    const before = (await rows({ limit: '100', user_id: guest.id })).length;
    await guest.client.ask(`/api/v1/rooms/${roomId}/messages`, { token: guest.token, body: { clientId: 'a', body: 'unaudited words' } });
    await guest.client.ask(`/api/v1/rooms/${roomId}/messages`, { token: guest.token });
    await guest.client.ask('/api/v1/users/me', { token: guest.token });
    const after = await rows({ limit: '100', user_id: guest.id });
    assert.equal(after.length, before);
    assert.ok(!JSON.stringify(after).includes('unaudited words'));
  });

  it('is asked by start_date, end_date, user_id, action, limit and cursor, newest first', async () => {
    for (let n = 0; n < 7; n++) await madang.guest('talk');
    const whole = await rows({ action: 'login', limit: '100' });
    assert.ok(whole.length >= 8 && whole.every((row) => row.action === 'login'));
    assert.deepEqual(
      [...whole].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)).map((row) => row.at),
      whole.map((row) => row.at),
    );
    const paged: Row[] = [];
    let cursor: string | undefined;
    do {
      const answer = await ask({ action: 'login', limit: '3', ...(cursor !== undefined && { cursor }) });
      paged.push(...answer.json<{ items: Row[] }>().items);
      cursor = answer.headers['x-next-cursor'] as string | undefined;
    } while (cursor !== undefined);
    assert.deepEqual(
      paged.map((row) => row.id),
      whole.map((row) => row.id),
    );
    assert.ok((await rows({ user_id: admin.id })).every((row) => row.userId === admin.id));
    const today = new Date().toISOString().slice(0, 10);
    assert.ok((await rows({ start_date: today, end_date: today })).length > 0);
    assert.equal((await rows({ end_date: '2000-01-01' })).length, 0);
    assert.equal((await rows({ start_date: '2999-01-01' })).length, 0);
    for (const bad of [
      { start_date: 'yesterday' },
      { limit: '101' },
      { limit: '0' },
      { cursor: 'x' },
      { start_date: '2026-02-02', end_date: '2026-01-01' },
    ]) {
      assertProblem(await ask(bad as unknown as Record<string, string>), 400, 'request.invalid');
    }
  });

  it('is read by who may, of their own zone', async () => {
    const elsewhere = await madang.account('univprep', 'zone_admin');
    assertProblem(await madang.client('talk').ask('/api/v1/admin/audit-logs', { token: elsewhere.token }), 403, 'request.wrong_zone');
    const theirs = (await elsewhere.client.ask('/api/v1/admin/audit-logs?limit=100', { token: elsewhere.token })).json<{ items: Row[] }>()
      .items;
    const here = new Set((await rows({ limit: '100' })).map((row) => row.id));
    assert.ok(theirs.length > 0 && theirs.every((row) => !here.has(row.id)));
    assertProblem(await ask({}, await madang.guest('talk')), 403, 'request.forbidden');
  });

  it('is chained within a second, and the chain tells of tampering', async () => {
    await soon(async () => (await rows({ limit: '5' })).every((row) => row.chainNo !== null), 'the seal');
    const zone = await madang.zone('talk');
    const report = await madang.running.house.audit.verifyChain(zone);
    assert.equal(report.broken, null);
    assert.ok(report.verified >= 5);
    await assert.rejects(zone.db.run({ text: "update audit.logs set action = 'nothing'", values: [] }), 'the program cannot rewrite it');
    await assert.rejects(zone.db.run({ text: 'delete from audit.logs', values: [] }));
  });
});
