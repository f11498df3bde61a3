import { type ColumnType, DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';

/**
 * A Kysely that only builds: `zone.db.many(queries.selectFrom('chat.rooms').selectAll())`. Tables are named with their
 * schema, as in the generated `tables.ts`. Running one of its queries directly would return nothing.
 */
export function queryBuilder<Tables>(): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}

/** A column that may be left out of an insert: it has a default or is an identity. */
export type Generated<Type> =
  Type extends ColumnType<infer Select, infer Insert, infer Update>
    ? ColumnType<Select, Insert | undefined, Update>
    : ColumnType<Type, Type | undefined, Type>;

/** A column the database alone writes. */
export type GeneratedAlways<Type> =
  Type extends ColumnType<infer Select, unknown, unknown> ? ColumnType<Select, never, never> : ColumnType<Type, never, never>;

export type Timestamp = ColumnType<Date, Date | string, Date | string>;
/** Written as an object or as JSON text; an array must be text, or it becomes a PostgreSQL array. */
export type Json = ColumnType<unknown, Readonly<Record<string, unknown>> | string, Readonly<Record<string, unknown>> | string>;

export { type ColumnType, type Insertable, type Selectable, sql, type Updateable } from 'kysely';
