import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { assertProblem, soon } from '../harness/assert-problem.ts';
import type { Answer, HttpClient } from '../harness/http-client.ts';
import { startTestMadang, TEST_PASSWORD, type TestMadang } from '../harness/start-test-madang.ts';

interface SignedInBody {
  user: { id: string; name: string; colour: number; guest: boolean; role: string; email: string | null };
  accessToken: string;
  expiresIn: number;
}

describe('signing in', () => {
  let madang: TestMadang;
  before(async () => {
    madang = await startTestMadang();
  });
  after(() => madang.close());
  let last = 0;
  const address = () => `10.9.${++last >> 8}.${last & 255}`;
  const post = (client: HttpClient, path: string, body?: unknown, more: { token?: string; headers?: Record<string, string> } = {}) =>
    client.ask(`/api/v1/auth/${path}`, {
      method: 'POST',
      ...(body !== undefined && { body }),
      ...more,
      headers: { 'x-forwarded-for': address(), ...more.headers },
    });
  const bodyOf = (answer: Answer) => answer.json<SignedInBody>();
  const someone = (name = 'Mina') => ({ email: `p${++last}@example.org`, password: TEST_PASSWORD, name });
  const claimsOf = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString()) as Record<string, unknown>;

  it('a guest in one call: 201 with user, token and a refresh cookie; register and login answer the same body', async () => {
    const client = madang.client('talk');
    const guest = await post(client, 'guest', { name: '하늘', locale: 'ko' });
    assert.equal(guest.status, 201);
    const { user, accessToken, expiresIn } = bodyOf(guest);
    assert.match(user.id, /^guest_/);
    assert.equal(user.name, '하늘');
    assert.ok(Number.isInteger(user.colour) && user.colour >= 0 && user.colour < 360);
    assert.equal(expiresIn, 600);
    assert.equal(guest.headers['cache-control'], 'no-store');
    const named = await post(madang.client('talk'), 'guest', {});
    assert.ok(bodyOf(named).user.name.length > 0, 'a name is found for who gives none');
    assert.equal((await post(madang.client('talk'), 'guest', {}, {})).status, 201);

    const account = someone();
    const registered = await post(madang.client('talk'), 'register', account);
    assert.equal(registered.status, 201, registered.text);
    const login = await post(madang.client('talk'), 'login', { email: account.email, password: account.password });
    assert.equal(login.status, 200);
    for (const answer of [registered, login]) {
      assert.deepEqual(Object.keys(answer.json()).sort(), Object.keys(guest.json()).sort());
      assert.deepEqual(Object.keys(bodyOf(answer).user).sort(), Object.keys(user).sort());
    }
    assert.match(bodyOf(login).user.id, /^user_/);
    assert.equal(claimsOf(accessToken).sub, user.id);
  });

  it('the cookie: httpOnly, host-only, SameSite=Lax, 30 days; __Host- and Secure on HTTPS', async () => {
    const plain = (await post(madang.client('talk'), 'guest', {})).headers['set-cookie']?.[0] ?? '';
    assert.match(plain, /^madang=[^;]+/);
    for (const part of [/;\s*HttpOnly/i, /;\s*SameSite=Lax/i, /;\s*Path=\//i, /;\s*Max-Age=2592000/i]) assert.match(plain, part);
    assert.doesNotMatch(plain, /Domain=/i);
    assert.doesNotMatch(plain, /;\s*Secure/i);
    const secure =
      (await post(madang.client('talk'), 'guest', {}, { headers: { 'x-forwarded-proto': 'https' } })).headers['set-cookie']?.[0] ?? '';
    assert.match(secure, /^__Host-madang=[^;]+/);
    for (const part of [/;\s*HttpOnly/i, /;\s*SameSite=Lax/i, /;\s*Path=\/(;|$)/i, /;\s*Secure/i]) assert.match(secure, part);
    assert.doesNotMatch(secure, /Domain=/i);
  });

  it('claims name the zone and what one holds, never an e-mail, and verify against the published keys', async () => {
    const registered = await post(madang.client('talk'), 'register', someone());
    const { accessToken, user } = bodyOf(registered);
    const claims = claimsOf(accessToken);
    assert.deepEqual([claims.sub, claims.zone_id, claims.org_id, claims.role], [user.id, 'talk', null, 'student']);
    assert.ok(Array.isArray(claims.permissions) && claims.permissions.includes('room:read'));
    assert.ok(typeof claims.jti === 'string' && claims.jti !== '');
    assert.equal((claims.exp as number) - (claims.iat as number), 600);
    assert.ok(!JSON.stringify(claims).includes('@'));

    const keys = await madang.client('univprep').ask('/.well-known/jwks.json');
    assert.match(String(keys.headers['cache-control']), /public/);
    const header = JSON.parse(Buffer.from(accessToken.split('.')[0] as string, 'base64url').toString()) as { kid: string; alg: string };
    const published = keys.json<{ keys: (Record<string, string> & { kid: string })[] }>().keys;
    const key = published.find((each) => each.kid === header.kid);
    assert.ok(key && published.every((each) => !('d' in each)), 'public halves only');
    const [head, payload, signature] = accessToken.split('.') as [string, string, string];
    const publicKey = createPublicKey({ key, format: 'jwk' });
    assert.ok(verify(null, Buffer.from(`${head}.${payload}`), publicKey, Buffer.from(signature, 'base64url')));
  });

  it('tokens that were tampered with are nobody’s', async () => {
    const { token } = await madang.guest('talk');
    const [head, payload, signature] = token.split('.') as [string, string, string];
    const forged = Buffer.from(JSON.stringify({ ...claimsOf(token), role: 'super_admin' })).toString('base64url');
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    for (const bad of [
      `${head}.${forged}.${signature}`,
      `${none}.${payload}.`,
      `${head}.${payload}.`,
      `${head}.${payload}`,
      'x',
      '..',
      `${token}x`,
      'null',
    ]) {
      assertProblem(await madang.client('talk').ask('/api/v1/users/me', { token: bad }), 401, 'request.unauthenticated');
    }
  });

  it('a taken e-mail is 409, in any case, in this zone only', async () => {
    const account = someone();
    assert.equal((await post(madang.client('talk'), 'register', account)).status, 201);
    assertProblem(await post(madang.client('talk'), 'register', account), 409, 'identity.email_taken');
    assertProblem(
      await post(madang.client('talk'), 'register', { ...account, email: account.email.toUpperCase() }),
      409,
      'identity.email_taken',
    );
    assert.equal((await post(madang.client('univprep'), 'register', account)).status, 201, 'another zone is another city');
  });

  it('a password needs eight characters, both cases, a digit and a symbol, and is told what it lacks', async () => {
    for (const password of ['Short-1', 'alllower-1', 'ALLUPPER-1', 'NoDigits-x', 'NoSymbols11']) {
      const problem = assertProblem(
        await post(madang.client('talk'), 'register', { ...someone(), password }),
        400,
        'identity.weak_password',
      );
      assert.ok(
        problem.fields?.some((field) => field.path === 'body.password'),
        JSON.stringify(problem),
      );
    }
  });

  it('a wrong password and an account that does not exist answer alike', async () => {
    const account = someone();
    await post(madang.client('talk'), 'register', account);
    const strip = ({ requestId: _, ...rest }: Record<string, unknown>) => rest;
    const wrong = await post(madang.client('talk'), 'login', { email: account.email, password: 'Wrong-1 password' });
    const nobody = await post(madang.client('talk'), 'login', { email: 'nobody@example.org', password: 'Wrong-1 password' });
    assertProblem(wrong, 401, 'identity.wrong_credentials');
    assert.deepEqual(strip(nobody.json()), strip(wrong.json()));
    assert.equal(nobody.headers['set-cookie'], undefined);
  });

  it('five failures lock the account for that address for fifteen minutes; the same for one that does not exist', async () => {
    const account = someone();
    await post(madang.client('talk'), 'register', account);
    for (const email of [account.email, 'never-was@example.org']) {
      const headers = { 'x-forwarded-for': address() };
      const attempt = (password: string, more = headers) => post(madang.client('talk'), 'login', { email, password }, { headers: more });
      for (let tries = 0; tries < 5; tries++) assert.equal((await attempt('Wrong-1 password')).status, 401);
      const locked = await attempt(TEST_PASSWORD);
      assertProblem(locked, 429, 'identity.locked_out');
      const wait = Number(locked.headers['retry-after']);
      assert.ok(wait > 840 && wait <= 900, String(wait));
      if (email === account.email) {
        assert.equal((await attempt(TEST_PASSWORD, { 'x-forwarded-for': address() })).status, 200, 'from elsewhere it is open');
        const other = await post(madang.client('talk'), 'login', someone(), { headers });
        assert.equal(other.status, 401, 'and others sign in from that address');
      }
    }
  });

  it('a guest who registers keeps id, rooms and messages; an account does not register again', async () => {
    const guest = await madang.guest('talk', 'Before');
    const room = await guest.client.ask('/api/v1/rooms', { token: guest.token, body: { name: 'Mine', visibility: 'private' } });
    const roomId = room.json<{ id: string }>().id;
    await guest.client.ask(`/api/v1/rooms/${roomId}/messages`, { token: guest.token, body: { clientId: 'a', body: 'as a guest' } });
    const upgraded = await post(guest.client, 'register', someone('After'), { token: guest.token });
    assert.equal(upgraded.status, 201, upgraded.text);
    const { user, accessToken } = bodyOf(upgraded);
    assert.deepEqual([user.id, user.guest, user.role, user.name], [guest.id, false, 'student', 'After']);
    const history = await guest.client.ask(`/api/v1/rooms/${roomId}/messages`, { token: accessToken });
    assert.equal(history.json<{ items: { body: string; sender: { id: string } }[] }>().items[0]?.sender.id, guest.id);
    assertProblem(await post(guest.client, 'register', someone(), { token: accessToken }), 409, 'identity.already_registered');
  });

  it('a guest who signs in to an account merges only when asked', async () => {
    const account = someone();
    const { user } = bodyOf(await post(madang.client('talk'), 'register', account));
    const spoke = async () => {
      const guest = await madang.guest('talk');
      const room = await guest.client.ask('/api/v1/rooms', { token: guest.token, body: { name: 'Ours', visibility: 'private' } });
      const roomId = room.json<{ id: string }>().id;
      await guest.client.ask(`/api/v1/rooms/${roomId}/messages`, { token: guest.token, body: { clientId: 'a', body: 'said' } });
      return { guest, roomId };
    };
    const kept = await spoke();
    const login = { email: account.email, password: account.password };
    const apart = bodyOf(await post(kept.guest.client, 'login', login, { token: kept.guest.token }));
    assert.equal((await kept.guest.client.ask(`/api/v1/rooms/${kept.roomId}`, { token: apart.accessToken })).status, 404, 'nothing moved');

    const moved = await spoke();
    const merged = await post(moved.guest.client, 'login', { ...login, merge: true }, { token: moved.guest.token });
    assert.equal(merged.status, 200, merged.text);
    const { accessToken } = bodyOf(merged);
    await soon(async () => {
      const answer = await moved.guest.client.ask(`/api/v1/rooms/${moved.roomId}/messages`, { token: accessToken });
      return answer.status === 200 && answer.json<{ items: { sender: { id: string } }[] }>().items[0]?.sender.id === user.id;
    }, 'the guest’s room and message are the account’s');
    assert.equal((await moved.guest.client.ask('/api/v1/users/me', { token: moved.guest.token })).status, 401, 'the guest is no more');
  });

  it('who I am is read and changed, with a picture', async () => {
    const guest = await madang.guest('talk');
    const changed = await guest.client.ask('/api/v1/users/me', {
      method: 'PATCH',
      token: guest.token,
      body: { name: '  새 이름 ', colour: 12, locale: 'ja' },
    });
    assert.equal(changed.status, 200, changed.text);
    const me = (await guest.client.ask('/api/v1/users/me', { token: guest.token })).json();
    assert.deepEqual([me.name, me.colour, me.locale, me.guest], ['새 이름', 12, 'ja', true]);
  });
});
