/**
 * `node tools/generate-tables.ts [module…]` migrates a throw-away database and writes from it `modules/<m>/src/tables.ts` and,
 * when no module is named, `database/schema.sql`. With `--check` it writes nothing, says what differs and exits non-zero.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { describeDatabase } from './describe-database.ts';
import { tableTypes } from './generate-table-types.ts';
import { ROOT, startMigratedCluster } from './migrated-cluster.ts';

const check = process.argv.includes('--check');
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const modules = readdirSync(path.join(ROOT, 'modules')).filter((name) => existsSync(path.join(ROOT, 'modules', name, 'migrations')));
const unknown = named.filter((name) => !modules.includes(name));
if (unknown.length > 0) {
  console.error(`no module with migrations is called ${unknown.join(', ')}`);
  process.exit(1);
}

const cluster = await startMigratedCluster((folder) => named.length > 0 && !named.some((name) => folder.includes(`/modules/${name}/`)));
const client = new pg.Client({ connectionString: cluster.ownerUrl });
const expected = new Map<string, string>();
try {
  await client.connect();
  for (const [schema, text] of await tableTypes(client, named.length > 0 ? named : modules))
    expected.set(`modules/${schema}/src/tables.ts`, text);
  if (named.length === 0) expected.set('database/schema.sql', await describeDatabase(client));
} finally {
  await client.end();
  await cluster.close();
}

let stale = 0;
for (const [file, text] of expected) {
  const target = path.join(ROOT, file);
  const present = existsSync(target) ? readFileSync(target, 'utf8') : undefined;
  if (present === text) continue;
  stale++;
  if (check) {
    console.log(`${file} ${present === undefined ? 'is missing' : firstDifference(present, text)}`);
    continue;
  }
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
  console.log(`wrote ${file}`);
}
if (check && stale > 0) console.log('run `node tools/generate-tables.ts` and commit what it writes');
process.exitCode = check && stale > 0 ? 1 : 0;

function firstDifference(present: string, wanted: string): string {
  const [old, fresh] = [present.split('\n'), wanted.split('\n')];
  const line = fresh.findIndex((text, index) => text !== old[index]);
  const at = line === -1 ? fresh.length : line;
  const more = new Set(old).symmetricDifference(new Set(fresh)).size;
  return `differs in about ${more} lines, first at line ${at + 1}:\n  - ${old[at] ?? '(end)'}\n  + ${fresh[at] ?? '(end)'}`;
}
