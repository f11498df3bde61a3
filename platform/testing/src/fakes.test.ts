import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defineEvent, type Queries } from '@madang/kernel';
import { z } from 'zod';
import { recordingAudit, recordingEvents, testClock, testPrincipal, testZone } from './index.ts';

const tx: Queries = {
  many: () => assert.fail('a fake asks no database'),
  maybeOne: () => assert.fail('a fake asks no database'),
  one: () => assert.fail('a fake asks no database'),
  run: () => assert.fail('a fake asks no database'),
};

describe('test clock', () => {
  it('stands still until it is moved', () => {
    const clock = testClock('2026-11-21T09:00:00Z');
    assert.equal(clock.now().getTime(), clock.now().getTime());
    clock.advance(1_500);
    assert.equal(clock.now().toISOString(), '2026-11-21T09:00:01.500Z');
    clock.set(new Date(0));
    assert.equal(clock.now().getTime(), 0);
    clock.now().setFullYear(1999);
    assert.equal(clock.now().getTime(), 0);
  });
});

describe('test principal', () => {
  it('holds what it was given, in the widest scope, and nothing else', () => {
    const person = testPrincipal({
      role: 'teacher',
      capabilities: ['mentor'],
      grants: [{ permission: 'room:read', scope: 'own' }],
      roleGrants: {
        teacher: [{ permission: 'room:*', scope: 'org' }],
        student: [{ permission: 'exam:read', scope: 'zone' }],
        mentor: [{ permission: 'live:host', scope: 'own' }],
      },
    });
    assert.equal(person.scopeOf('room:read'), 'org');
    assert.equal(person.scopeOf('live:host'), 'own');
    assert.equal(person.scopeOf('exam:read'), undefined);
  });

  it('makes a guest a guest', () => {
    const guest = testPrincipal({ role: 'guest', zoneId: 'talk' });
    assert.deepEqual([guest.kind, guest.id, guest.zoneId], ['guest', 'guest_1', 'talk']);
    assert.equal(testPrincipal({ id: 'user_7' }).id, 'user_7');
  });
});

describe('recordings', () => {
  it('keep what was recorded in order', async () => {
    const audit = recordingAudit();
    await audit.record(tx, { action: 'login', resourceType: 'session' });
    await audit.record(tx, { action: 'logout', resourceType: 'session' });
    assert.deepEqual(
      audit.entries.map(({ action }) => action),
      ['login', 'logout'],
    );
  });

  it('refuse an event whose payload its schema refuses', async () => {
    const events = recordingEvents();
    const renamed = defineEvent('demo.renamed', z.object({ id: z.string() }));
    await events.publish(tx, renamed, { id: 'a' });
    await assert.rejects(events.publish(tx, renamed, { id: 7 } as never));
    assert.deepEqual(events.published, [{ name: 'demo.renamed', payload: { id: 'a' } }]);
  });
});

describe('test zone', () => {
  it('takes overrides', () => {
    assert.deepEqual(
      [testZone('talk', { hue: 12 }).id, testZone('talk', { hue: 12 }).hue, testZone().features.length > 0],
      ['talk', 12, true],
    );
  });
});
