import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { enforcePolicy, type Principal, type ZoneContext } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import type { Me, Member, Organization, SignedInBody } from './contract.ts';
import { type IdentityTestbed, identityTestbed, refusal } from './identity-testbed.ts';
import { signInAs, TEST_PASSWORD } from './testing.ts';

const MEMBER = 'PATCH /api/v1/admin/members/:userId';

describe('administration', () => {
  let t: TestDatabase;
  let zone: ZoneContext;
  let other: ZoneContext;
  let portal: ZoneContext;
  let bed: IdentityTestbed;
  let chief: Principal;
  let orgA: { id: string };
  let orgB: { id: string };
  before(async () => {
    t = await testDatabase();
    zone = t.zone('univ');
    other = t.zone('talk');
    portal = t.zone('dreamseed', { portal: true });
    bed = identityTestbed(t, [zone, other, portal]);
    chief = (await as('zone_admin')).principal;
    orgA = await bed.identity.seedOrganization(zone, '가람 학원');
    orgB = await bed.identity.seedOrganization(zone, 'Beta School');
  });
  after(() => t.close());

  const as = (role: Parameters<typeof signInAs>[2], options: Parameters<typeof signInAs>[3] = {}, at = zone) =>
    signInAs(bed.identity, at, role, options);
  const change = async (principal: Principal, userId: string, body: unknown, at = zone) =>
    (await bed.call(at, MEMBER, { principal, params: { userId }, body })).body as Member;
  const members = async (principal: Principal, query: Record<string, unknown> = {}, at = zone) => {
    const reply = await bed.call(at, 'GET /api/v1/admin/members', { principal, query });
    return { items: (reply.body as { items: Member[] }).items, next: reply.headers['X-Next-Cursor'] };
  };
  const now = (principal: Principal) => bed.identity.authenticator.current(zone, principal);

  test('a role given is held within the moment; the change is audited with before and after', async () => {
    const { principal } = await as('student');
    await change(chief, principal.id, { role: 'teacher', capabilities: ['mentor'] });
    assert.deepEqual([(await now(principal))?.role, (await now(principal))?.capabilities], ['teacher', ['mentor']]);
    assert.deepEqual(bed.audit.entries.at(-1)?.details, {
      from: { role: 'student', orgId: null, capabilities: [], status: 'active' },
      to: { role: 'teacher', orgId: null, capabilities: ['mentor'], status: 'active' },
    });
    assert.deepEqual(
      bed.events.published.slice(-2).map((event) => event.name),
      ['identity.access-changed', 'identity.profile-changed'],
    );
    await change(chief, principal.id, { capabilities: [] });
    assert.deepEqual([(await now(principal))?.role, (await now(principal))?.capabilities], ['teacher', []]);
  });

  test('suspension ends every session and keeps the person out until lifted', async () => {
    const { principal, email, token } = await as('student');
    const login = () => bed.call(zone, 'POST /api/v1/auth/login', { body: { email, password: TEST_PASSWORD } });
    await change(chief, principal.id, { status: 'suspended' });
    await assert.rejects(bed.identity.authenticator.authenticate(zone, { bearer: token }), refusal('request.unauthenticated'));
    assert.deepEqual(bed.endedSessions.at(-1), { zoneId: 'univ', sessionId: principal.sessionId, reason: 'suspended' });
    await assert.rejects(login(), refusal('identity.suspended'));
    assert.equal((await change(chief, principal.id, { status: 'active' })).status, 'active');
    assert.equal((await login()).status, 200);
    const guest = await as('guest');
    assert.equal((await change(chief, guest.principal.id, { status: 'suspended' })).status, 'suspended');
    await assert.rejects(change(chief, guest.principal.id, { role: 'teacher' }), refusal('identity.guest_cannot'));
  });

  test('nobody grants above themselves or touches who stands above', async () => {
    const { principal: admin } = await as('org_admin', { orgId: orgA.id });
    const { principal: pupil } = await as('student', { orgId: orgA.id });
    const { principal: boss } = await as('zone_admin', { orgId: orgA.id });
    await assert.rejects(change(admin, pupil.id, { role: 'zone_admin' }), refusal('identity.above_you'));
    await assert.rejects(change(admin, boss.id, { status: 'suspended' }), refusal('identity.above_you'));
    await assert.rejects(change(admin, pupil.id, { capabilities: ['mentor'] }), refusal('identity.above_you'));
    await assert.rejects(change(chief, pupil.id, { role: 'super_admin' }), refusal('identity.above_you'));
    await assert.rejects(change(chief, pupil.id, { capabilities: ['operator'] }), refusal('identity.above_you'));
    assert.equal((await change(admin, pupil.id, { role: 'teacher' })).role, 'teacher');
  });

  test('an org admin reaches their own organization and nothing beyond', async () => {
    const { principal: admin } = await as('org_admin', { orgId: orgA.id });
    const { principal: own } = await as('student', { orgId: orgA.id });
    const { principal: theirs } = await as('student', { orgId: orgB.id });
    const { principal: nobodys } = await as('student');
    for (const person of [theirs, nobodys]) {
      await assert.rejects(change(admin, person.id, { role: 'teacher' }), refusal('identity.person_not_found'));
    }
    await assert.rejects(change(admin, own.id, { orgId: orgB.id }), refusal('identity.organization_not_found'));
    const seen = (await members(admin, { limit: 100 })).items;
    assert.ok(seen.some((member) => member.id === own.id));
    assert.ok(seen.every((member) => member.organization?.id === orgA.id));
    assert.deepEqual((await members(admin, { orgId: orgB.id })).items, []);
    const rename = (organizationId: string) =>
      bed.call(zone, 'PATCH /api/v1/admin/organizations/:organizationId', {
        principal: admin,
        params: { organizationId },
        body: { name: '가람 배움터' },
      });
    assert.equal(((await rename(orgA.id)).body as Organization).name, '가람 배움터');
    await assert.rejects(rename(orgB.id), refusal('identity.organization_not_found'));
    const list = await bed.call(zone, 'GET /api/v1/admin/organizations', { principal: admin });
    assert.deepEqual(
      (list.body as { items: Organization[] }).items.map((organization) => organization.id),
      [orgA.id],
    );
    const put = (userId: string) =>
      bed.call(zone, 'PUT /api/v1/admin/organizations/:organizationId/members/:userId', {
        principal: admin,
        params: { organizationId: orgA.id, userId },
        body: { role: 'teacher' },
      });
    await assert.rejects(put(nobodys.id), refusal('identity.person_not_found'));
    assert.equal(((await put(own.id)).body as Member).role, 'teacher');
  });

  test('the policies keep students and guests out of administration', async () => {
    const routes = (bed.identity.module.routes ?? []).filter(({ key }) => key.includes('/admin/') || key.endsWith('/auth/enter'));
    assert.equal(routes.length, 10);
    for (const role of ['student', 'teacher', 'guest', 'parent'] as const) {
      const { principal } = await as(role);
      for (const { policy, key } of routes) assert.throws(() => enforcePolicy(policy, principal), refusal('request.forbidden'), key);
    }
  });

  test('the last administrator stays, even when two remove each other at once', async () => {
    const first = (await as('zone_admin', {}, other)).principal;
    await assert.rejects(change(first, first.id, { role: 'student' }, other), refusal('identity.last_administrator'));
    await assert.rejects(change(first, first.id, { status: 'suspended' }, other), refusal('identity.last_administrator'));
    const second = (await as('zone_admin', {}, other)).principal;
    const duel = await Promise.allSettled([
      change(first, second.id, { role: 'student' }, other),
      change(second, first.id, { status: 'suspended' }, other),
    ]);
    assert.deepEqual(duel.map((result) => result.status).sort(), ['fulfilled', 'rejected']);
  });

  test('an invitation makes an account whose person chooses the password, once', async () => {
    const invite = (principal: Principal, body: object) => bed.call(zone, 'POST /api/v1/admin/members', { principal, body });
    const email = 'invited@example.org';
    const reply = await invite(chief, { email, name: '초대', role: 'teacher', orgId: orgA.id });
    const { member, token } = reply.body as { member: Member; token: string };
    assert.deepEqual([member.status, member.role, member.organization?.id], ['invited', 'teacher', orgA.id]);
    await assert.rejects(invite(chief, { email, name: 'Again' }), refusal('identity.email_taken'));
    await assert.rejects(
      bed.call(zone, 'POST /api/v1/auth/login', { body: { email, password: TEST_PASSWORD } }),
      refusal('identity.wrong_credentials'),
    );
    const accept = (given: string, password = TEST_PASSWORD, at = zone) =>
      bed.call(at, 'POST /api/v1/auth/set-password', { body: { token: given, password } });
    await assert.rejects(accept(token, 'Is-1 invited x'), refusal('identity.weak_password'));
    await assert.rejects(accept(token, TEST_PASSWORD, other), refusal('identity.link_invalid'));
    const two = await Promise.allSettled([accept(token), accept(token)]);
    assert.deepEqual(two.map((result) => result.status).sort(), ['fulfilled', 'rejected']);
    assert.equal((await bed.call(zone, 'POST /api/v1/auth/login', { body: { email, password: TEST_PASSWORD } })).status, 200);
    const late = await invite(chief, { email: 'late@example.org', name: 'Late' });
    bed.clock.advance(7 * 86_400_000);
    await assert.rejects(accept((late.body as { token: string }).token), refusal('identity.link_invalid'));
    const { principal: admin } = await as('org_admin', { orgId: orgA.id });
    const into = await invite(admin, { email: 'own@example.org', name: 'Own' });
    assert.equal((into.body as { member: Member }).member.organization?.id, orgA.id);
    await assert.rejects(invite(admin, { email: 'b@example.org', name: 'B', orgId: orgB.id }), refusal('identity.organization_not_found'));
    await assert.rejects(invite(admin, { email: 'z@example.org', name: 'Z', role: 'zone_admin' }), refusal('identity.above_you'));
  });

  test('the list pages to its end without holes, and filters', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await members(chief, { limit: 3, cursor });
      seen.push(...page.items.map((member) => member.id));
      cursor = page.next;
    } while (cursor !== undefined);
    const all = (await members(chief, { limit: 100 })).items;
    assert.deepEqual(
      seen,
      all.map((member) => member.id),
    );
    assert.equal(new Set(seen).size, seen.length);
    assert.ok((await members(chief, { role: 'teacher' })).items.every((member) => member.role === 'teacher'));
    assert.deepEqual(
      (await members(chief, { query: 'INVITED@' })).items.map((member) => member.email),
      ['invited@example.org'],
    );
    assert.deepEqual((await members(chief, { query: '%' })).items, []);
    await assert.rejects(members(chief, { cursor: 'bm90LW91cnM' }), refusal('request.invalid'));
    assert.ok((await members(chief, { limit: 100 })).items.every((member) => !member.guest));
  });

  test('organizations: founded, named once, dissolved when empty', async () => {
    const found = (name: string) => bed.call(zone, 'POST /api/v1/admin/organizations', { principal: chief, body: { name } });
    const made = (await found('새 기관')).body as Organization;
    await assert.rejects(found('새 기관'), refusal('identity.organization_name_taken'));
    const params = { organizationId: made.id };
    const { principal: member } = await as('student', { orgId: made.id });
    const dissolve = () => bed.call(zone, 'DELETE /api/v1/admin/organizations/:organizationId', { principal: chief, params });
    await assert.rejects(dissolve(), refusal('identity.organization_in_use'));
    await assert.rejects(
      bed.call(zone, 'PATCH /api/v1/admin/organizations/:organizationId', { principal: chief, params, body: { name: 'beta school' } }),
      refusal('identity.organization_name_taken'),
    );
    await bed.call(zone, 'DELETE /api/v1/admin/organizations/:organizationId/members/:userId', {
      principal: chief,
      params: { ...params, userId: member.id },
    });
    assert.equal((await now(member))?.orgId, null);
    assert.equal((await dissolve()).status, 204);
    await assert.rejects(dissolve(), refusal('identity.organization_not_found'));
  });

  test('who belongs to two organizations acts for one of them, with the role held there', async () => {
    const { principal } = await as('teacher', { orgId: orgA.id });
    await bed.call(zone, 'PUT /api/v1/admin/organizations/:organizationId/members/:userId', {
      principal: chief,
      params: { organizationId: orgB.id, userId: principal.id },
      body: { role: 'org_admin' },
    });
    assert.deepEqual([(await now(principal))?.orgId, (await now(principal))?.role], [orgA.id, 'teacher']);
    const act = (orgId: string) => bed.call(zone, 'PATCH /api/v1/users/me', { principal, body: { orgId } });
    assert.equal(((await act(orgB.id)).body as Me).role, 'org_admin');
    assert.deepEqual([(await now(principal))?.orgId, (await now(principal))?.role], [orgB.id, 'org_admin']);
    await assert.rejects(act('org_0'), refusal('identity.organization_not_found'));
  });

  test('the first administrator comes by a link that works once, on the portal', async () => {
    const link = await bed.identity.createSetupLink(portal);
    const body = { token: link?.token, email: 'root@example.org', password: TEST_PASSWORD, name: '시장' };
    await assert.rejects(bed.call(zone, 'POST /api/v1/auth/setup', { body }), refusal('identity.portal_only'));
    const newer = await bed.identity.createSetupLink(portal);
    await assert.rejects(
      bed.call(portal, 'POST /api/v1/auth/setup', { body }),
      refusal('identity.link_invalid'),
      'a newer link replaced it',
    );
    const reply = await bed.call(portal, 'POST /api/v1/auth/setup', { body: { ...body, token: newer?.token } });
    const { user } = reply.body as SignedInBody;
    assert.deepEqual([user.role, user.capabilities], ['super_admin', ['operator']]);
    assert.equal(await bed.identity.createSetupLink(portal), undefined);
  });

  test('a super admin enters a zone for an hour, audited in both, and loses it with the role', async () => {
    const root = await as('super_admin', { capabilities: ['operator'] }, portal);
    const wanted = { zoneId: 'univ', reason: 'A report of abuse' };
    const enter = (at = portal, body: object = wanted) => bed.call(at, 'POST /api/v1/auth/enter', { principal: root.principal, body });
    await assert.rejects(enter(zone), refusal('identity.portal_only'));
    await assert.rejects(enter(portal, { ...wanted, zoneId: 'nowhere' }), refusal('request.zone_unknown'));
    const { code } = (await enter()).body as { code: string };
    await assert.rejects(bed.call(other, 'POST /api/v1/auth/exchange', { body: { code } }), refusal('identity.link_invalid'));
    const inside = await bed.call(zone, 'POST /api/v1/auth/exchange', { body: { code } });
    await assert.rejects(bed.call(zone, 'POST /api/v1/auth/exchange', { body: { code } }), refusal('identity.link_invalid'));
    const principal = await bed.whois(zone, inside);
    assert.deepEqual([principal?.id, principal?.role, principal?.scopeOf('room:delete')], [root.principal.id, 'super_admin', 'zone']);
    assert.equal(inside.cookies[0]?.maxAgeSeconds, 3600);
    assert.equal(bed.audit.entries.filter((entry) => entry.action === 'zone_entered' && entry.details?.reason === wanted.reason).length, 2);
    assert.ok(!(await members(chief, { limit: 100 })).items.some((member) => member.id === principal?.id), 'a visitor is no member');
    await assert.rejects(change(chief, root.principal.id, { status: 'suspended' }), refusal('identity.person_not_found'));

    const handler = (bed.identity.module.handlers ?? []).find((candidate) => candidate.name === 'identity.end-entered-sessions');
    const context = { zoneId: 'dreamseed', zone: async () => portal, eventId: 'e1', at: bed.clock.now() };
    await handler?.handle(context, { userId: root.principal.id });
    await assert.rejects(bed.whois(zone, inside), refusal('request.unauthenticated'));
    assert.ok(await bed.identity.authenticator.current(portal, root.principal), 'the portal’s own session stays');
  });

  test('an operator enters with what operators hold; a refresh does not lengthen the hour', async () => {
    const { principal } = await as('student', { capabilities: ['operator'] }, portal);
    const { code } = (await bed.call(portal, 'POST /api/v1/auth/enter', { principal, body: { zoneId: 'univ', reason: 'Quota' } })).body as {
      code: string;
    };
    const inside = await bed.call(zone, 'POST /api/v1/auth/exchange', { body: { code } });
    const visitor = await bed.whois(zone, inside);
    assert.deepEqual([visitor?.role, visitor?.capabilities, visitor?.scopeOf('user:update')], ['student', ['operator'], undefined]);
    const cookies = { madang: inside.cookies[0]?.value ?? '' };
    bed.clock.advance(3000_000);
    const refreshed = await bed.call(zone, 'POST /api/v1/auth/refresh', { cookies });
    assert.equal(refreshed.cookies[0]?.maxAgeSeconds, 600);
    bed.clock.advance(600_000);
    await assert.rejects(
      bed.call(zone, 'POST /api/v1/auth/refresh', { cookies: { madang: refreshed.cookies[0]?.value ?? '' } }),
      refusal('identity.session_over'),
    );
    const late = (await bed.call(portal, 'POST /api/v1/auth/enter', { principal, body: { zoneId: 'univ', reason: 'Quota' } })).body as {
      code: string;
    };
    bed.clock.advance(60_000);
    await assert.rejects(bed.call(zone, 'POST /api/v1/auth/exchange', { body: late }), refusal('identity.link_invalid'));
  });
});
