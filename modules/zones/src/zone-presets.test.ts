import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LOCALES, ZONE_ID_PATTERN } from '@madang/kernel';
import { updateZoneLimitsSchema, updateZoneSchema } from './contract.ts';
import { isHostPrefix, normalizeDomain } from './host-name.ts';
import { ZONE_PRESETS } from './zone-presets.ts';

describe('presets', () => {
  it('are eleven, each with its own id, hue and place, one portal', () => {
    assert.equal(ZONE_PRESETS.length, 11);
    for (const key of ['id', 'hue', 'position'] as const) assert.equal(new Set(ZONE_PRESETS.map((zone) => zone[key])).size, 11, key);
    assert.deepEqual(
      ZONE_PRESETS.filter((zone) => zone.portal).map((zone) => zone.id),
      ['dreamseed'],
    );
  });

  it('pass the schema a zone admin is held to, in every language', () => {
    for (const zone of ZONE_PRESETS) {
      assert.ok(ZONE_ID_PATTERN.test(zone.id) && !isHostPrefix(zone.id), zone.id);
      const { names, taglines, hue, features, limits } = zone;
      updateZoneSchema.parse({ version: 1, names, taglines, hue, features });
      updateZoneLimitsSchema.parse({ version: 1, ...limits });
      for (const locale of LOCALES) assert.ok(names[locale].length > 0 && taglines[locale].length > 0);
      for (const domain of zone.domains) assert.equal(normalizeDomain(domain), domain);
    }
  });

  it('have the nine domains of the city, two of them in kzone', () => {
    assert.equal(ZONE_PRESETS.flatMap((zone) => zone.domains).length, 9);
    assert.deepEqual(ZONE_PRESETS.find((zone) => zone.id === 'kzone')?.domains, ['my-ktube.com', 'my-ktube.ai']);
  });
});

describe('a change of settings', () => {
  it('keeps features in the order of the house and each once', () => {
    assert.deepEqual(updateZoneSchema.parse({ version: 1, features: ['exams', 'rooms', 'exams'] }).features, ['rooms', 'exams']);
  });

  it('refuses what is empty, unknown or out of range', () => {
    const text = { ko: '가', en: 'a', ja: 'あ', es: 'a' };
    for (const bad of [
      { version: 1 },
      { hue: 3 },
      { version: 1, hue: 360 },
      { version: 1, hue: 1.5 },
      { version: 1, features: ['everything'] },
      { version: 1, names: { ...text, ko: ' ' } },
      { version: 1, names: { ko: '가' } },
      { version: 1, names: { ...text, fr: 'a' } },
      { version: 1, limits: { seats: 1 } },
      { version: 1, portal: true },
    ]) {
      assert.equal(updateZoneSchema.safeParse(bad).success, false, JSON.stringify(bad));
    }
  });
});

describe('domains', () => {
  it('are stored in lower case and as xn--', () => {
    assert.equal(normalizeDomain(' UnivPrepAI.com. '), 'univprepai.com');
    assert.equal(normalizeDomain('마당.한국'), 'xn--ok1b32k.xn--3e0b707e');
  });
  for (const bad of ['', 'localhost', '127.0.0.1', 'a..b', '-a.com', 'a.com/x', 'a b.com', 'http://a.com', 'a.com:80', '[::1]']) {
    it(`refuse ${JSON.stringify(bad)}`, () => assert.equal(normalizeDomain(bad), undefined));
  }
});
