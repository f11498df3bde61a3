// Lays out a module: `node tools/new-module.ts labs`. What it writes type-checks; the lines it prints are the wiring.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const name = process.argv[2] ?? '';
if (!/^[a-z][a-z]{1,20}$/.test(name)) {
  console.error('Usage: node tools/new-module.ts <name>   (one lower-case word, the capability it is)');
  process.exit(2);
}
const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(root, 'modules', name);
if (existsSync(folder)) {
  console.error(`modules/${name} is there already`);
  process.exit(1);
}
const pascal = name.slice(0, 1).toUpperCase() + name.slice(1);
const stamp = new Date().toISOString().slice(0, 16).replaceAll('-', '').replace('T', '_').replace(':', '');
const singular = name.endsWith('s') ? name.slice(0, -1) : `${name}-item`;
const variable = singular.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

const files: Record<string, string> = {
  'package.json': `${JSON.stringify(
    {
      name: `@madang/${name}`,
      version: '0.1.0',
      private: true,
      type: 'module',
      license: 'Apache-2.0',
      exports: { '.': './src/index.ts', './contract': './src/contract.ts', './testing': './src/testing.ts' },
      dependencies: { '@madang/db': '*', '@madang/kernel': '*', zod: '4.6.7' },
      devDependencies: { '@madang/testing': '*' },
    },
    null,
    2,
  )}\n`,
  'README.md': `# ${name}

Purpose: what a person can do because this module exists.

Words: the terms it adds to GLOSSARY.md. Invariants: what is always true. Refuses: what it says no to, and with which code.
`,
  [`migrations/${stamp}_${name}_ground.sql`]: `create schema ${name};
grant usage on schema ${name} to madang_app, madang_city;

create table ${name}.${name} (
  zone_id text not null,
  id text primary key,
  owner_id text not null,
  name text not null check (length(name) between 1 and 100),
  created_at timestamptz not null default now(),
  unique (zone_id, id)
);
create index on ${name}.${name} (zone_id, created_at desc);
select madang.isolate('${name}.${name}');
`,
  'src/contract.ts': `import { endpoints, ID_PATTERN } from '@madang/kernel';
import { z } from 'zod';

export const ${variable}Schema = z.object({ id: z.string(), name: z.string(), createdAt: z.iso.datetime() });
export type ${pascal}Item = z.infer<typeof ${variable}Schema>;

export const ${name}Endpoints = endpoints({
  'GET /api/v1/${name}/:${variable}Id': {
    summary: 'One ${singular}',
    params: z.object({ ${variable}Id: z.string().regex(ID_PATTERN) }),
    responses: { 200: ${variable}Schema },
  },
});
`,
  [`src/${name}-errors.ts`]: `import { defineErrors } from '@madang/kernel';

export const ${name}Errors = defineErrors('${name}', {
  not_found: {
    status: 404,
    title: 'No such ${singular} in this zone',
    message: { ko: '찾을 수 없어요.', en: 'Not found.', ja: '見つかりません。', es: 'No se encontró.' },
  },
});
`,
  [`src/find-${singular}.route.ts`]: `import { fail, ok, permits, type RouteDefinition, route, statement } from '@madang/kernel';
import { ${name}Endpoints } from './contract.ts';
import { ${name}Errors } from './${name}-errors.ts';

const find = statement<{ id: string; name: string; createdAt: Date }, [id: string]>(
  '${name}.find',
  'select id, name, created_at as "createdAt" from ${name}.${name} where id = $1',
);

export function find${pascal}Route(): RouteDefinition {
  return route(${name}Endpoints, 'GET /api/v1/${name}/:${variable}Id', {
    policy: permits('${singular}:read'),
    tag: '${name}',
    handler: async ({ zone, params }) => {
      const found = await zone.db.maybeOne(find(params.${variable}Id));
      if (found === undefined) fail(${name}Errors.not_found);
      return ok({ ...found, createdAt: found.createdAt.toISOString() });
    },
  });
}
`,
  'src/module.ts': `import type { MadangModule, RoleGrants } from '@madang/kernel';
import { find${pascal}Route } from './find-${singular}.route.ts';

const grants: RoleGrants = {
  student: [{ permission: '${singular}:read', scope: 'zone' }],
};

export function create${pascal}Module(): { readonly module: MadangModule } {
  return { module: { name: '${name}', routes: [find${pascal}Route()], grants } };
}
`,
  'src/index.ts': `export { create${pascal}Module } from './module.ts';\n`,
  'src/testing.ts': `import { newId, sql, type ZoneContext } from '@madang/kernel';

/** One of everything a route parameter can name; the isolation walk fills paths from it. */
export async function isolationFixtures(zone: ZoneContext): Promise<Record<string, string>> {
  const ${variable}Id = newId('${singular.slice(0, 8).replaceAll('-', '')}');
  await zone.db.run(sql('insert into ${name}.${name} (zone_id, id, owner_id, name) values (madang.zone(), $1, $2, $3)', ${variable}Id, newId('user'), 'fixture'));
  return { ${variable}Id };
}
`,
};

for (const [file, text] of Object.entries(files)) {
  const at = path.join(folder, file);
  mkdirSync(path.dirname(at), { recursive: true });
  writeFileSync(at, text);
}
execFileSync(path.join(root, 'node_modules/.bin/biome'), ['check', '--write', folder], { stdio: 'ignore' });
console.log(`modules/${name} is laid out. Next:
  1. tools/check-boundaries.ts: give ${name} its floor in MODULE_FLOORS
  2. npm install                      (links the workspace)
  3. apps/server/package.json and apps/server/src/compose.ts: const ${name} = create${pascal}Module(), and its name in the list
  4. tests/isolation: its isolationFixtures in zone-fixtures.ts, its rows in permission-table.ts
  5. ./madang tables && ./madang check && ./madang test modules/${name}`);
