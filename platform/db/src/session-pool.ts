import type { Closable, Logger } from '@madang/kernel';
import { DatabaseUnavailable } from './database-errors.ts';
import { Session } from './session.ts';

const WAIT_LIMIT_MS = 15_000;

interface Waiter {
  readonly resolve: (session: Session) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** Connections, made when needed up to `size` and then kept. The one used last is handed out first: its caches are warm. */
export class SessionPool implements Closable {
  readonly #url: string;
  readonly #size: number;
  readonly #log: Logger;
  readonly #sessions = new Set<Session>();
  readonly #idle: Session[] = [];
  readonly #waiting: Waiter[] = [];
  #opening = 0;
  #closed = false;

  constructor(options: { url: string; size: number; logger: Logger }) {
    this.#url = options.url;
    this.#size = options.size;
    this.#log = options.logger;
  }

  /** A session of one's own until `release`; a plain value when one is idle. */
  acquire(): Session | Promise<Session> {
    if (this.#closed) throw new DatabaseUnavailable('the database connections are closed');
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(new DatabaseUnavailable(`no database connection came free within ${WAIT_LIMIT_MS / 1000} s`));
      }, WAIT_LIMIT_MS);
      const waiter: Waiter = { resolve, reject, timer };
      this.#waiting.push(waiter);
      this.#openForWaiters();
    });
  }

  release(session: Session): void {
    if (session.lost || this.#closed) {
      void this.#discard(session);
      return;
    }
    const waiter = this.#waiting.shift();
    if (waiter === undefined) {
      this.#idle.push(session);
      return;
    }
    clearTimeout(waiter.timer);
    waiter.resolve(session);
  }

  /** Instead of `release`, when the state of the session is unknown. */
  async discard(session: Session): Promise<void> {
    await this.#discard(session);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const waiter of this.#waiting.splice(0)) this.#refuse(waiter, new DatabaseUnavailable('the database connections are closed'));
    this.#idle.length = 0;
    await Promise.all([...this.#sessions].map((session) => this.#discard(session)));
  }

  async #discard(session: Session): Promise<void> {
    this.#forget(session);
    await session.close().catch(() => undefined);
  }

  #forget(session: Session): void {
    this.#sessions.delete(session);
    const index = this.#idle.indexOf(session);
    if (index !== -1) this.#idle.splice(index, 1);
    this.#openForWaiters();
  }

  #openForWaiters(): void {
    if (this.#closed) return;
    const room = this.#size - this.#sessions.size - this.#opening;
    const wanted = Math.min(room, this.#waiting.length - this.#opening);
    for (let i = 0; i < wanted; i++) void this.#open();
  }

  async #open(): Promise<void> {
    this.#opening++;
    try {
      const session = await Session.open(this.#url, (lost) => {
        if (!this.#sessions.has(lost)) return;
        this.#log.warn({}, 'a database connection was lost');
        this.#forget(lost);
      });
      this.#opening--;
      this.#sessions.add(session);
      this.release(session);
    } catch (error) {
      this.#opening--;
      const waiter = this.#waiting.shift();
      if (waiter !== undefined) {
        const reason = error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error);
        this.#refuse(waiter, new DatabaseUnavailable(`the database cannot be reached: ${reason}`, error));
      }
      this.#openForWaiters();
    }
  }

  #refuse(waiter: Waiter, error: Error): void {
    clearTimeout(waiter.timer);
    waiter.reject(error);
  }
}
