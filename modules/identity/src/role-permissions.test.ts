import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Capability, type Permission, ROLES, type Role, type Scope } from '@madang/kernel';
import { identityGrants, isAbove } from './identity-policies.ts';
import { rolePermissions } from './role-permissions.ts';

describe('the table of roles', () => {
  const table = rolePermissions([
    identityGrants,
    {
      zone_admin: [{ permission: 'room:*', scope: 'zone' }],
      student: [{ permission: 'room:create', scope: 'own' }],
      guest: [{ permission: 'room:read', scope: 'zone' }],
    },
    { student: [{ permission: 'room:read', scope: 'zone' }], creator: [{ permission: 'video:*', scope: 'own' }] },
  ]);
  const scope = (role: Role, permission: Permission, capabilities: Capability[] = []) => table.of(role, capabilities).scopeOf(permission);

  test('people, organizations and profiles are held as the document says', () => {
    const rows: [Permission, Partial<Record<Role, Scope>>][] = [
      ['org:read', { super_admin: 'zone', zone_admin: 'zone', org_admin: 'org' }],
      ['org:update', { super_admin: 'zone', zone_admin: 'zone', org_admin: 'org' }],
      ['org:create', { super_admin: 'zone', zone_admin: 'zone' }],
      ['org:delete', { super_admin: 'zone', zone_admin: 'zone' }],
      ['user:read', { super_admin: 'zone', zone_admin: 'zone', org_admin: 'org' }],
      ['user:create', { super_admin: 'zone', zone_admin: 'zone', org_admin: 'org' }],
      ['user:update', { super_admin: 'zone', zone_admin: 'zone', org_admin: 'org' }],
      ['user:delete', { super_admin: 'zone', zone_admin: 'zone' }],
      ['admin:read', { super_admin: 'zone', zone_admin: 'zone' }],
      ['student:read', { super_admin: 'zone', teacher: 'org', parent: 'own' }],
      ['link:create', { super_admin: 'zone', parent: 'own' }],
      ['zone:enter', { super_admin: 'zone' }],
      [
        'profile:update',
        { super_admin: 'zone', zone_admin: 'own', org_admin: 'own', teacher: 'own', student: 'own', parent: 'own', guest: 'own' },
      ],
      ['profile:read', { super_admin: 'zone', zone_admin: 'own', org_admin: 'own', teacher: 'own', student: 'own', parent: 'own' }],
      ['nothing:known', { super_admin: 'zone' }],
    ];
    for (const [permission, holders] of rows) {
      for (const role of ROLES) assert.equal(scope(role, permission), holders[role], `${role} ${permission}`);
    }
  });

  test('every account holds what a student holds; a guest does not', () => {
    for (const role of ROLES) assert.equal(scope(role, 'room:read'), 'zone', role);
    assert.equal(scope('teacher', 'room:create'), 'own');
    assert.equal(scope('guest', 'room:create'), undefined);
  });

  test('the widest scope counts, wildcards included', () => {
    assert.equal(scope('zone_admin', 'room:create'), 'zone');
    assert.equal(scope('student', 'video:upload'), undefined);
    assert.equal(scope('student', 'video:upload', ['creator']), 'own');
    assert.equal(scope('student', 'zone:enter', ['operator']), 'zone');
    assert.equal(scope('zone_admin', 'zone:enter'), undefined);
  });

  test('one object serves everyone of a combination', () => {
    assert.equal(table.of('student', ['creator', 'mentor']), table.of('student', ['mentor', 'creator']));
    assert.deepEqual(table.of('guest', []).list, ['profile:update', 'room:read']);
  });

  test('ranks', () => {
    assert.ok(isAbove('super_admin', 'zone_admin') && isAbove('zone_admin', 'org_admin') && isAbove('teacher', 'student'));
    assert.ok(!isAbove('parent', 'student') && !isAbove('student', 'parent') && !isAbove('guest', 'student'));
  });
});
