import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chainHash, GENESIS } from './audit-chain.ts';
import { type AuditRow, storableDetails, storableText } from './audit-row.ts';

const row: AuditRow = {
  zoneId: 'univ',
  at: new Date('2026-11-21T09:00:00.123Z'),
  id: 'audit_1',
  userId: 'user_1',
  orgId: null,
  action: 'update',
  resourceType: 'zone',
  resourceId: 'univ',
  ip: '127.0.0.1',
  userAgent: null,
  details: { b: [1, { z: 1, y: 2 }], a: 'x' },
};

describe('audit row', () => {
  it('keeps text that fits and cuts what does not, between characters', () => {
    assert.equal(storableText('마당', 2), '마당');
    assert.equal(storableText('마당마당', 3), '마당마');
    assert.equal(storableText('a😀b', 2), 'a😀');
  });

  it('replaces what PostgreSQL cannot store', () => {
    assert.equal(storableText('a\0b', 10), 'a\ufffdb');
    assert.equal(storableText('a\ud800b', 10), 'a\ufffdb');
    assert.equal(storableDetails({ tried: 'a\0b\udc00' }), '{"tried":"a\ufffdb\ufffd"}');
  });

  it('keeps details up to 4 KiB and the names of larger ones', () => {
    const fits = { text: 'x'.repeat(4_000) };
    assert.equal(storableDetails(fits), JSON.stringify(fits));
    assert.equal(storableDetails(undefined), '{}');
    assert.deepEqual(JSON.parse(storableDetails({ text: '가'.repeat(2_000), n: 1 })), {
      truncated: true,
      bytes: 6_017,
      members: ['text', 'n'],
    });
  });
});

describe('audit chain', () => {
  it('hashes the same whatever order details come in', () => {
    assert.equal(chainHash(GENESIS, 1, row), chainHash(GENESIS, 1, { ...row, details: { a: 'x', b: [1, { y: 2, z: 1 }] } }));
  });

  it('tells every member of a row apart', () => {
    const others: Partial<AuditRow>[] = [
      { zoneId: 'talk' },
      { at: new Date('2026-11-21T09:00:00.124Z') },
      { id: 'audit_2' },
      { userId: null },
      { orgId: 'user_1', userId: null },
      { action: 'delete' },
      { resourceType: 'room' },
      { resourceId: null },
      { ip: null },
      { userAgent: '127.0.0.1', ip: null },
      { details: { b: [1, { z: 1, y: 2 }], a: 'y' } },
      { details: { b: [1, { z: 1, y: '2' }], a: 'x' } },
      { details: { b: [1, ['y', 2], ['z', 1]], a: 'x' } },
    ];
    const hashes = [row, ...others.map((other) => ({ ...row, ...other }))].map((each) => chainHash(GENESIS, 1, each));
    assert.equal(new Set(hashes).size, hashes.length);
  });

  it('depends on the place and on what stands before', () => {
    const hash = chainHash(GENESIS, 1, row);
    assert.match(hash, /^[0-9a-f]{64}$/);
    assert.notEqual(hash, chainHash(GENESIS, 2, row));
    assert.notEqual(hash, chainHash(hash, 1, row));
  });
});
