import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';

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

export { type Generated, type Insertable, type Selectable, sql, type Updateable } from 'kysely';
