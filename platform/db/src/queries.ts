import { MadangError, type Queries, type Query, requestErrors } from '@madang/kernel';
import { isUnstorableText } from './database-errors.ts';
import type { Outcome, Step } from './exchange.ts';

export interface QueryTiming {
  /** The statement's name, or `unnamed`. */
  readonly name: string;
  /** Undefined for statements of the city. */
  readonly zoneId: string | undefined;
  readonly seconds: number;
}
export type OnQuery = (timing: QueryTiming) => void;

const LONGEST_NAME = 63; // PostgreSQL cuts longer names short without a word

export function toStep(query: Query<unknown>): Step {
  if ('compile' in query) {
    const { sql, parameters } = query.compile();
    return { name: '', text: sql, values: parameters };
  }
  const name = query.name ?? '';
  if (name.length > LONGEST_NAME) throw new TypeError(`the statement name ${name} is longer than ${LONGEST_NAME} characters`);
  return { name, text: query.text, values: query.values };
}

/** The four ways to ask, over one way to run a step. */
export function queriesOver(execute: (step: Step) => Promise<Outcome>): Queries {
  const run = async (query: Query<unknown>): Promise<Outcome> => {
    const step = toStep(query);
    try {
      return await execute(step);
    } catch (error) {
      if (isUnstorableText(error)) {
        throw new MadangError(requestErrors.invalid, { detail: 'the text holds characters that cannot be stored', cause: error });
      }
      if (error instanceof Error) Error.captureStackTrace(error, run); // the socket's stack says nothing; the caller's does
      throw error;
    }
  };
  return {
    many: async <Row>(query: Query<Row>) => (await run(query)).rows as Row[],
    maybeOne: async <Row>(query: Query<Row>) => (await run(query)).rows[0] as Row | undefined,
    one: async <Row>(query: Query<Row>) => {
      const { rows } = await run(query);
      if (rows.length !== 1) throw new Error(`${toStep(query).name || 'a query'} returned ${rows.length} rows where one was expected`);
      return rows[0] as Row;
    },
    run: async (query) => (await run(query)).count,
  };
}
