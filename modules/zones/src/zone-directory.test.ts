import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CityDb, hasCode, requestErrors, type Sql, silentLogger, type Zone, type ZoneDb } from '@madang/kernel';
import fc from 'fast-check';
import { fakeZone } from './testing.ts';
import { CachedZoneDirectory } from './zone-directory.ts';
import { ZONE_PRESETS } from './zone-presets.ts';

class CityOfRows {
  zones: Zone[];
  reads = 0;
  failing = false;

  constructor(zones: Zone[]) {
    this.zones = zones;
  }

  async one(): Promise<unknown> {
    if (this.failing) throw new Error('connection refused');
    return { revision: String(this.zones.reduce((sum, zone) => sum + zone.version, 0)) };
  }

  async many(query: Sql): Promise<unknown[]> {
    assert.equal(query.name, 'zones.list_city_zones');
    if (this.failing) throw new Error('connection refused');
    this.reads++;
    const rows = this.zones.map(({ apexToWww, ...zone }) => ({ ...zone, apex_to_www: apexToWww }));
    await Promise.resolve();
    return rows;
  }
}

function setUp(zones: Zone[], options: { scheme?: 'http' | 'https'; publicPort?: number; baseDomain?: string } = {}) {
  const city = new CityOfRows(zones);
  let now = 1_000_000;
  const directory = new CachedZoneDirectory({
    city: city as unknown as CityDb,
    zoneDb: (zoneId) => ({ zoneId }) as ZoneDb,
    clock: { now: () => new Date(now) },
    logger: silentLogger,
    baseDomain: 'localhost',
    scheme: 'http',
    publicPort: 3000,
    ...options,
  });
  const pass = (ms: number) => {
    now += ms;
  };
  return { city, directory, pass };
}

const presets = (): Zone[] => ZONE_PRESETS.map(({ position: _, ...zone }) => ({ ...zone, version: 1 }));
const shown = async (directory: CachedZoneDirectory, host: string | undefined) => {
  const match = await directory.findByHost(host);
  return match && [match.zone.id, match.prefix, match.redirectTo];
};

describe('host → zone', () => {
  const answered: [host: string, id: string, prefix: string, redirectTo?: string][] = [
    ['localhost', 'dreamseed', ''],
    ['localhost:3000', 'dreamseed', ''],
    ['LOCALHOST.', 'dreamseed', ''],
    ['127.0.0.1:3000', 'dreamseed', ''],
    ['[::1]', 'dreamseed', ''],
    ['[::1]:3000', 'dreamseed', ''],
    ['www.localhost', 'dreamseed', 'www'],
    ['dreamseed.localhost', 'dreamseed', ''],
    ['talk.localhost', 'talk', ''],
    ['talk.localhost:3000', 'talk', ''],
    ['Talk.LocalHost.:3000', 'talk', ''],
    ...['www', 'app', 'api', 'static', 'admin', 'sfu', 'vod'].map((p): [string, string, string] => [`${p}.talk.localhost:1`, 'talk', p]),
    ['univprepai.com', 'univprep', '', 'http://www.univprepai.com'],
    ['UNIVPREPAI.com.:3000', 'univprep', '', 'http://www.univprepai.com:3000'],
    ['www.univprepai.com', 'univprep', 'www'],
    ['api.univprepai.com', 'univprep', 'api'],
    ['admin.univprepai.com', 'univprep', 'admin'],
    ['www.my-ktube.com', 'kzone', 'www'],
    ['my-ktube.ai', 'kzone', '', 'http://www.my-ktube.com'],
    ['www.my-ktube.ai', 'kzone', 'www', 'http://www.my-ktube.com'],
    ['app.my-ktube.ai:3000', 'kzone', 'app', 'http://app.my-ktube.com:3000'],
    ['api.my-ktube.ai', 'kzone', 'api', 'http://api.my-ktube.com'],
    ['dreamseedai.com', 'dreamseed', '', 'http://www.dreamseedai.com'],
  ];
  for (const [host, ...expected] of answered) {
    it(`${host} → ${expected.join(' ')}`, async () => {
      assert.deepEqual(await shown(setUp(presets()).directory, host), [expected[0], expected[1], expected[2]]);
    });
  }

  const unanswered: (string | undefined)[] = [
    undefined,
    '',
    ' ',
    '.',
    '..',
    ':3000',
    'localhost:',
    'localhost:0',
    'localhost:65536',
    'localhost:3000:3000',
    'localhost, talk.localhost',
    ' talk.localhost',
    'talk.localhost\r\nx: y',
    'talk.localhost/admin',
    'talk.localhost#x',
    'user@talk.localhost',
    'talk..localhost',
    '-talk.localhost',
    'talk-.localhost',
    'talk_.localhost',
    'talk\u0000.localhost',
    'ｔａｌｋ.localhost',
    '마당.localhost',
    'tal%6b.localhost',
    'nobody.localhost',
    'www.nobody.localhost',
    'www.www.talk.localhost',
    'mail.talk.localhost',
    'talk.localhost.evil.example',
    'evil-localhost',
    'xlocalhost',
    'univprepai.com.evil.example',
    'evilunivprepai.com',
    'mail.univprepai.com',
    'app.app.univprepai.com',
    'www',
    'com',
    '127.0.0.2',
    '10.0.0.1',
    '169.254.169.254',
    '[::1',
    '::1',
    '[::2]',
    '[::ffff:127.0.0.1]',
    '2130706433',
    '0x7f.1',
    '__proto__.localhost',
    'constructor.localhost',
    'constructor',
    `${'a'.repeat(64)}.localhost`,
    `${'a.'.repeat(200)}localhost`,
  ];
  for (const host of unanswered) {
    it(`${JSON.stringify(host)?.slice(0, 60)} → nothing`, async () => {
      assert.equal(await shown(setUp(presets()).directory, host), undefined);
    });
  }

  it('dev. and staging. are zones of their own once they are in the table, even where a prefix would match', async () => {
    const { directory } = setUp([
      fakeZone('univ', { domains: ['univ.example'] }),
      fakeZone('univ-dev', { domains: ['dev.univ.example', 'admin.univ.example'], apexToWww: false }),
    ]);
    assert.deepEqual(await shown(directory, 'dev.univ.example'), ['univ-dev', '', undefined]);
    assert.deepEqual(await shown(directory, 'api.dev.univ.example'), ['univ-dev', 'api', undefined]);
    assert.deepEqual(await shown(directory, 'admin.univ.example'), ['univ-dev', '', 'http://dev.univ.example']);
    assert.deepEqual(await shown(directory, 'app.univ.example'), ['univ', 'app', undefined]);
  });

  it('a closed zone has neither hosts nor origins, and no portal means no bare host', async () => {
    const closed = fakeZone('gone', { status: 'closed', domains: ['gone.example'] });
    const { directory } = setUp([closed]);
    for (const host of ['gone.localhost', 'gone.example', 'www.gone.example', 'localhost']) {
      assert.equal(await shown(directory, host), undefined, host);
    }
    assert.equal(directory.allowsOrigin(closed, 'http://gone.localhost:3000'), false);
    assert.equal((await directory.findById('gone'))?.status, 'closed');
  });

  it('never throws and never leaves the table, whatever the host', async () => {
    const { directory } = setUp(presets());
    const ids = new Set(presets().map((zone) => zone.id));
    const part = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('talk', 'www', 'localhost', '.', ':', '3000', '[', ']', '::1'));
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
        const match = await directory.findByHost(parts.join(''));
        assert.ok(match === undefined || ids.has(match.zone.id));
      }),
    );
  });
});

describe('origins', () => {
  const origins: [zone: string, origin: string, allowed: boolean][] = [
    ['talk', 'http://talk.localhost:3000', true],
    ['talk', 'http://app.talk.localhost:3000', true],
    ['dreamseed', 'http://localhost:3000', true],
    ['dreamseed', 'http://127.0.0.1:3000', true],
    ['dreamseed', 'http://[::1]:3000', true],
    ['kzone', 'http://www.my-ktube.com:3000', true],
    ['kzone', 'http://app.my-ktube.ai:3000', true],
    ['talk', 'http://localhost:3000', false],
    ['talk', 'http://kzone.localhost:3000', false],
    ['talk', 'https://talk.localhost:3000', false],
    ['talk', 'http://talk.localhost', false],
    ['talk', 'http://talk.localhost:30000', false],
    ['talk', 'http://talk.localhost:13000', false],
    ['talk', 'http://talk.localhost:3000/', false],
    ['talk', 'http://TALK.localhost:3000', false],
    ['talk', 'http://talk.localhost.:3000', false],
    ['talk', 'http://evil.example/talk.localhost:3000', false],
    ['talk', 'http://talk.localhost:3000.evil.example:3000', false],
    ['talk', 'http://x@talk.localhost:3000', false],
    ['talk', 'null', false],
    ['talk', '', false],
    ['univprep', 'http://evilunivprepai.com:3000', false],
    ['univprep', 'http://www.univprepai.com.evil.example:3000', false],
  ];
  for (const [id, origin, allowed] of origins) {
    it(`${id} ${allowed ? 'allows' : 'refuses'} ${JSON.stringify(origin)}`, async () => {
      const { directory } = setUp(presets());
      const zone = await directory.findById(id);
      assert.ok(zone);
      assert.equal(directory.allowsOrigin(zone, origin), allowed);
    });
  }

  it('leaves out the standard port of its scheme', async () => {
    const { directory } = setUp(presets(), { scheme: 'https', publicPort: 443, baseDomain: 'city.example' });
    const zone = await directory.findById('talk');
    assert.ok(zone);
    assert.equal(directory.allowsOrigin(zone, 'https://talk.city.example'), true);
    assert.equal(directory.allowsOrigin(zone, 'https://talk.city.example:443'), false);
    assert.equal(directory.allowsOrigin(zone, 'http://talk.city.example'), false);
  });

  it('a link to a zone stays below the base domain for those who are there, else goes to its first domain', async () => {
    const { directory } = setUp(presets());
    const [portal, kzone] = [await directory.findById('dreamseed'), await directory.findById('kzone')];
    assert.ok(portal && kzone);
    assert.equal(directory.originOf(kzone, 'localhost:3000'), 'http://kzone.localhost:3000');
    assert.equal(directory.originOf(portal, 'talk.localhost:3000'), 'http://localhost:3000');
    assert.equal(directory.originOf(kzone, 'www.dreamseedai.com'), 'http://www.my-ktube.com:3000');
  });
});

describe('the directory in memory', () => {
  it('reads the zones once for many questions, and again when the versions moved, at most once a second', async () => {
    const { city, directory, pass } = setUp([fakeZone('talk')]);
    await Promise.all(Array.from({ length: 50 }, () => directory.findByHost('talk.localhost')));
    assert.equal(city.reads, 1);
    city.zones = [fakeZone('talk', { hue: 7, version: 2 })];
    assert.equal((await directory.findById('talk'))?.hue, 160);
    pass(1001);
    assert.equal((await directory.findById('talk'))?.hue, 7);
    pass(1001);
    await directory.list();
    assert.equal(city.reads, 2, 'nothing moved: only the sum was asked');
  });

  it('shows a change of any zone, not only of the one with the highest version', async () => {
    const { city, directory, pass } = setUp([fakeZone('old', { version: 9 }), fakeZone('young')]);
    await directory.list();
    city.zones = [fakeZone('old', { version: 9 }), fakeZone('young', { version: 2, hue: 3 })];
    pass(1001);
    assert.equal((await directory.findById('young'))?.hue, 3);
  });

  it('lets nobody see what was there before a drop while the zones are being read again', async () => {
    const { city, directory } = setUp([fakeZone('old', { portal: true })]);
    await directory.list();
    city.zones = [...city.zones, fakeZone('new')];
    directory.drop();
    const [first, second] = await Promise.all([directory.findById('new'), directory.findById('new')]);
    assert.equal(first?.id, 'new');
    assert.equal(second?.id, 'new');
  });

  it('dropped by the event, it reads at once', async () => {
    const { city, directory } = setUp([fakeZone('talk')]);
    await directory.list();
    city.zones = [fakeZone('talk', { hue: 8, version: 2 })];
    directory.drop();
    assert.equal((await directory.findById('talk'))?.hue, 8);
  });

  it('dropped while it reads, it reads once more', async () => {
    const { city, directory } = setUp([fakeZone('talk')]);
    const early = directory.findById('talk');
    city.zones = [fakeZone('talk', { hue: 9, version: 2 })];
    directory.drop();
    assert.equal((await early)?.hue, 9);
    assert.equal(city.reads, 2);
  });

  it('keeps the last known zones while the database is away, and takes up the change when it is back', async () => {
    const { city, directory, pass } = setUp([fakeZone('talk')]);
    await directory.list();
    city.failing = true;
    directory.drop();
    assert.equal((await directory.findById('talk'))?.hue, 160);
    city.failing = false;
    city.zones = [fakeZone('talk', { hue: 11, version: 2 })];
    pass(1001);
    assert.equal((await directory.findById('talk'))?.hue, 11);
  });

  it('without any zones known, the database error is told', async () => {
    const { city, directory } = setUp([]);
    city.failing = true;
    await assert.rejects(directory.list(), /connection refused/);
  });

  it('hands out one context per zone and version, over one database handle', async () => {
    const { city, directory } = setUp([fakeZone('talk')]);
    const first = await directory.context('talk');
    assert.equal(await directory.context('talk'), first);
    city.zones = [fakeZone('talk', { version: 2 })];
    directory.drop();
    const second = await directory.context('talk');
    assert.equal(second.zone.version, 2);
    assert.equal(second.db, first.db);
    await assert.rejects(directory.context('nowhere'), (error) => hasCode(error, requestErrors.zone_unknown));
  });
});
