import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { AUDIT_CITY_STATEMENTS } from '@madang/audit';
import { EVENT_CITY_STATEMENTS } from '@madang/events';
import { SIGNING_KEY_STATEMENTS } from '@madang/identity';
import { JOB_CITY_STATEMENTS } from '@madang/jobs';
import { findCityRevision, listCityZones } from '@madang/zones';
import { CITY_STATEMENTS } from '../../apps/server/src/city-statements.ts';
import { startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';
import { BehindTheScenes } from './zone-rows.ts';

const ROOT = path.join(import.meta.dirname, '../..');

/** What a view of the whole city may touch. */
const OPENED = [
  'audit.chain_heads',
  'audit.logs',
  'events.deferred',
  'events.outbox',
  'events.parked',
  'events.positions',
  'identity.signing_keys',
  'jobs.jobs',
  'jobs.ticks',
  'zones.domains',
  'zones.zones',
];

/** The text of each named statement in the source of modules and platform. */
function statementTexts(): Map<string, string> {
  const texts = new Map<string, string>();
  for (const file of globSync('{modules,platform}/*/src/**/*.ts', { cwd: ROOT })) {
    const source = readFileSync(path.join(ROOT, file), 'utf8');
    for (const match of source.matchAll(/statement<[\s\S]*?>\(\s*'([a-z0-9_.]+)',\s*(?:`([\s\S]*?)`|'([^']*)'|"([^"]*)")/g)) {
      const text = match[2] ?? match[3] ?? (match[4] as string);
      // lists of columns have names of their own in the same file
      const whole = text.replaceAll(/\$\{([A-Z_]+)\}/g, (_, name: string) => {
        const constant = new RegExp(`const ${name} =\\s*(?:\`([^\`]*)\`|'([^']*)'|"([^"]*)")`).exec(source);
        return constant?.[1] ?? constant?.[2] ?? constant?.[3] ?? '';
      });
      texts.set(match[1] as string, whole);
    }
  }
  return texts;
}

describe('what crosses zones', () => {
  let madang: TestMadang;
  let scenes: BehindTheScenes;
  before(async () => {
    madang = await startTestMadang({ everyFeature: true, args: ['--roles', 'web'] });
    scenes = await BehindTheScenes.open(madang);
  });
  after(async () => {
    await scenes?.close();
    await madang.close();
  });

  it('is what the modules export, each name once', () => {
    const exported = [
      listCityZones().name,
      findCityRevision().name,
      ...EVENT_CITY_STATEMENTS,
      ...JOB_CITY_STATEMENTS,
      ...AUDIT_CITY_STATEMENTS,
      ...SIGNING_KEY_STATEMENTS,
    ];
    assert.deepEqual([...CITY_STATEMENTS].sort(), exported.sort());
    assert.equal(new Set(CITY_STATEMENTS).size, CITY_STATEMENTS.length);
  });

  it('is refused under any other name, or none', async () => {
    const city = madang.running.house.database.city();
    for (const query of [
      { text: 'select 1', values: [] },
      { name: 'chat.find_access', text: 'select 1', values: [] },
    ]) {
      await assert.rejects(city.many(query), /not in the list of city statements/);
      await assert.rejects(
        city.transaction((tx) => tx.many(query)),
        /not in the list of city statements/,
      );
    }
  });

  it('the role of the city is granted the opened tables and no others', async () => {
    const reachable = await scenes.rows<{ name: string }>(
      `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema')
         and (has_any_column_privilege('madang_city', c.oid, 'select, insert, update') or has_table_privilege('madang_city', c.oid, 'delete, truncate'))
       order by 1`,
    );
    assert.deepEqual(
      reachable.map((row) => row.name),
      OPENED,
    );
  });

  it('every statement of the list is planned by that role, so it touches nothing else', async () => {
    const texts = statementTexts();
    for (const { name = '', text } of [listCityZones(), findCityRevision()]) texts.set(name, text); // composed of parts
    for (const name of CITY_STATEMENTS) {
      const text = texts.get(name);
      assert.ok(text, `${name} was not found in the source`);
      await scenes.client.query('begin');
      try {
        await scenes.client.query('set local role madang_city');
        await scenes.client.query(`explain (generic_plan) ${text}`);
      } catch (error) {
        assert.fail(`${name}: ${(error as Error).message}`);
      } finally {
        await scenes.client.query('rollback');
      }
    }
  });
});
