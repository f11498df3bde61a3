import type { Compilable } from 'kysely';

declare const rowType: unique symbol;

/** A piece of SQL with its values. `name` makes it a prepared statement: one plan per connection, one text per name. */
export interface Sql<Row = unknown> {
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
  readonly [rowType]?: Row;
}

/** Either hand-written SQL or a Kysely builder (build with `queryBuilder<Tables>()` of `@madang/db/query`, run it here). */
export type Query<Row> = Sql<Row> | Compilable<Row>;

/**
 * Declares a hot statement once: `const findRoom = statement<Row, [id: string]>('chat.find_room', 'select … where id = $1')`,
 * then `db.maybeOne(findRoom(id))`. Names are unique in the program.
 */
export function statement<Row, const Values extends readonly unknown[] = readonly unknown[]>(
  name: string,
  text: string,
): (...values: Values) => Sql<Row> {
  return (...values) => ({ name, text, values });
}

/** Unnamed SQL for what runs seldom. */
export function sql<Row>(text: string, ...values: readonly unknown[]): Sql<Row> {
  return { text, values };
}

export interface Queries {
  many<Row>(query: Query<Row>): Promise<Row[]>;
  maybeOne<Row>(query: Query<Row>): Promise<Row | undefined>;
  /** Throws when there is not exactly one row: a defect, not a refusal. */
  one<Row>(query: Query<Row>): Promise<Row>;
  /** Number of rows changed. */
  run(query: Query<unknown>): Promise<number>;
}

/** Inside BEGIN … COMMIT, role and zone set; gone when the callback ends. */
export interface ZoneTransaction extends Queries {
  readonly zoneId: string;
  /** Runs after the commit was acknowledged; never when the transaction fails. Must not throw. */
  afterCommit(action: () => void): void;
}

/**
 * A zone's rows and no others. A single statement outside `transaction` is one round trip and atomic by itself;
 * PostgreSQL's row-level security holds either way.
 */
export interface ZoneDb extends Queries {
  readonly zoneId: string;
  /** Retried on serialization failure and deadlock (40001, 40P01), so the callback must be safe to run again. */
  transaction<T>(work: (tx: ZoneTransaction) => Promise<T>): Promise<T>;
}

/**
 * The one way across zones: only statements of the list in `apps/server/src/city-statements.ts` may run, under a role
 * that sees only the tables opened to it by `madang.open_to_city`.
 */
export interface CityDb extends Queries {
  transaction<T>(work: (tx: Queries & { afterCommit(action: () => void): void }) => Promise<T>): Promise<T>;
}

/**
 * Runs `action` once what `queries` wrote is committed: after the commit of a transaction, at once outside one (a single
 * statement is committed when it answers). For hints that may be lost; nothing that must happen.
 */
export function afterCommit(queries: Queries, action: () => void): void {
  const transaction = queries as Queries & { afterCommit?: (action: () => void) => void };
  if (transaction.afterCommit === undefined) action();
  else transaction.afterCommit(action);
}
