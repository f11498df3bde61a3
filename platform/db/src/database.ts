import { setTimeout as delay } from 'node:timers/promises';
import { type CityDb, type Closable, type Logger, type Queries, ZONE_ID_PATTERN, type ZoneDb, type ZoneId } from '@madang/kernel';
import { isRetriable, isStaleStatement } from './database-errors.ts';
import type { Outcome, Step } from './exchange.ts';
import { Listener, type ListenOptions } from './listener.ts';
import { type OnQuery, queriesOver } from './queries.ts';
import type { Session } from './session.ts';
import { SessionPool } from './session-pool.ts';
import { beginStep, enterStep, runTransaction } from './transaction.ts';

export interface DatabaseOptions {
  /** `postgres://…`; may lead through PgBouncer (1.21 or newer) in transaction mode. */
  readonly url: string;
  /** Straight to PostgreSQL, for LISTEN; `url` when left out. */
  readonly directUrl?: string;
  /** Reads that may be seconds old; the primary when left out. */
  readonly replicaUrl?: string;
  /** Connections at most, to each of the primary and the replica. */
  readonly poolSize?: number;
  /** The statements `city` may run, by name; none when left out. */
  readonly cityStatements?: readonly string[] | ((name: string) => boolean);
  readonly logger: Logger;
  readonly onQuery?: OnQuery;
}

export interface Database extends Closable {
  /** Throws a `TypeError` for what is not a zone id. */
  zoneDb(zoneId: ZoneId): ZoneDb;
  /** Single reads from the replica. */
  replicaDb(zoneId: ZoneId): Queries;
  /** Across zones: named statements of the list given at opening, under a role that sees only what was opened to it. */
  city(): CityDb;
  /**
   * Hears NOTIFY on a channel, on a connection of its own that comes back by itself. What is sent while it is down is lost:
   * `onUp` runs after each return and is the moment to look at the tables again. The returned function ends it.
   */
  listen(channel: string, handler: (payload: string) => void, options?: ListenOptions): Promise<() => Promise<void>>;
  /** Whether a query is answered within two seconds. */
  isHealthy(): Promise<boolean>;
}

const HEALTH_LIMIT_MS = 2_000;
const healthStep: Step = { name: '', text: 'select', values: [] };
const DEFAULT_POOL_SIZE = 10;

/** Makes no connection until the first query. */
export function openDatabase(options: DatabaseOptions): Database {
  const { logger, onQuery } = options;
  const size = options.poolSize ?? DEFAULT_POOL_SIZE;
  const primary = new SessionPool({ url: options.url, size, logger });
  const replica = options.replicaUrl === undefined ? primary : new SessionPool({ url: options.replicaUrl, size, logger });
  const listener = new Listener(options.directUrl ?? options.url, logger);
  const mayRunInCity = cityPredicate(options.cityStatements);

  const single = (pool: SessionPool, preamble: Step, zoneId: string | undefined) => {
    const execute = (step: Step) => executeSingle(pool, preamble, step);
    return queriesOver(onQuery === undefined ? execute : timed(execute, zoneId, onQuery));
  };
  const transactional = (preamble: Step, zoneId: string | undefined, admit: (step: Step) => Step) => {
    const wrap = (execute: (step: Step) => Promise<Outcome>) => (onQuery === undefined ? execute : timed(execute, zoneId, onQuery));
    return <T>(work: (tx: Queries & { afterCommit(action: () => void): void }) => Promise<T>) =>
      runTransaction(
        { pool: primary, preambles: [beginStep, preamble], logger, wrap: (execute) => wrap((step) => execute(admit(step))) },
        work,
      );
  };

  return {
    zoneDb(zoneId) {
      const preamble = enterStep('madang_app', checkedZoneId(zoneId));
      const transaction = transactional(preamble, zoneId, (step) => step);
      return {
        zoneId,
        ...single(primary, preamble, zoneId),
        transaction: (work) => transaction((tx) => work({ zoneId, ...tx })),
      };
    },
    replicaDb: (zoneId) => single(replica, enterStep('madang_app', checkedZoneId(zoneId)), zoneId),
    city() {
      const preamble = enterStep('madang_city', '');
      const admit = (step: Step): Step => {
        if (step.name === '' || !mayRunInCity(step.name)) {
          throw new TypeError(
            `the statement ${step.name || '(unnamed)'} may not run across zones: it is not in the list of city statements`,
          );
        }
        return step;
      };
      const execute = async (step: Step) => executeSingle(primary, preamble, admit(step));
      return {
        ...queriesOver(onQuery === undefined ? execute : timed(execute, undefined, onQuery)),
        transaction: transactional(preamble, undefined, admit),
      };
    },
    listen: (channel, handler, listenOptions) => listener.listen(channel, handler, listenOptions),
    async isHealthy() {
      const late = Promise.withResolvers<boolean>();
      const timer = setTimeout(() => late.resolve(false), HEALTH_LIMIT_MS);
      const answered = withSession(primary, (session) => session.exchange([healthStep])).then(
        () => true,
        () => false,
      );
      try {
        return await Promise.race([answered, late.promise]);
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      await Promise.all([listener.close(), primary.close(), replica.close()]);
    },
  };
}

async function withSession(pool: SessionPool, work: (session: Session) => Promise<Outcome>): Promise<Outcome> {
  const acquired = pool.acquire();
  const session = acquired instanceof Promise ? await acquired : acquired;
  try {
    return await work(session);
  } finally {
    pool.release(session);
  }
}

const MOST_TRIES = 4;

/**
 * Role, zone and statement in one write: one round trip, one implicit transaction. Done again, up to three times, when the
 * server gave it up for others' sake (deadlock, serialization failure): nothing of it stands then.
 */
function executeSingle(pool: SessionPool, preamble: Step, step: Step, attempt = 1): Promise<Outcome> {
  return executeOnce(pool, preamble, step).catch(async (error: unknown) => {
    if (attempt === MOST_TRIES || !isRetriable(error)) throw error;
    await delay(2 ** attempt * (5 + Math.random() * 10));
    return executeSingle(pool, preamble, step, attempt + 1);
  });
}

function executeOnce(pool: SessionPool, preamble: Step, step: Step): Promise<Outcome> {
  return withSession(pool, async (session) => {
    try {
      return await session.exchange([preamble, step]);
    } catch (error) {
      if (!isStaleStatement(error)) throw error;
      session.forgetStatements(); // nothing of the failed exchange stands, so doing it again is safe
      return await session.exchange([preamble, step]);
    }
  });
}

function timed(execute: (step: Step) => Promise<Outcome>, zoneId: string | undefined, onQuery: OnQuery) {
  return async (step: Step): Promise<Outcome> => {
    const start = performance.now();
    try {
      return await execute(step);
    } finally {
      onQuery({ name: step.name || 'unnamed', zoneId, seconds: (performance.now() - start) / 1000 });
    }
  };
}

function checkedZoneId(zoneId: ZoneId): ZoneId {
  if (!ZONE_ID_PATTERN.test(zoneId)) throw new TypeError(`${JSON.stringify(zoneId)} is not a zone id`);
  return zoneId;
}

function cityPredicate(statements: DatabaseOptions['cityStatements']): (name: string) => boolean {
  if (typeof statements === 'function') return statements;
  const names = new Set(statements);
  return (name) => names.has(name);
}
