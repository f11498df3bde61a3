import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';
import { belongingsOf, peopleOf } from './zone-fixtures.ts';
import { BehindTheScenes } from './zone-rows.ts';

const HERE = 'talk';
const THERE = 'univprep';

describe('row-level security of every table with a zone', () => {
  let madang: TestMadang;
  let scenes: BehindTheScenes;
  let tables: string[];

  before(async () => {
    madang = await startTestMadang({ everyFeature: true, args: ['--roles', 'web'] });
    for (const zone of [HERE, THERE]) {
      await belongingsOf(madang, zone, await madang.account(zone, 'student'), await peopleOf(madang, zone, zone), zone);
    }
    scenes = await BehindTheScenes.open(madang);
    tables = await scenes.zoneTables();
    await scenes.settledFingerprint(THERE);
  });
  after(async () => {
    await scenes?.close();
    await madang.close();
  });

  /** As the program, in a zone or in none; nothing of it stays. */
  async function asProgram<T>(zone: string | undefined, work: () => Promise<T>): Promise<T> {
    await scenes.client.query('begin');
    try {
      await scenes.client.query("select set_config('role', 'madang_app', true)");
      if (zone !== undefined) await scenes.client.query("select set_config('app.zone', $1, true)", [zone]);
      return await work();
    } finally {
      await scenes.client.query('rollback');
    }
  }
  const zonesSeen = async (table: string) =>
    (await scenes.rows<{ zone_id: string }>(`select distinct zone_id from ${table} order by 1`)).map((row) => row.zone_id);
  const refusal = async (text: string, ...values: unknown[]): Promise<string> => {
    try {
      await scenes.client.query(text, values);
      return 'done';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it('covers the tables people fill', () => {
    for (const table of [
      'identity.users',
      'identity.sessions',
      'chat.rooms',
      'chat.messages',
      'media.files',
      'audit.logs',
      'jobs.jobs',
      'events.outbox',
    ]) {
      assert.ok(tables.includes(table), `${table} of ${tables.join(' ')}`);
    }
  });

  it('without a zone there is nothing', async () => {
    for (const table of tables) {
      await asProgram(undefined, async () => assert.deepEqual(await zonesSeen(table), [], table));
      await asProgram('', async () => assert.deepEqual(await zonesSeen(table), [], table));
    }
  });

  it('in a zone there is that zone, and both zones had something to show', async () => {
    let shown = 0;
    for (const table of tables) {
      for (const zone of [HERE, THERE]) {
        const seen = await asProgram(zone, () => zonesSeen(table));
        assert.ok(
          seen.every((each) => each === zone),
          `${table} in ${zone}: ${seen}`,
        );
        shown += seen.length;
      }
    }
    assert.ok(shown >= 20, `${shown} tables had rows`);
  });

  it('a row for another zone is not written, and none of its rows is changed or taken away', async () => {
    for (const table of tables) {
      const [theirs] = await scenes.rows<{ row: unknown }>(`select to_jsonb(t) as row from ${table} t where zone_id = $1 limit 1`, THERE);
      const row = JSON.stringify(theirs?.row ?? { zone_id: THERE, at: new Date().toISOString() });
      const [written] = await scenes.rows<{ names: string }>(
        `select string_agg(quote_ident(attname), ', ' order by attnum) as names from pg_attribute
         where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
        table,
      );
      const insert = `insert into ${table} (${written?.names}) overriding system value
        select ${written?.names} from jsonb_populate_record(null::${table}, $1::jsonb)`;
      await asProgram(HERE, async () => assert.equal(await refusal(insert, row), '42501', `insert into ${table}`));
      for (const change of [`update ${table} set zone_id = zone_id where zone_id = $1`, `delete from ${table} where zone_id = $1`]) {
        await asProgram(HERE, async () => {
          const outcome = await scenes.client.query(change, [THERE]).catch((error: { code: string }) => error);
          const refused = 'code' in outcome && outcome.code === '42501';
          assert.ok(refused || ('rowCount' in outcome && outcome.rowCount === 0), change);
        });
      }
    }
  });

  it('a row does not move to another zone', async () => {
    for (const table of tables) {
      await asProgram(HERE, async () => {
        const [mine] = await scenes.rows(`select 1 from ${table} limit 1`);
        const outcome = await refusal(`update ${table} set zone_id = $1`, THERE);
        if (mine !== undefined) assert.equal(outcome, '42501', table);
      });
    }
  });

  it('no reference leads from a table with a zone to another one without the zone in it', async () => {
    // foreign keys are checked past row-level security
    const loose = await scenes.rows<{ name: string }>(
      `with zoned as (
         select attrelid, attnum from pg_attribute where attname = 'zone_id' and not attisdropped
       )
       select c.conrelid::regclass || ' ' || c.conname as name from pg_constraint c
       join zoned a on a.attrelid = c.conrelid join zoned b on b.attrelid = c.confrelid
       where c.contype = 'f' and (array_position(c.conkey, a.attnum) is distinct from array_position(c.confkey, b.attnum)
         or array_position(c.conkey, a.attnum) is null)`,
    );
    assert.deepEqual(loose, []);
  });

  it('what sees past it for the program is a short list, and each says the zone itself', async () => {
    const definers = await scenes.rows<{ name: string; source: string }>(
      `select n.nspname || '.' || p.proname as name, pg_get_functiondef(p.oid) as source from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where p.prosecdef and has_function_privilege('madang_app', p.oid, 'execute') and n.nspname not in ('pg_catalog', 'information_schema')
       order by 1`,
    );
    // makes and drops empty months, and reads no row
    const blind = ['video.keep_view_months'];
    const seeing = definers.filter((each) => !blind.includes(each.name));
    for (const { name, source } of seeing) {
      assert.match(source, /zone_id = madang\.zone\(\)|zone constant text := madang\.zone\(\)[\s\S]*zone_id = zone/, name);
    }
    assert.deepEqual(
      seeing.map((each) => each.name),
      [
        'chat.find_messages',
        'identity.find_people_by_name',
        'video.find_channels',

        'video.find_videos',
        'video.suggest',
      ],
    );
  });
});
