import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  type AuditEntry,
  enforcePolicy,
  hasCode,
  type Principal,
  type Reply,
  type RouteDefinition,
  type RouteInput,
  requestErrors,
  silentLogger,
  type ZoneContext,
} from '@madang/kernel';
import { type TestDatabase, testClock, testDatabase, testPrincipal } from '@madang/testing';
import { type AuditLog, auditEndpoints } from './contract.ts';
import { createAuditModule } from './module.ts';

const { query: querySchema } = auditEndpoints['GET /api/v1/admin/audit-logs'];

describe('GET /api/v1/admin/audit-logs', () => {
  let t: TestDatabase;
  let univ: ZoneContext;
  let talk: ZoneContext;
  let route: RouteDefinition;
  let zoneAdmin: Principal;
  let orgAdmin: Principal;
  const clock = testClock('2026-11-20T23:00:00.000Z');

  before(async () => {
    t = await testDatabase();
    univ = t.zone('univ');
    talk = t.zone('talk');
    const audit = createAuditModule({ city: t.database.city(), clock, logger: silentLogger });
    const [found] = audit.module.routes ?? [];
    assert.ok(found);
    route = found;
    const { grants: roleGrants } = audit.module;
    zoneAdmin = testPrincipal({ role: 'zone_admin', roleGrants });
    orgAdmin = testPrincipal({ role: 'org_admin', orgId: 'org_1', roleGrants });
    const write = (zone: ZoneContext, entry: Partial<AuditEntry>) =>
      zone.db.transaction((tx) => audit.writer.record(tx, { action: 'create', resourceType: 'room', ...entry }));
    // Twelve rows, ten minutes apart, from 23:00 on the 20th to 00:50 on the 21st; two of them at one instant.
    for (let n = 0; n < 12; n++) {
      await write(univ, {
        resourceId: `room_${n}`,
        action: n % 3 === 0 ? 'delete' : 'create',
        actor: { id: `user_${n % 2}`, orgId: n < 4 ? 'org_1' : 'org_2' },
      });
      if (n !== 7) clock.advance(600_000);
    }
    await write(talk, { resourceId: 'room_other' });
  });
  after(() => t.close());

  const call = async (query: Record<string, string>, principal = zoneAdmin, zone = univ): Promise<Reply & { items: AuditLog[] }> => {
    enforcePolicy(route.policy, principal);
    const input = { zone, principal, query: querySchema.parse(query) } as unknown as RouteInput<RouteDefinition['spec']>;
    const reply = await route.handler(input);
    const { items } = auditEndpoints['GET /api/v1/admin/audit-logs'].responses[200].parse(reply.body);
    return { ...reply, items };
  };
  const rooms = async (query: Record<string, string>, principal = zoneAdmin) =>
    (await call(query, principal)).items.map((item) => Number(item.resourceId?.slice('room_'.length)));

  it('lists the zone newest first', async () => {
    const listed = await rooms({});
    assert.deepEqual(
      listed.toSorted((a, b) => b - a),
      [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    );
    assert.deepEqual([...listed.slice(0, 3), ...listed.slice(5)], [11, 10, 9, 6, 5, 4, 3, 2, 1, 0]);
    assert.deepEqual(
      (await call({}, zoneAdmin, talk)).items.map((item) => item.resourceId),
      ['room_other'],
    );
  });

  it('says all there is to a row', async () => {
    const [item] = (await call({ limit: '1' })).items;
    assert.ok(item?.id.startsWith('audit_'));
    assert.deepEqual(
      { ...item, id: '' },
      {
        id: '',
        at: '2026-11-21T00:40:00.000Z',
        userId: 'user_1',
        orgId: 'org_2',
        action: 'create',
        resourceType: 'room',
        resourceId: 'room_11',
        ip: null,
        userAgent: null,
        details: {},
        chainNo: null,
      },
    );
  });

  it('pages without repeating or skipping, within an instant too', async () => {
    const whole = await rooms({});
    for (const limit of ['1', '4', '5', '12']) {
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await call({ limit, ...(cursor !== undefined && { cursor }) });
        seen.push(...page.items.map((item) => Number(item.resourceId?.slice('room_'.length))));
        cursor = page.headers?.['X-Next-Cursor'];
      } while (cursor !== undefined);
      assert.deepEqual(seen, whole, `pages of ${limit}`);
    }
  });

  const filters: [query: Record<string, string>, expected: number[]][] = [
    [{ user_id: 'user_0', action: 'delete' }, [6, 0]],
    [{ action: 'delete' }, [9, 6, 3, 0]],
    [{ action: 'none' }, []],
    [{ start_date: '2026-11-21' }, [11, 10, 9, 8, 7, 6]],
    [{ end_date: '2026-11-20' }, [5, 4, 3, 2, 1, 0]],
    [{ start_date: '2026-11-20', end_date: '2026-11-20', user_id: 'user_1' }, [5, 3, 1]],
    [{ start_date: '2026-11-21T08:20:00+09:00', end_date: '2026-11-20T23:40:00Z' }, [4, 3, 2]],
    [{ start_date: '2026-11-22' }, []],
    [{ start_date: '0000-01-01', end_date: '9999-12-31', action: 'delete' }, [9, 6, 3, 0]],
    [{ end_date: '1969-01-01' }, []],
  ];
  for (const [query, expected] of filters) {
    it(`filters by ${JSON.stringify(query)}`, async () => {
      assert.deepEqual(
        (await rooms(query)).toSorted((a, b) => b - a),
        expected,
      );
    });
  }

  it('shows an organization admin the own organization only', async () => {
    assert.deepEqual(await rooms({}, orgAdmin), [3, 2, 1, 0]);
    assert.deepEqual(await rooms({ user_id: 'user_1' }, orgAdmin), [3, 1]);
    await assert.rejects(call({}, { ...orgAdmin, orgId: null }), (error) => hasCode(error, requestErrors.forbidden));
  });

  it('refuses everyone else', async () => {
    for (const role of ['teacher', 'student', 'parent', 'guest'] as const) {
      await assert.rejects(call({}, testPrincipal({ role })), (error) => hasCode(error, requestErrors.forbidden), role);
    }
    assert.throws(
      () => enforcePolicy(route.policy, undefined),
      (error) => hasCode(error, requestErrors.unauthenticated),
    );
  });

  it('refuses an end before the start, naming the field', async () => {
    await assert.rejects(call({ start_date: '2026-11-21', end_date: '2026-11-20' }), (error) => {
      return hasCode(error, requestErrors.invalid) && error.details.fields?.[0]?.path === 'query.end_date';
    });
  });

  for (const cursor of [
    '',
    'x',
    'MTIzLg',
    Buffer.from('99999999999999.audit_1').toString('base64url'),
    Buffer.from(`1.a' or 1=1`).toString('base64url'),
  ]) {
    it(`refuses the cursor '${cursor}'`, async () => {
      await assert.rejects(call({ cursor }), (error) => hasCode(error, requestErrors.invalid));
    });
  }

  for (const query of [
    { start_date: 'yesterday' },
    { start_date: '2026-13-01' },
    { end_date: '2026-02-30' },
    { end_date: '2026-11-21T09:00:00' },
    { limit: '0' },
    { limit: '101' },
    { limit: 'many' },
    { user_id: '' },
    { action: 'x'.repeat(101) },
  ]) {
    it(`does not take ${JSON.stringify(query).slice(0, 60)}`, () => {
      assert.equal(querySchema.safeParse(query).success, false);
    });
  }
});
