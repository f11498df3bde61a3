import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { email, identityEndpoints, organizationName, personName } from './contract.ts';

describe('the wire', () => {
  test('names are one composed line', () => {
    assert.equal(personName.parse('  민아 '.normalize('NFD')), '민아');
    for (const bad of ['', '   ', 'a\u0000b', 'a\nb', 'a\u2028b', 'x'.repeat(41)]) assert.equal(personName.safeParse(bad).success, false);
    assert.equal(organizationName.safeParse('a\u0000').success, false);
  });

  test('e-mail is lower case and one address', () => {
    assert.equal(email.parse(' Mina@Example.ORG '), 'mina@example.org');
    for (const bad of ['', 'x', 'a@b', 'a@b.c, d@e.f', `${'x'.repeat(250)}@example.org`]) assert.equal(email.safeParse(bad).success, false);
  });

  test('a change that changes nothing is refused; unknown roles and the guest’s are not given', () => {
    const change = identityEndpoints['PATCH /api/v1/admin/members/:userId'].body;
    assert.equal(change.safeParse({}).success, false);
    assert.equal(change.safeParse({ role: 'guest' }).success, false);
    assert.equal(change.safeParse({ orgId: null }).success, true);
    assert.equal(
      identityEndpoints['POST /api/v1/admin/members'].body.safeParse({ email: 'a@b.co', name: 'A', role: 'super_admin' }).success,
      false,
    );
    assert.equal(identityEndpoints['PATCH /api/v1/users/me'].body.safeParse({ role: 'zone_admin' }).success, false);
  });

  test('lists are fifty by default and a hundred at most', () => {
    const { query } = identityEndpoints['GET /api/v1/admin/members'];
    assert.equal(query.parse({}).limit, 50);
    assert.equal(query.safeParse({ limit: '101' }).success, false);
  });
});
