import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type TestClock, testClock } from '@madang/testing';
import { assertProblem } from '../harness/assert-problem.ts';
import { startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe('tokens and sessions as time goes by', () => {
  let madang: TestMadang;
  let clock: TestClock;
  before(async () => {
    clock = testClock(new Date());
    madang = await startTestMadang({ clock });
  });
  after(() => madang.close());

  it('an access token is good for ten minutes; the open socket lives on, until the session is revoked', async () => {
    const guest = await madang.guest('talk');
    const socket = await madang.socket('talk', guest.token);
    const me = () => madang.client('talk').ask('/api/v1/users/me', { token: guest.token });
    clock.advance(9 * MINUTE);
    assert.equal((await me()).status, 200);
    clock.advance(2 * MINUTE);
    assertProblem(await me(), 401, 'request.unauthenticated');
    await assert.rejects(madang.socket('talk', guest.token), 'a new socket needs a new token');
    const ack = (await socket.timeout(5_000).emitWithAck('rooms:watch', {})) as { ok: boolean };
    assert.equal(ack.ok, true);
    const renewed = await guest.client.ask('/api/v1/auth/refresh', { method: 'POST' });
    const { accessToken } = renewed.json<{ accessToken: string }>();
    const gone = new Promise((resolve) => socket.once('disconnect', resolve));
    await guest.client.ask('/api/v1/auth/logout', { method: 'POST', token: accessToken });
    await gone;
  });

  it('a session ends thirty days after it was last renewed', async () => {
    const guest = await madang.guest('talk');
    for (let n = 0; n < 3; n++) {
      clock.advance(29 * DAY);
      assert.equal((await guest.client.ask('/api/v1/auth/refresh', { method: 'POST' })).status, 200, `after ${29 * (n + 1)} days`);
    }
    clock.advance(31 * DAY);
    assertProblem(await guest.client.ask('/api/v1/auth/refresh', { method: 'POST' }), 401, 'identity.session_over');
  });

  it('a token spent ten seconds ago or more, used again, ends the family', async () => {
    const guest = await madang.guest('talk');
    const spent = guest.client.cookies.get('madang') as string;
    await guest.client.ask('/api/v1/auth/refresh', { method: 'POST' });
    clock.advance(11_000);
    const thief = madang.client('talk');
    thief.cookies.set('madang', spent);
    assertProblem(await thief.ask('/api/v1/auth/refresh', { method: 'POST' }), 401, 'identity.session_over');
    assertProblem(await guest.client.ask('/api/v1/auth/refresh', { method: 'POST' }), 401, 'identity.session_over');
  });

  it('a locked account opens again after fifteen minutes', async () => {
    const person = await madang.account('talk', 'student');
    const { email } = (await person.client.ask('/api/v1/users/me', { token: person.token })).json<{ email: string }>();
    const attempt = (password: string) =>
      madang.client('talk').ask('/api/v1/auth/login', { body: { email, password }, headers: { 'x-forwarded-for': '198.51.100.5' } });
    for (let n = 0; n < 5; n++) await attempt('Wrong-1 one');
    assert.equal((await attempt('Courtyard-1 of many')).status, 429);
    clock.advance(14 * MINUTE);
    assert.equal((await attempt('Courtyard-1 of many')).status, 429);
    clock.advance(2 * MINUTE);
    assert.equal((await attempt('Courtyard-1 of many')).status, 200);
  });

  it('what a link and a code are good for is over in time', async () => {
    const admin = await madang.account('talk', 'zone_admin');
    const invited = await admin.client.ask('/api/v1/admin/members', {
      token: admin.token,
      body: { email: 'late@example.org', name: 'Late' },
    });
    const { token } = invited.json<{ token: string }>();
    clock.advance(8 * DAY);
    const use = await madang.client('talk').ask('/api/v1/auth/set-password', { body: { token, password: 'Courtyard-1 of many' } });
    assertProblem(use, 410, 'identity.link_invalid');
  });
});
