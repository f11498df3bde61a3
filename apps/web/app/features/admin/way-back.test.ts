import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Member } from '@madang/identity/contract';
import { wayBack } from './way-back.ts';

const member: Member = {
  id: 'user_1',
  name: '지우',
  colour: 1,
  avatarUrl: null,
  role: 'student',
  guest: false,
  email: null,
  capabilities: ['mentor'],
  organization: { id: 'org_1', name: 'A' },
  status: 'active',
  createdAt: '2026-11-21T00:00:00.000Z',
  lastSeenAt: null,
};

describe('the way back from a change of a member', () => {
  it('touches only what the change touched', () => {
    assert.deepEqual(wayBack(member, { role: 'teacher' }), { role: 'student' });
    assert.deepEqual(wayBack(member, { orgId: null, capabilities: [] }), { orgId: 'org_1', capabilities: ['mentor'] });
    assert.deepEqual(wayBack({ ...member, organization: null }, { orgId: 'org_2' }), { orgId: null });
  });
  it('lets an invited person wait again, and a suspended one stay so', () => {
    assert.deepEqual(wayBack({ ...member, status: 'invited' }, { status: 'suspended' }), { status: 'active' });
    assert.deepEqual(wayBack({ ...member, status: 'suspended' }, { status: 'active' }), { status: 'suspended' });
  });
});
