import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { hasCode, policyAllows, requestErrors, silentLogger, sql } from '@madang/kernel';
import {
  type RecordingAudit,
  type RecordingEvents,
  recordingAudit,
  recordingEvents,
  type TestDatabase,
  testClock,
  testDatabase,
  testPrincipal,
} from '@madang/testing';
import type { CityZone } from './contract.ts';
import { createZonesModule, type ZonesModule, type ZonesModuleDeps } from './module.ts';
import type { ZoneActivity } from './zone-activity.ts';
import { zoneErrors } from './zone-errors.ts';
import { ZONE_PRESETS, type ZonePreset } from './zone-presets.ts';

const actor = { principal: testPrincipal({ role: 'zone_admin', zoneId: 'talk' }), ip: '127.0.0.1', userAgent: null };
const presetOf = (id: string): ZonePreset => {
  const found = ZONE_PRESETS.find((zone) => zone.id === id);
  assert.ok(found);
  return found;
};

describe('zones in the database', () => {
  let t: TestDatabase;
  let audit: RecordingAudit;
  let events: RecordingEvents;
  let zones: ZonesModule;

  const create = (rest: Partial<ZonesModuleDeps> = {}): ZonesModule =>
    createZonesModule({
      city: t.database.city(),
      zoneDb: (id) => t.database.zoneDb(id),
      audit,
      events,
      clock: testClock(),
      logger: silentLogger,
      publicPort: 3000,
      baseDomain: 'localhost',
      scheme: 'http',
      ...rest,
    });

  before(async () => {
    t = await testDatabase();
    audit = recordingAudit();
    events = recordingEvents();
    zones = create();
    for (const preset of ZONE_PRESETS) assert.equal(await zones.seedZone(preset), 'created');
  });
  after(() => t.close());

  const call = async (module: ZonesModule, key: string, input: object): Promise<{ status: number; body: unknown }> => {
    const found = module.module.routes?.find((each) => each.key === key);
    assert.ok(found, key);
    const reply = await found.handler(input as never);
    return {
      status: reply.status,
      body: found.spec.responses[reply.status] && (found.spec.responses[reply.status] as { parse(x: unknown): unknown }).parse(reply.body),
    };
  };

  it('stand in the order of the plan, with their domains, and are announced', async () => {
    const list = await zones.directory.list();
    assert.deepEqual(
      list.map((zone) => zone.id),
      ZONE_PRESETS.map((zone) => zone.id),
    );
    const { position: _, ...expected } = presetOf('kzone');
    assert.deepEqual(await zones.directory.findById('kzone'), { ...expected, version: 1 });
    assert.equal(events.published.filter((event) => event.name === 'zones.zone-changed').length, 11);
  });

  it('seeding again keeps what people have changed', async () => {
    const zone = await zones.directory.context('mpcstudy');
    await zones.updateZone(zone, actor, { version: 1, hue: 101 });
    assert.equal(await zones.seedZone(presetOf('mpcstudy')), 'kept');
    assert.equal((await zones.directory.findById('mpcstudy'))?.hue, 101);
  });

  it('refuses reserved ids, bad domains, domains of others; then nothing of the zone is made', async () => {
    const fresh = { ...presetOf('talk'), id: 'fresh', portal: false };
    const cases: [change: Partial<ZonePreset>, code: (typeof zoneErrors)[keyof typeof zoneErrors]][] = [
      [{ id: 'api' }, zoneErrors.id_reserved],
      [{ id: 'No' }, zoneErrors.id_reserved],
      [{ domains: ['127.0.0.1'] }, zoneErrors.domain_refused],
      [{ domains: ['fresh.localhost'] }, zoneErrors.domain_refused],
      [{ domains: ['fresh.example', 'my-ktube.ai'] }, zoneErrors.domain_taken],
    ];
    for (const [change, code] of cases) {
      await assert.rejects(zones.seedZone({ ...fresh, ...change }), (error) => hasCode(error, code), JSON.stringify(change));
    }
    assert.equal(await zones.directory.findById('fresh'), undefined);
    assert.equal(await zones.directory.findByHost('fresh.example'), undefined);
  });

  it('a zone sees and changes its own row and no other; without a zone there are none', async () => {
    const db = t.database.zoneDb('talk');
    assert.deepEqual(await db.many(sql('select zone_id from zones.zones')), [{ zone_id: 'talk' }]);
    assert.deepEqual(await db.many(sql('select domain from zones.domains')), []);
    assert.equal(await db.run(sql("update zones.zones set hue = 1 where zone_id = 'kzone'")), 0);
    assert.equal(await db.run(sql("delete from zones.domains where zone_id = 'kzone'")), 0);
    await assert.rejects(db.run(sql("update zones.zones set zone_id = 'talk2'")), /row-level security/);
    await assert.rejects(
      db.run(sql("insert into zones.domains (domain, zone_id, position) values ('x.example', 'kzone', 9)")),
      /row-level security/,
    );
    await assert.rejects(
      t.database.city().run({ name: 'zones.test_write', text: 'update zones.zones set hue = 1', values: [] }),
      /permission denied/,
    );
  });

  it('a change, its audit row and its event come together; this node shows it at once', async () => {
    const zone = await zones.directory.context('talk');
    const names = { ko: '말터', en: 'Talk', ja: 'トーク', es: 'Charla' };
    const body = { version: 1, names, hue: 170, features: ['rooms', 'video'] };
    const reply = await call(zones, 'PATCH /api/v1/admin/zone', { ...actor, zone, body });
    assert.equal(reply.status, 200);
    const seen = await zones.directory.findById('talk');
    assert.deepEqual([seen?.names, seen?.hue, seen?.features, seen?.version], [names, 170, ['rooms', 'video'], 2]);
    assert.deepEqual(seen?.taglines, presetOf('talk').taglines, 'what was not named stays');
    const entry = audit.entries.at(-1);
    assert.deepEqual([entry?.action, entry?.resourceType, entry?.resourceId, entry?.actor?.id], ['update', 'zone', 'talk', 'user_1']);
    assert.deepEqual(events.published.at(-1), { name: 'zones.zone-changed', payload: { zoneId: 'talk', version: 2 } });
  });

  it('a change made from an older version is refused with 409 and leaves no trace', async () => {
    const zone = await zones.directory.context('cotept');
    await zones.updateZone(zone, actor, { version: 1, hue: 1 });
    const before = [audit.entries.length, events.published.length];
    await assert.rejects(zones.updateZone(zone, actor, { version: 1, hue: 2 }), (error) => hasCode(error, requestErrors.conflict));
    assert.deepEqual([audit.entries.length, events.published.length], before);
    assert.equal((await zones.directory.findById('cotept'))?.hue, 1);
  });

  it('of two changes at once from one version, one is refused', async () => {
    const zone = await zones.directory.context('piyakast');
    const results = await Promise.allSettled([3, 4].map((hue) => zones.updateZone(zone, actor, { version: 1, hue })));
    assert.deepEqual(results.map((result) => result.status).sort(), ['fulfilled', 'rejected']);
  });

  it('limits change one by one, and say so in the audit', async () => {
    const zone = await zones.directory.context('univprep');
    const before = zone.zone.limits;
    await call(zones, 'PATCH /api/v1/admin/zone/limits', { ...actor, zone, body: { version: 1, seats: 5 } });
    assert.deepEqual((await zones.directory.findById('univprep'))?.limits, { ...before, seats: 5 });
    assert.deepEqual(audit.entries.at(-1)?.details, { seats: 5, version: 2 });
    assert.equal(audit.entries.at(-1)?.resourceType, 'zone-limits');
  });

  it('another node learns of it by the event', async () => {
    const other = create();
    await other.module.start?.();
    const zone = await zones.directory.context('mediprep');
    await zones.updateZone(zone, actor, { version: 1, hue: 190 });
    assert.equal((await other.directory.findById('mediprep'))?.hue, 186);
    const [handler] = other.module.handlers ?? [];
    await handler?.handle({} as never, { zoneId: 'mediprep', version: 2 });
    assert.equal((await other.directory.findById('mediprep'))?.hue, 190);
  });

  it('the city lists open zones with who is there and where they are', async () => {
    const activity: ZoneActivity = {
      online: async () =>
        new Map([
          ['talk', 3],
          ['kzone', 4],
        ]),
    };
    const { body } = await call(create({ activity }), 'GET /api/v1/city', { origin: 'http://localhost:3000' });
    const { items, online } = body as { items: CityZone[]; online: number };
    assert.equal(online, 7);
    assert.equal(items.length, 11);
    const kzone = items.find((zone) => zone.id === 'kzone');
    assert.deepEqual([kzone?.online, kzone?.origin, kzone?.highlight], [4, 'http://kzone.localhost:3000', null]);
    assert.ok(
      items.every((zone) => !('limits' in zone) && !('domains' in zone)),
      'the public sees no limits',
    );
  });

  it('the city stands even when nobody can say who is where', async () => {
    const activity: ZoneActivity = {
      online: async () => Promise.reject(new Error('redis is away')),
      highlights: async () => Promise.reject(new Error('so is this')),
    };
    const { body } = await call(create({ activity }), 'GET /api/v1/city', { origin: 'http://localhost:3000' });
    assert.equal((body as { online: number }).online, 0);
  });

  it('settings are for zone admins, limits for operators', () => {
    const roleGrants = zones.module.grants ?? {};
    const may = (person: Parameters<typeof testPrincipal>[0], key: string): boolean => {
      const found = zones.module.routes?.find((each) => each.key === key);
      assert.ok(found);
      return policyAllows(found.policy, testPrincipal({ ...person, roleGrants }));
    };
    assert.equal(may({ role: 'zone_admin' }, 'PATCH /api/v1/admin/zone'), true);
    assert.equal(may({ role: 'zone_admin' }, 'PATCH /api/v1/admin/zone/limits'), false);
    assert.equal(may({ role: 'zone_admin' }, 'GET /api/v1/admin/zones'), false);
    assert.equal(may({ role: 'student', capabilities: ['operator'] }, 'PATCH /api/v1/admin/zone/limits'), true);
    assert.equal(may({ role: 'student', capabilities: ['operator'] }, 'PATCH /api/v1/admin/zone'), false);
    for (const role of ['org_admin', 'teacher', 'student', 'parent', 'guest'] as const) {
      assert.equal(may({ role }, 'GET /api/v1/admin/zone'), false, role);
    }
  });
});
