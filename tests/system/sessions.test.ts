import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertProblem, soon } from '../harness/assert-problem.ts';
import type { HttpClient } from '../harness/http-client.ts';
import { multipart, plainPng } from '../harness/multipart.ts';
import { type SignedIn, startTestMadang, TEST_PASSWORD, type TestMadang } from '../harness/start-test-madang.ts';

interface Session {
  id: string;
  current: boolean;
  ip: string | null;
  userAgent: string | null;
}

describe('sessions', () => {
  let madang: TestMadang;
  before(async () => {
    madang = await startTestMadang();
  });
  after(() => madang.close());
  const refresh = (client: HttpClient, headers: Record<string, string> = {}) =>
    client.ask('/api/v1/auth/refresh', { method: 'POST', headers });
  const cookieOf = (client: HttpClient) => client.cookies.get('madang') as string;
  /** A browser that holds this cookie. */
  const tab = (cookie: string): HttpClient => {
    const client = madang.client('talk');
    client.cookies.set('madang', cookie);
    return client;
  };
  const me = (client: HttpClient, token: string) => client.ask('/api/v1/users/me', { token });
  const sessionsOf = async ({ client, token }: SignedIn) =>
    (await client.ask('/api/v1/users/me/sessions', { token })).json<{ items: Session[] }>().items;

  it('refreshing rotates the cookie and gives a new token of the same person', async () => {
    const { client, id } = await madang.guest('talk');
    const first = cookieOf(client);
    const renewed = await refresh(client);
    assert.equal(renewed.status, 200, renewed.text);
    assert.equal(renewed.json<{ user: { id: string } }>().user.id, id);
    assert.notEqual(cookieOf(client), first);
    assert.equal((await refresh(client)).status, 200);
  });

  it('two tabs at once both go on, and keep one family', async () => {
    const { client, token } = await madang.guest('talk');
    const cookie = cookieOf(client);
    const tabs = Array.from({ length: 6 }, () => tab(cookie));
    const answers = await Promise.all(tabs.map((each) => refresh(each)));
    assert.deepEqual(
      answers.map((answer) => answer.status),
      [200, 200, 200, 200, 200, 200],
    );
    for (const each of tabs) assert.equal((await refresh(each)).status, 200, 'and each goes on alone');
    assert.equal((await me(client, token)).status, 200);
  });

  it('an old token used again ends the family, for the thief and for the person', async () => {
    const { client, token } = await madang.guest('talk');
    const stolen = cookieOf(client);
    await refresh(client);
    await refresh(client);
    const thief = tab(stolen);
    assertProblem(await refresh(thief), 401, 'identity.session_over');
    assertProblem(await refresh(client), 401, 'identity.session_over');
    assertProblem(await me(client, token), 401, 'request.unauthenticated');
  });

  it('no cookie, a torn one and one of another person’s session are no sessions', async () => {
    const { client } = await madang.guest('talk');
    const cookie = cookieOf(client);
    for (const bad of [undefined, '', 'x', cookie.slice(0, -3), `${cookie}x`, cookie.split('').reverse().join('')]) {
      const other = madang.client('talk');
      if (bad !== undefined) other.cookies.set('madang', bad);
      assertProblem(await refresh(other), 401, 'identity.session_over');
    }
    assert.equal((await refresh(client)).status, 200, 'and the real one did not suffer');
  });

  it('the cookie lets pages and pictures be read by GET, and rotates only at refresh', async () => {
    const { client, id } = await madang.guest('talk');
    const before = cookieOf(client);
    const mine = await client.ask('/api/v1/users/me');
    assert.equal(mine.json().id, id);
    assert.equal(cookieOf(client), before);
    assertProblem(await client.ask('/api/v1/users/me', { method: 'PATCH', body: { name: 'x' } }), 401, 'request.unauthenticated');
  });

  it('signing out ends the session everywhere: token, cookie and socket, and says so', async () => {
    const person = await madang.guest('talk');
    const socket = await madang.socket('talk', person.token);
    const ended = new Promise<{ reason: string }>((resolve) => socket.once('session:ended', resolve));
    const gone = new Promise<void>((resolve) => socket.once('disconnect', () => resolve()));
    const cookie = cookieOf(person.client);
    const out = await person.client.ask('/api/v1/auth/logout', { method: 'POST', token: person.token });
    assert.equal(out.status, 204);
    assert.match(String(out.headers['set-cookie']), /madang=;.*Max-Age=0/i);
    assert.equal(typeof (await ended).reason, 'string');
    await gone;
    assertProblem(await me(person.client, person.token), 401, 'request.unauthenticated');
    assertProblem(await refresh(tab(cookie)), 401, 'identity.session_over');
    assert.equal((await person.client.ask('/api/v1/auth/logout', { method: 'POST' })).status, 204, 'twice is no error');
  });

  it('the list shows each, and one is revoked from another: HTTP and socket within a second', async () => {
    const first = await madang.account('talk', 'student');
    const { email } = (await me(first.client, first.token)).json<{ email: string }>();
    const phone = madang.client('talk');
    const login = await phone.ask('/api/v1/auth/login', {
      body: { email, password: TEST_PASSWORD },
      headers: { 'x-forwarded-for': '198.51.100.9', 'user-agent': 'A phone' },
    });
    const token = login.json<{ accessToken: string }>().accessToken;
    const socket = await madang.socket('talk', token);
    const sessions = await sessionsOf(first);
    assert.equal(sessions.length, 2);
    assert.deepEqual(sessions.map((each) => each.current).sort(), [false, true]);
    const other = sessions.find((each) => !each.current) as Session;
    assert.deepEqual([other.ip, other.userAgent], ['198.51.100.9', 'A phone']);
    const ended = new Promise((resolve) => socket.once('session:ended', resolve));
    const gone = new Promise((resolve) => socket.once('disconnect', resolve));
    const revoked = await first.client.ask(`/api/v1/users/me/sessions/${other.id}`, { method: 'DELETE', token: first.token });
    assert.equal(revoked.status, 204);
    await Promise.all([ended, gone]);
    assertProblem(await me(phone, token), 401, 'request.unauthenticated');
    assert.equal((await me(first.client, first.token)).status, 200);
    assert.equal((await sessionsOf(first)).length, 1);
  });

  it('a new password ends the others, and the old one is of no use', async () => {
    const person = await madang.account('talk', 'student');
    const { email } = (await me(person.client, person.token)).json<{ email: string }>();
    const signIn = (password: string) =>
      madang.client('talk').ask('/api/v1/auth/login', { body: { email, password }, headers: { 'x-forwarded-for': '198.51.100.20' } });
    const other = (await signIn(TEST_PASSWORD)).json<{ accessToken: string }>();
    const change = (oldPassword: string, newPassword: string) =>
      person.client.ask('/api/v1/users/me/password', { token: person.token, body: { oldPassword, newPassword } });
    assertProblem(await change('Wrong-1 password', 'Another-2 one'), 403, 'identity.wrong_password');
    assertProblem(await change(TEST_PASSWORD, 'weak'), 400, 'identity.weak_password');
    assert.equal((await change(TEST_PASSWORD, 'Another-2 one')).status, 204);
    assert.equal((await me(person.client, other.accessToken)).status, 401);
    assert.equal((await me(person.client, person.token)).status, 200);
    assert.equal((await signIn(TEST_PASSWORD)).status, 401);
    assert.equal((await signIn('Another-2 one')).status, 200);
  });

  it('a suspended person is out at once, and a new role counts at once', async () => {
    const admin = await madang.account('talk', 'zone_admin');
    const person = await madang.account('talk', 'student');
    const socket = await madang.socket('talk', person.token);
    const change = (body: object) => admin.client.ask(`/api/v1/admin/members/${person.id}`, { method: 'PATCH', token: admin.token, body });
    assert.equal((await change({ role: 'zone_admin' })).status, 200);
    assert.equal((await person.client.ask('/api/v1/admin/zone', { token: person.token })).status, 200, 'the old token, the new role');
    assert.equal((await change({ role: 'student' })).status, 200);
    assert.equal((await person.client.ask('/api/v1/admin/zone', { token: person.token })).status, 403);
    const gone = new Promise((resolve) => socket.once('disconnect', resolve));
    assert.equal((await change({ status: 'suspended' })).status, 200);
    await gone;
    assert.equal((await me(person.client, person.token)).status, 401);
  });

  it('an invited person chooses a password with the link’s token, once', async () => {
    const admin = await madang.account('talk', 'zone_admin');
    const invited = await admin.client.ask('/api/v1/admin/members', {
      token: admin.token,
      body: { email: 'invited@example.org', name: 'Invited', role: 'teacher' },
    });
    assert.equal(invited.status, 201, invited.text);
    const { token } = invited.json<{ token: string }>();
    const use = () => madang.client('talk').ask('/api/v1/auth/set-password', { body: { token, password: TEST_PASSWORD } });
    const [first, second] = await Promise.all([use(), use()]);
    assert.deepEqual([first.status, second.status].sort(), [200, 410]);
    assert.equal((await use()).status, 410);
  });

  it('a picture becomes mine and is read by anyone beside my name', async () => {
    const person = await madang.guest('talk');
    const form = multipart('me.png', 'image/png', plainPng(600, 400));
    const uploaded = await person.client.ask('/api/v1/users/me/avatar-file', { method: 'POST', token: person.token, ...form });
    assert.equal(uploaded.status, 201, uploaded.text);
    const { fileId } = uploaded.json<{ fileId: string }>();
    const mine = await person.client.ask('/api/v1/users/me/avatar', { method: 'PUT', token: person.token, body: { fileId } });
    const { avatarUrl } = mine.json<{ avatarUrl: string }>();
    assert.equal(mine.status, 200, mine.text);
    const picture = await madang.client('talk').ask(avatarUrl);
    assert.equal(picture.status, 200);
    assert.match(String(picture.headers['content-type']), /^image\//);
    assert.equal(picture.headers['x-content-type-options'], 'nosniff');
    const other = await madang.guest('talk');
    await soon(async () => {
      const card = await other.client.ask(`/api/v1/users/${person.id}`, { token: other.token });
      return card.json<{ avatarUrl: string | null }>().avatarUrl === avatarUrl;
    }, 'others see it');
  });
});
