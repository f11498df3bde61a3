import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { MadangError, ZoneContext } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import { decodeJwt } from 'jose';
import type { SignedInBody } from './contract.ts';
import { cookiesOf, type IdentityTestbed, identityTestbed, refusal } from './identity-testbed.ts';
import { signInAs, TEST_PASSWORD, type TestReply } from './testing.ts';

const GUEST = 'POST /api/v1/auth/guest';
const REGISTER = 'POST /api/v1/auth/register';
const LOGIN = 'POST /api/v1/auth/login';

const bodyOf = (reply: TestReply) => reply.body as SignedInBody;

describe('signing in', () => {
  let t: TestDatabase;
  let zone: ZoneContext;
  let other: ZoneContext;
  let bed: IdentityTestbed;
  before(async () => {
    t = await testDatabase();
    zone = t.zone('univ');
    other = t.zone('talk');
    bed = identityTestbed(t, [zone, other]);
  });
  after(() => t.close());

  test('a guest gets an identity, a name, a colour, a token and a cookie', async () => {
    const reply = await bed.call(zone, GUEST, { body: {} });
    const { user, accessToken, expiresIn } = bodyOf(reply);
    assert.equal(reply.status, 201);
    assert.match(user.id, /^guest_/);
    assert.match(user.name, /\p{Script=Hangul}/u);
    assert.equal(user.guest, true);
    assert.equal(expiresIn, 600);
    assert.deepEqual(
      reply.cookies.map(({ value, ...rest }) => rest),
      [{ name: 'madang', path: '/', maxAgeSeconds: 30 * 86_400, httpOnly: true, sameSite: 'Lax' }],
    );
    const claims = decodeJwt(accessToken);
    assert.deepEqual(Object.keys(claims).sort(), [
      'aud',
      'exp',
      'iat',
      'iss',
      'jti',
      'org_id',
      'permissions',
      'role',
      'sid',
      'sub',
      'zone_id',
    ]);
    assert.equal(claims.sub, user.id);
    assert.equal(claims.aud, 'univ');
    assert.equal(Number(claims.exp) - Number(claims.iat), 600);
  });

  test('on HTTPS the cookie carries the host prefix', async () => {
    const reply = await bed.call(zone, GUEST, { body: { name: '하늘', locale: 'ja' }, secure: true });
    assert.equal(reply.cookies[0]?.name, '__Host-madang');
    assert.deepEqual([bodyOf(reply).user.name, bodyOf(reply).user.locale], ['하늘', 'ja']);
  });

  test('a registered account signs in; the e-mail is compared in lower case and never in a token', async () => {
    const made = await bed.call(zone, REGISTER, { body: { email: 'Mina@Example.org', password: TEST_PASSWORD, name: 'Mina' } });
    const again = await bed.call(zone, LOGIN, { body: { email: 'mina@EXAMPLE.org', password: TEST_PASSWORD } });
    assert.equal(made.status, 201);
    assert.equal(again.status, 200);
    assert.equal(bodyOf(again).user.id, bodyOf(made).user.id);
    assert.equal(bodyOf(again).user.email, 'mina@example.org');
    assert.deepEqual(Object.keys(bodyOf(again)).sort(), Object.keys(bodyOf(made)).sort());
    assert.ok(!JSON.stringify(decodeJwt(bodyOf(again).accessToken)).includes('example'));
  });

  test('of fifty who register one e-mail at once exactly one gets it', async () => {
    const tries = await Promise.allSettled(
      Array.from({ length: 50 }, (_, i) =>
        bed.call(zone, REGISTER, { body: { email: 'one@example.org', password: TEST_PASSWORD, name: `N${i}` }, ip: `10.0.0.${i}` }),
      ),
    );
    const codes = tries.map((result) => (result.status === 'fulfilled' ? 'made' : (result.reason as MadangError).code));
    assert.equal(codes.filter((code) => code === 'made').length, 1);
    assert.equal(codes.filter((code) => code === 'identity.email_taken').length, 49);
  });

  test('the same e-mail is free in another zone, and its account is unknown here', async () => {
    const body = { email: 'both@example.org', password: TEST_PASSWORD, name: 'Both' };
    const here = await bed.call(zone, REGISTER, { body });
    const there = await bed.call(other, REGISTER, { body: { ...body, password: `${TEST_PASSWORD}?` } });
    assert.notEqual(bodyOf(here).user.id, bodyOf(there).user.id);
    await assert.rejects(
      bed.call(zone, LOGIN, { body: { ...body, password: `${TEST_PASSWORD}?` } }),
      refusal('identity.wrong_credentials'),
    );
    await assert.rejects(bed.whois(other, here), refusal('request.wrong_zone'));
  });

  test('weak passwords are named rule by rule', async () => {
    const weak = bed.call(zone, REGISTER, { body: { email: 'haneul@example.org', password: 'haneul', name: 'Weak' } });
    await assert.rejects(weak, (error: MadangError) => {
      assert.deepEqual(
        error.details.fields?.map((field) => field.code),
        ['too_short', 'no_upper', 'no_digit', 'no_symbol', 'contains_email'],
      );
      return error.code === 'identity.weak_password';
    });
  });

  test('a guest who registers keeps id and session, and is a student within the second', async () => {
    const guest = await bed.call(zone, GUEST, { body: {} });
    const principal = await bed.whois(zone, guest);
    const made = await bed.call(zone, REGISTER, { principal, body: { email: 'up@example.org', password: TEST_PASSWORD, name: 'Up' } });
    assert.equal(bodyOf(made).user.id, bodyOf(guest).user.id);
    const now = await bed.whois(zone, guest);
    assert.deepEqual([now?.kind, now?.role, now?.sessionId], ['account', 'student', principal?.sessionId]);
    assert.equal(
      bed.events.published.some((event) => event.name === 'identity.guest-registered'),
      true,
    );
    await assert.rejects(
      bed.call(zone, REGISTER, { principal: now, body: { email: 'up2@example.org', password: TEST_PASSWORD, name: 'Up' } }),
      refusal('identity.already_registered'),
    );
  });

  test('a guest who registers a taken e-mail stays a guest', async () => {
    const { email } = await signInAs(bed.identity, zone, 'student');
    const guest = await signInAs(bed.identity, zone, 'guest');
    await assert.rejects(
      bed.call(zone, REGISTER, { principal: guest.principal, body: { email, password: TEST_PASSWORD, name: 'Up' } }),
      refusal('identity.email_taken'),
    );
    assert.equal((await bed.identity.authenticator.current(zone, guest.principal))?.kind, 'guest');
  });

  test('merge hands the guest over once, and ends the guest', async () => {
    const { email, principal: account } = await signInAs(bed.identity, zone, 'student');
    const guest = await signInAs(bed.identity, zone, 'guest');
    const body = { email, password: TEST_PASSWORD, merge: true };
    const two = await Promise.all([1, 2].map(() => bed.call(zone, LOGIN, { principal: guest.principal, body })));
    assert.deepEqual(
      two.map((reply) => bodyOf(reply).user.id),
      [account.id, account.id],
    );
    const merged = bed.events.published.filter((event) => event.name === 'identity.guest-merged');
    assert.deepEqual(
      merged.map((event) => event.payload),
      [{ guestId: guest.principal.id, userId: account.id }],
    );
    await assert.rejects(bed.identity.authenticator.authenticate(zone, { bearer: guest.token }), refusal('request.unauthenticated'));
    assert.deepEqual(bed.endedSessions.at(-1), { zoneId: 'univ', sessionId: guest.principal.sessionId, reason: 'merged' });
  });

  test('without merge the guest stays', async () => {
    const { email } = await signInAs(bed.identity, zone, 'student');
    const guest = await signInAs(bed.identity, zone, 'guest');
    await bed.call(zone, LOGIN, { principal: guest.principal, body: { email, password: TEST_PASSWORD } });
    assert.equal((await bed.identity.authenticator.current(zone, guest.principal))?.id, guest.principal.id);
  });

  test('five failures a minute, then a quarter of an hour, whether or not the account exists', async () => {
    const { email } = await signInAs(bed.identity, zone, 'student');
    for (const address of [email, 'nobody@example.org']) {
      const login = (password: string, ip = '192.0.2.1') => bed.call(zone, LOGIN, { body: { email: address, password }, ip });
      for (let i = 0; i < 5; i++) await assert.rejects(login('Wrong-1 wrong'), refusal('identity.wrong_credentials'));
      await assert.rejects(login(TEST_PASSWORD), (error: MadangError) => {
        assert.equal(error.details.retryAfterSeconds, 900);
        return error.code === 'identity.locked_out';
      });
      bed.clock.advance(899_000);
      await assert.rejects(login(TEST_PASSWORD), refusal('identity.locked_out'));
      await assert.rejects(login('Wrong-1 wrong', '192.0.2.2'), refusal('identity.wrong_credentials'), 'another address is not locked');
      bed.clock.advance(1000);
      if (address === email) assert.equal((await login(TEST_PASSWORD)).status, 200);
      else await assert.rejects(login(TEST_PASSWORD), refusal('identity.wrong_credentials'));
    }
  });

  test('all addresses of one IPv6 network count as one', async () => {
    const { email } = await signInAs(bed.identity, zone, 'student');
    const login = (ip: string) => bed.call(zone, LOGIN, { body: { email, password: 'Wrong-1 wrong' }, ip });
    for (let i = 0; i < 5; i++) await assert.rejects(login(`2001:db8:9:9::${i}`), refusal('identity.wrong_credentials'));
    await assert.rejects(login('2001:db8:9:9:a:b:c:d'), refusal('identity.locked_out'));
  });

  test('tries sent all at once are counted before they are checked', async () => {
    const { email } = await signInAs(bed.identity, zone, 'student');
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, () => bed.call(zone, LOGIN, { body: { email, password: 'Wrong-1 wrong' }, ip: '192.0.2.3' })),
    );
    const codes = tries.map((result) => (result.status === 'rejected' ? (result.reason as MadangError).code : 'in'));
    assert.equal(codes.filter((code) => code === 'identity.wrong_credentials').length, 5);
    assert.equal(codes.filter((code) => code === 'identity.locked_out').length, 15);
  });

  test('an unknown account is answered as a wrong password is, and both do the same work', async () => {
    const verified: boolean[] = [];
    const counting = identityTestbed(t, [zone]);
    const { hasher } = counting.identity.parts;
    const verify = hasher.verify.bind(hasher);
    hasher.verify = async (stored, password) => {
      verified.push(stored != null);
      return verify(stored, password);
    };
    const { email } = await signInAs(bed.identity, zone, 'student');
    const answers: unknown[] = [];
    for (const address of [email, 'unknown@example.org']) {
      await counting.call(zone, LOGIN, { body: { email: address, password: 'Wrong-1 wrong' } }).catch((error: MadangError) => {
        answers.push([error.definition, error.details]);
      });
    }
    assert.deepEqual(verified, [true, false]);
    assert.deepEqual(answers[0], answers[1]);
    assert.equal(await verify(null, 'a password that nobody has'), false);
  });

  test('one address may not try a hundred accounts', async () => {
    const codes: string[] = [];
    for (let i = 0; i < 101; i++) {
      const reply = bed.call(zone, LOGIN, { body: { email: `n${i}@example.org`, password: 'x' }, ip: '192.0.2.9' });
      codes.push(
        await reply.then(
          () => 'in',
          (error: MadangError) => error.code,
        ),
      );
    }
    assert.deepEqual(new Set(codes.slice(0, 100)), new Set(['identity.wrong_credentials']));
    assert.equal(codes[100], 'request.rate_limited');
  });

  test('nothing secret is audited, and failures are', () => {
    const kept = JSON.stringify(bed.audit.entries);
    assert.ok(bed.audit.entries.some((entry) => entry.action === 'login_failed'));
    assert.ok(bed.audit.entries.some((entry) => entry.action === 'register'));
    for (const secret of [TEST_PASSWORD, 'Wrong-1', '$argon2', '@example.org']) assert.ok(!kept.includes(secret), secret);
  });

  test('a guest needs nothing but is counted by address', async () => {
    const calls = await Promise.allSettled(Array.from({ length: 61 }, () => bed.call(zone, GUEST, { body: {}, ip: '192.0.2.77' })));
    assert.equal(calls.filter((call) => call.status === 'rejected').length, 1);
  });

  test('cookies of a signed-in person read pages until they sign out', async () => {
    const { cookies, principal } = await signInAs(bed.identity, zone, 'student');
    const sessionCookie = cookies.madang;
    assert.equal((await bed.identity.authenticator.authenticate(zone, { sessionCookie }))?.id, principal.id);
    const out = await bed.call(zone, 'POST /api/v1/auth/logout', { principal, cookies });
    assert.deepEqual([out.status, cookiesOf(out), out.cookies[0]?.maxAgeSeconds], [204, { madang: '' }, 0]);
    assert.equal(await bed.identity.authenticator.authenticate(zone, { sessionCookie }), undefined);
    assert.equal(await bed.identity.authenticator.authenticate(zone, { sessionCookie: 'sess_0.1.x' }), undefined);
    assert.equal((await bed.call(zone, 'POST /api/v1/auth/logout', { cookies })).status, 204);
  });
});
