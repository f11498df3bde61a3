import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { AuditLog } from '@madang/audit/contract';
import { namesWanted, SENTENCES, sentenceOf } from './audit-sentence.ts';

const row = (resourceType: string, action: string, details: Record<string, unknown> = {}, more: Partial<AuditLog> = {}): AuditLog => ({
  id: 'audit_1',
  at: '2026-11-21T10:00:00.000Z',
  userId: 'user_a',
  orgId: null,
  action,
  resourceType,
  resourceId: 'user_b',
  ip: null,
  userAgent: null,
  details,
  chainNo: 1,
  ...more,
});
const key = (...given: Parameters<typeof row>) => sentenceOf(row(...given)).key;

describe('what a row of the audit log says', () => {
  it('tells the ways in apart', () => {
    assert.equal(key('session', 'login', { method: 'password' }), 'login_password');
    assert.equal(key('session', 'login', { method: 'password', mergedGuest: 'guest_1' }), 'login_merged');
    assert.equal(key('session', 'login', { method: 'guest' }), 'login_guest');
    assert.equal(key('session', 'login', { method: 'invitation' }), 'login_invitation');
  });
  it('names what changed about a person', () => {
    const change = (from: object, to: object) => key('user', 'update', { from, to });
    assert.equal(change({ role: 'student', status: 'active' }, { role: 'teacher', status: 'active' }), 'user_role');
    assert.equal(change({ role: 'student', status: 'active' }, { role: 'student', status: 'suspended' }), 'user_suspended');
    assert.equal(change({ role: 'student', status: 'suspended' }, { role: 'student', status: 'active' }), 'user_reactivated');
    assert.equal(change({ role: 'student', status: 'active' }, { role: 'student', status: 'active' }), 'user_changed');
  });
  it('marks refusals, also of nobody in particular', () => {
    const denied = row('route', 'permission_denied', { code: 'request.forbidden' }, { resourceId: 'GET /api/v1/admin/zone' });
    assert.deepEqual([sentenceOf(denied).key, sentenceOf(denied).bad], ['permission_denied', true]);
    assert.equal(sentenceOf({ ...denied, userId: null }).key, 'permission_denied_nobody');
  });
  it('says something of rows it does not know, and survives details of any shape', () => {
    assert.deepEqual(sentenceOf(row('exam', 'published')).parts.action, { kind: 'text', text: 'exam:published' });
    assert.equal(key('user', 'update', { from: 3, to: null }), 'user_changed');
    assert.equal(key('room', 'unheard_of'), 'other');
  });
  it('asks once for every name', () => {
    const rows = [
      row('room', 'ban', { userId: 'user_c' }, { resourceId: 'room_1' }),
      row('room', 'mute', { userId: 'user_c' }, { resourceId: 'room_1' }),
    ];
    assert.deepEqual(namesWanted(rows), { people: ['user_a', 'user_c'], rooms: ['room_1'], organizations: [] });
  });
  it('has words for every sentence, with the holes its parts fill', () => {
    const { audit } = JSON.parse(readFileSync(new URL('./words/en.json', import.meta.url), 'utf8')) as {
      audit: { says: Record<string, string> };
    };
    for (const sentence of SENTENCES) assert.ok(audit.says[sentence] ?? audit.says[`${sentence}_other`], sentence);
  });
});
