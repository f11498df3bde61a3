import {
  type AnyEventHandler,
  type Bus,
  type CityDb,
  type Clock,
  type Closable,
  type EventPublisher,
  type Logger,
  newId,
  type ZoneDirectory,
} from '@madang/kernel';
import { createDeliver, type TimeLimits } from './deliver.ts';
import { Dispatcher, type DispatcherTimes } from './dispatcher.ts';
import type { RetryRule } from './once-worker.ts';
import { listParked, type ParkedEvent, unparkAll } from './outbox-statements.ts';
import { createPublisher } from './publisher.ts';

const TIMES: DispatcherTimes = {
  pollMs: 1_000,
  leaseSeconds: 12,
  claimMs: 3_000,
  sweepMs: 600_000,
  retentionSeconds: 7 * 86_400,
};
const LIMITS: TimeLimits = { onceMs: 30_000, everyNodeMs: 2_000 };
const LIST_LIMIT = 200;

export interface Events {
  readonly publisher: EventPublisher;
  /** Begins delivery on this node. Resolves when nothing published from then on can be missed. */
  start(): Promise<Closable>;
  /** What was given up for a handler, newest first, at most 200: a person decides. */
  parked(): Promise<ParkedEvent[]>;
  /** Gives everything parked its tries again, once the cause is mended; how many. */
  retryParked(): Promise<number>;
}

/** 1 s, 2 s, 4 s … up to a minute, plus up to a quarter by chance; six tries take about half a minute. */
export function exponentialRetry(options: { attempts: number; firstSeconds: number; random: () => number }): RetryRule {
  return {
    attempts: options.attempts,
    seconds: (tries) => Math.min(60, options.firstSeconds * 2 ** (tries - 1)) * (1 + options.random() / 4),
  };
}

/** `handlers` and `zones` are asked at `start`, when every module is wired. */
export function createEvents(options: {
  database: { city(): CityDb };
  bus: Bus;
  zones: () => Pick<ZoneDirectory, 'context'>;
  handlers: () => readonly AnyEventHandler[];
  logger: Logger;
  clock: Clock;
  /** Tests shorten them. */
  times?: Partial<DispatcherTimes>;
  limits?: TimeLimits;
  retry?: RetryRule;
}): Events {
  const { bus, logger, clock } = options;
  const city = options.database.city();
  return {
    publisher: createPublisher({ bus, clock }),
    start: () =>
      Dispatcher.start({
        city,
        bus,
        node: newId('node', clock.now().getTime()),
        handlers: options.handlers(),
        deliver: createDeliver({ zones: options.zones, limits: options.limits ?? LIMITS }),
        retry: options.retry ?? exponentialRetry({ attempts: 6, firstSeconds: 1, random: Math.random }),
        times: { ...TIMES, ...options.times },
        logger,
      }),
    parked: () => city.many(listParked(LIST_LIMIT)),
    retryParked: () => city.run(unparkAll()),
  };
}
