import { setTimeout as delay } from 'node:timers/promises';
import type { Logger, Queries } from '@madang/kernel';
import { isRetriable, isStaleStatement } from './database-errors.ts';
import type { Outcome, Step } from './exchange.ts';
import { queriesOver } from './queries.ts';
import type { Session } from './session.ts';
import type { SessionPool } from './session-pool.ts';

export const beginStep: Step = { name: 'madang.begin', text: 'begin', values: [] };
const commitStep: Step = { name: 'madang.commit', text: 'commit', values: [] };
const rollbackStep: Step = { name: '', text: 'rollback', values: [] };

/**
 * All settings are made, whichever is looked at first, as none is ever null; and no row comes back to be read. Plans are
 * generic, so that a prepared statement is planned once: for a partitioned table PostgreSQL would otherwise think a plan for
 * each execution worth while and spend a millisecond on what then takes a tenth of it.
 */
const ENTER =
  "select where set_config('role', $1, true) is null or set_config('app.zone', $2, true) is null or set_config('plan_cache_mode', 'force_generic_plan', true) is null";

/** Role and zone until the transaction ends, explicit or not. */
export function enterStep(role: 'madang_app' | 'madang_city', zoneId: string): Step {
  return { name: 'madang.enter', text: ENTER, values: [role, zoneId] };
}

const MOST_TRIES = 4;

interface TransactionOptions {
  readonly pool: SessionPool;
  /** Sent in one write with the first statement. */
  readonly preambles: readonly Step[];
  readonly logger: Logger;
  readonly wrap: (execute: (step: Step) => Promise<Outcome>) => (step: Step) => Promise<Outcome>;
}

export type Transaction = Queries & { afterCommit(action: () => void): void };

/**
 * Runs `work` between BEGIN and COMMIT and again, up to three times, when the server asks for it (serialization failure,
 * deadlock) or had to prepare a statement anew. When the connection is lost in COMMIT the error surfaces: whether it took
 * effect is unknown here, and the caller is safe to ask again.
 */
export async function runTransaction<T>(options: TransactionOptions, work: (tx: Transaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryTransaction(options, work);
    } catch (error) {
      if (attempt === MOST_TRIES || !(isRetriable(error) || isStaleStatement(error))) throw error;
      await delay(2 ** attempt * (5 + Math.random() * 10));
    }
  }
}

async function tryTransaction<T>({ pool, preambles, logger, wrap }: TransactionOptions, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const session = await pool.acquire();
  const afterCommit: (() => void)[] = [];
  const line = new Line(session, preambles);
  let result: T;
  try {
    result = await work({ ...queriesOver(wrap((step) => line.send(step))), afterCommit: (action) => afterCommit.push(action) });
    await line.end(commitStep);
  } catch (error) {
    if (isStaleStatement(error)) session.forgetStatements();
    await line.end(rollbackStep).then(
      () => pool.release(session),
      () => pool.discard(session),
    );
    throw error;
  }
  pool.release(session);
  for (const action of afterCommit) {
    try {
      action();
    } catch (error) {
      logger.error({ err: error }, 'an action after a commit failed');
    }
  }
  return result;
}

/** Sends statements one after another, though the callback may ask for several at once, and none after the end. */
class Line {
  readonly #session: Session;
  readonly #preambles: readonly Step[];
  #begun = false;
  #ended = false;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(session: Session, preambles: readonly Step[]) {
    this.#session = session;
    this.#preambles = preambles;
  }

  send(step: Step): Promise<Outcome> {
    if (this.#ended) return Promise.reject(new Error('the transaction is over: a statement was not awaited inside it'));
    const sent = this.#tail.then(() => {
      const steps = this.#begun ? [step] : [...this.#preambles, step];
      this.#begun = true;
      return this.#session.exchange(steps);
    });
    this.#tail = sent.catch(() => undefined);
    return sent;
  }

  /** Waits for what is under way. A transaction without statements ends without a word to the server. */
  async end(step: Step): Promise<void> {
    this.#ended = true;
    await this.#tail;
    if (!this.#begun) return;
    this.#begun = false;
    const { command } = await this.#session.exchange([step]);
    if (step === commitStep && command === 'ROLLBACK') {
      throw new Error('the transaction was rolled back: a statement in it failed and its error was caught');
    }
  }
}
