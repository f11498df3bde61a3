import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ZoneContext } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import type { SessionView } from './contract.ts';
import { cookiesOf, type IdentityTestbed, identityTestbed, refusal } from './identity-testbed.ts';
import { signInAs, TEST_PASSWORD } from './testing.ts';

const REFRESH = 'POST /api/v1/auth/refresh';

describe('sessions', () => {
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

  const refresh = (cookies: Record<string, string>, at = zone) => bed.call(at, REFRESH, { cookies });

  test('refresh rotates the cookie and keeps the person and the session', async () => {
    const { cookies, principal } = await signInAs(bed.identity, zone, 'student');
    const reply = await refresh(cookies);
    assert.notEqual(cookiesOf(reply).madang, cookies.madang);
    assert.equal((await bed.whois(zone, reply))?.sessionId, principal.sessionId);
  });

  test('two tabs that refresh at once get one and the same next token', async () => {
    const { cookies } = await signInAs(bed.identity, zone, 'student');
    const replies = await Promise.all(Array.from({ length: 8 }, () => refresh(cookies)));
    assert.equal(new Set(replies.map((reply) => cookiesOf(reply).madang)).size, 1);
    const next = replies[0] && cookiesOf(replies[0]);
    assert.equal((await refresh(next ?? {})).status, 200);
  });

  test('an answer lost on the way costs nothing within ten seconds', async () => {
    const { cookies } = await signInAs(bed.identity, zone, 'student');
    const first = await refresh(cookies);
    bed.clock.advance(10_000);
    const repeated = await refresh(cookies);
    assert.deepEqual(cookiesOf(repeated), cookiesOf(first));
  });

  test('an old token used again ends the family for both who hold it', async () => {
    const { cookies, principal } = await signInAs(bed.identity, zone, 'student');
    const latest = await refresh(cookies);
    bed.clock.advance(10_001);
    await assert.rejects(refresh(cookies), refusal('identity.session_over'));
    await assert.rejects(refresh(cookiesOf(latest)), refusal('identity.session_over'));
    await assert.rejects(bed.whois(zone, latest), refusal('request.unauthenticated'));
    assert.deepEqual(bed.endedSessions.at(-1), { zoneId: 'univ', sessionId: principal.sessionId, reason: 'refresh_reused' });
    assert.equal(bed.audit.entries.at(-1)?.action, 'refresh_reused');
  });

  test('two generations back is reuse however quick', async () => {
    const { cookies } = await signInAs(bed.identity, zone, 'student');
    const second = await refresh(cookies);
    const third = await refresh(cookiesOf(second));
    await assert.rejects(refresh(cookies), refusal('identity.session_over'));
    await assert.rejects(refresh(cookiesOf(third)), refusal('identity.session_over'));
  });

  test('a token nobody made ends nothing', async () => {
    const { cookies, principal } = await signInAs(bed.identity, zone, 'student');
    const code = cookies.madang?.split('.')[2] ?? '';
    const forged = [
      undefined,
      'junk',
      `${principal.sessionId}.9.${code}`,
      `${principal.sessionId}.1.${'A'.repeat(43)}`,
      `sess_${'0'.repeat(26)}.1.${code}`,
    ];
    for (const madang of forged) {
      await assert.rejects(refresh(madang === undefined ? {} : { madang }), refusal('identity.session_over'));
    }
    await assert.rejects(refresh(cookies, other), refusal('identity.session_over'), 'a cookie of another zone');
    assert.equal((await refresh(cookies)).status, 200);
  });

  test('a session lapses 30 days after its last refresh', async () => {
    const { cookies } = await signInAs(bed.identity, zone, 'guest');
    bed.clock.advance(29 * 86_400_000);
    const kept = cookiesOf(await refresh(cookies));
    bed.clock.advance(29 * 86_400_000);
    const later = cookiesOf(await refresh(kept));
    bed.clock.advance(30 * 86_400_000);
    await assert.rejects(refresh(later), refusal('identity.session_over'));
    assert.equal(await bed.identity.authenticator.authenticate(zone, { sessionCookie: later.madang }), undefined);
  });

  test('the token before the current one reads pages for ten seconds, older ones never', async () => {
    const { cookies, principal } = await signInAs(bed.identity, zone, 'student');
    await refresh(cookies);
    bed.clock.advance(1000);
    const read = () => bed.identity.authenticator.authenticate(zone, { sessionCookie: cookies.madang });
    assert.equal((await read())?.id, principal.id);
    bed.clock.advance(10_000);
    assert.equal(await read(), undefined);
    assert.equal((await bed.identity.authenticator.current(zone, principal))?.id, principal.id, 'reading with it ends nothing');
  });

  test('an access token lasts ten minutes and no longer', async () => {
    const { token } = await signInAs(bed.identity, zone, 'student');
    bed.clock.advance(599_000);
    assert.ok(await bed.identity.authenticator.authenticate(zone, { bearer: token }));
    bed.clock.advance(1000);
    await assert.rejects(bed.identity.authenticator.authenticate(zone, { bearer: token }), refusal('request.unauthenticated'));
  });

  test('bearers that are not ours are refused', async () => {
    const { token } = await signInAs(bed.identity, zone, 'student');
    const [header = '', payload = '', signature = ''] = token.split('.');
    const forged = [
      '',
      'x',
      'a.b.c',
      `${header}.${payload}.`,
      `${header}.${Buffer.from(Buffer.from(payload, 'base64url').toString().replace('student', 'zone_admin')).toString('base64url')}.${signature}`,
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`,
      'x'.repeat(100_000),
    ];
    for (const bearer of forged) {
      await assert.rejects(bed.identity.authenticator.authenticate(zone, { bearer }), refusal('request.unauthenticated'));
    }
  });

  test('a revoked session is refused at once here, and within a second on a node that hears nothing', async () => {
    const deaf = identityTestbed(t, [zone], { clock: bed.clock, rateLimiter: bed.shared.rateLimiter });
    const mine = await signInAs(bed.identity, zone, 'student');
    const bearer = mine.token;
    assert.ok(await deaf.identity.authenticator.authenticate(zone, { bearer }));
    await bed.call(zone, 'DELETE /api/v1/users/me/sessions/:sessionId', {
      principal: mine.principal,
      params: { sessionId: mine.principal.sessionId },
    });
    await assert.rejects(bed.identity.authenticator.authenticate(zone, { bearer }), refusal('request.unauthenticated'));
    bed.clock.advance(999);
    await assert.rejects(deaf.identity.authenticator.authenticate(zone, { bearer }), refusal('request.unauthenticated'));
    assert.equal(await deaf.identity.authenticator.current(zone, mine.principal), undefined);
  });

  test('a node that listens drops what it knew without waiting', async () => {
    const listening = identityTestbed(t, [zone], { clock: bed.clock, shared: bed.shared });
    const running = await listening.identity.module.start?.();
    try {
      const mine = await signInAs(bed.identity, zone, 'student');
      assert.ok(await listening.identity.authenticator.current(zone, mine.principal));
      await bed.call(zone, 'POST /api/v1/auth/logout', { principal: mine.principal });
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(await listening.identity.authenticator.current(zone, mine.principal), undefined);
    } finally {
      await running?.close();
    }
  });

  test('many requests of a moment ask the database once', async () => {
    let reads = 0;
    const counted = await testDatabase({
      onQuery: ({ name }) => {
        if (name === 'identity.open_sessions') reads++;
      },
    });
    try {
      const there = counted.zone('univ');
      const node = identityTestbed(counted, [there]);
      const people = await Promise.all(Array.from({ length: 20 }, () => signInAs(node.identity, there, 'guest')));
      node.clock.advance(1000);
      reads = 0;
      const tokens = people.flatMap(({ token }) => [token, token, token]);
      await Promise.all(tokens.map((bearer) => node.identity.authenticator.authenticate(there, { bearer })));
      assert.equal(reads, 1);
      await Promise.all(tokens.map((bearer) => node.identity.authenticator.authenticate(there, { bearer })));
      assert.equal(reads, 1);
    } finally {
      await counted.close();
    }
  });

  test('a person sees their sessions, ends one or all the others, and nobody else’s', async () => {
    const mine = await signInAs(bed.identity, zone, 'student');
    const stranger = await signInAs(bed.identity, zone, 'student');
    const login = () => bed.call(zone, 'POST /api/v1/auth/login', { body: { email: mine.email, password: TEST_PASSWORD } });
    const [second, third] = [await login(), await login()];
    const list = async () =>
      ((await bed.call(zone, 'GET /api/v1/users/me/sessions', { principal: mine.principal })).body as { items: SessionView[] }).items;
    assert.equal((await list()).length, 3);
    assert.deepEqual(
      (await list()).filter((session) => session.current).map((session) => session.id),
      [mine.principal.sessionId],
    );
    await assert.rejects(
      bed.call(zone, 'DELETE /api/v1/users/me/sessions/:sessionId', {
        principal: stranger.principal,
        params: { sessionId: mine.principal.sessionId },
      }),
      refusal('identity.session_not_found'),
    );
    const secondId = (await bed.whois(zone, second))?.sessionId ?? '';
    await bed.call(zone, 'DELETE /api/v1/users/me/sessions/:sessionId', { principal: mine.principal, params: { sessionId: secondId } });
    await assert.rejects(bed.whois(zone, second), refusal('request.unauthenticated'));
    assert.ok(await bed.whois(zone, third));
    await bed.call(zone, 'DELETE /api/v1/users/me/sessions', { principal: mine.principal });
    await assert.rejects(bed.whois(zone, third), refusal('request.unauthenticated'));
    assert.equal((await list()).length, 1);
  });

  test('a new password ends the other sessions; the old one no longer opens', async () => {
    const mine = await signInAs(bed.identity, zone, 'student');
    const login = (password: string) => bed.call(zone, 'POST /api/v1/auth/login', { body: { email: mine.email, password } });
    const elsewhere = await login(TEST_PASSWORD);
    const change = (oldPassword: string, newPassword: string) =>
      bed.call(zone, 'POST /api/v1/users/me/password', { principal: mine.principal, body: { oldPassword, newPassword } });
    await assert.rejects(change('Wrong-1 wrong', 'Another-1 courtyard'), refusal('identity.wrong_password'));
    await assert.rejects(change(TEST_PASSWORD, 'weak'), refusal('identity.weak_password'));
    assert.equal((await change(TEST_PASSWORD, 'Another-1 courtyard')).status, 204);
    await assert.rejects(bed.whois(zone, elsewhere), refusal('request.unauthenticated'));
    assert.ok(await bed.identity.authenticator.current(zone, mine.principal));
    await assert.rejects(login(TEST_PASSWORD), refusal('identity.wrong_credentials'));
    assert.equal((await login('Another-1 courtyard')).status, 200);
    const guest = await signInAs(bed.identity, zone, 'guest');
    await assert.rejects(
      bed.call(zone, 'POST /api/v1/users/me/password', {
        principal: guest.principal,
        body: { oldPassword: 'x', newPassword: 'Another-1 courtyard' },
      }),
      refusal('identity.guest_cannot'),
    );
  });

  test('the database keeps no token and no password', async () => {
    const { cookies, email } = await signInAs(bed.identity, zone, 'student');
    const rows = await zone.db.many<{ row: string }>({
      text: 'select s::text as row from identity.sessions s union all select u::text from identity.users u',
      values: [],
    });
    const kept = rows.map(({ row }) => row).join('\n');
    assert.ok(kept.includes(email ?? '?'));
    assert.ok(!kept.includes(cookies.madang?.split('.')[2] ?? '?'));
    assert.ok(!kept.includes(TEST_PASSWORD));
  });
});
