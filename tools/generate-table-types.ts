import type pg from 'pg';

interface Column {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  /** The base type of a domain, the element of an array. */
  readonly type: string;
  readonly array: boolean;
  readonly nullable: boolean;
  readonly defaulted: boolean;
  readonly always: boolean;
  /** Text of a check that lists the column's values, if there is one. */
  readonly listed: string | null;
  readonly labels: readonly string[] | null;
}

const COLUMNS = `
  select n.nspname as schema, c.relname as "table", a.attname as "column",
    coalesce(e.typname, b.typname, t.typname)::text as type, t.typcategory = 'A' as array,
    not a.attnotnull as nullable, a.atthasdef or a.attidentity <> '' as defaulted,
    a.attidentity = 'a' or a.attgenerated <> '' as always,
    (select pg_get_constraintdef(k.oid) from pg_constraint k
      where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum] and pg_get_constraintdef(k.oid) ~ ' = ANY \\(ARRAY\\['
      order by k.conname limit 1) as listed,
    (select array_agg(l.enumlabel::text order by l.enumsortorder) from pg_enum l where l.enumtypid = coalesce(e.oid, b.oid, t.oid)) as labels
  from pg_attribute a
  join pg_class c on c.oid = a.attrelid
  join pg_namespace n on n.oid = c.relnamespace
  join pg_type t on t.oid = a.atttypid
  left join pg_type b on b.oid = t.typbasetype and t.typtype = 'd'
  left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
  where n.nspname = any ($1) and c.relkind in ('r', 'p', 'v') and not c.relispartition and a.attnum > 0 and not a.attisdropped
  order by n.nspname, c.relname, a.attnum`;

const SCALARS: Readonly<Record<string, string>> = {
  bool: 'boolean',
  int2: 'number',
  int4: 'number',
  int8: 'number',
  float4: 'number',
  float8: 'number',
  oid: 'number',
  timestamptz: 'Timestamp',
  timestamp: 'Timestamp',
  json: 'Json',
  jsonb: 'Json',
  bytea: 'Buffer',
};
const SINGLE_LIST = /^CHECK \(\(\w+ = ANY \(ARRAY\[(.*)\]\)\)\)$/;

/** TypeScript of each schema's `tables.ts`, by schema; schemas without tables are left out. */
export async function tableTypes(client: pg.Client, schemas: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await client.query<Column>(COLUMNS, [schemas]);
  const files = new Map<string, string>();
  for (const [schema, columns] of Map.groupBy(rows, (row) => row.schema)) {
    const tables = [...Map.groupBy(columns, (column) => column.table)];
    const body = tables.map(([table, own]) => `export interface ${pascal(table)}Table {\n${own.map(member).join('')}}\n`).join('\n');
    const index = tables.map(([table]) => `  '${schema}.${table}': ${pascal(table)}Table;\n`).join('');
    const imports = ['Generated', 'GeneratedAlways', 'Json', 'Timestamp'].filter((name) => new RegExp(`\\b${name}\\b`).test(body));
    const head = imports.length === 0 ? '' : `import type { ${imports.join(', ')} } from '@madang/db/query';\n\n`;
    files.set(
      schema,
      `// Generated from the migrated database by tools/generate-tables.ts; do not edit.\n${head}${body}\nexport interface Tables {\n${index}}\n`,
    );
  }
  return files;
}

function member(column: Column): string {
  // An array of an enum comes as its text: the type's number differs from database to database, so no decoder is bound to it.
  const undecoded = column.array && column.labels !== null;
  const base = undecoded ? 'string' : (column.labels?.map(quote).join(' | ') ?? listedValues(column) ?? SCALARS[column.type] ?? 'string');
  const element = column.array && !undecoded ? `${base.includes('|') ? `(${base})` : base}[]` : base;
  const type = column.nullable ? `${element} | null` : element;
  const wrapped = column.always ? `GeneratedAlways<${type}>` : column.defaulted ? `Generated<${type}>` : type;
  return `  ${column.column}: ${wrapped};\n`;
}

/** `check (state in ('open', 'closed'))` makes the column a union of its values. */
function listedValues(column: Column): string | undefined {
  const list = column.listed === null ? undefined : SINGLE_LIST.exec(column.listed)?.[1];
  if (list === undefined || column.array) return undefined;
  const values = [...list.matchAll(/'((?:[^']|'')*)'::text/g)].map((match) => match[1]?.replaceAll("''", "'") ?? '');
  return values.length === 0 ? undefined : values.map(quote).join(' | ');
}

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const pascal = (name: string): string => name.replaceAll(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
