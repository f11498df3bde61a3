import type { Closable, Logger } from '@madang/kernel';
import { createClient } from 'redis';

const PROBE_INTERVAL_MS = 1_000;
/** A connection on which nothing moved for this long is made anew, ms: its other end may have vanished without a word. */
const SILENCE_MS = 10_000;
/** Commands that may wait for answers; beyond, Redis counts as away. */
const MAX_WAITING = 100_000;
/** How long the first connection may take, ms. */
const STARTUP_MS = 3_000;
const MAX_BACKOFF_MS = 2_000;

/** Redis cannot be asked right now; the caller has its own answer for that. */
export class RedisUnavailable extends Error {
  override readonly name = 'RedisUnavailable';
}

/** The modules, functions and scripts of Redis that we do not use would make the full type unreadable. */
export type RedisClient = ReturnType<typeof newClient>;

function newClient(url: string, name: string, offlineQueue: boolean, reconnectStrategy: (retries: number, cause: Error) => number | Error) {
  return createClient({
    url,
    name,
    disableOfflineQueue: !offlineQueue,
    maintNotifications: 'disabled',
    // The client's own is an AbortSignal and a DOMException for each command; `#inTime` costs a tenth of it.
    commandOptions: { timeout: undefined },
    commandsQueueMaxLength: MAX_WAITING,
    socket: { reconnectStrategy, connectTimeout: STARTUP_MS, socketTimeout: SILENCE_MS },
  });
}

/** `host:port` of an address, for messages: without user and password. Throws one sentence for what is not one. */
export function redisEndpoint(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !['redis:', 'rediss:'].includes(parsed.protocol) || parsed.hostname === '') {
    throw new Error('REDIS_URL is not a Redis address: set it to redis://host:6379 (or rediss:// for TLS).');
  }
  return `${parsed.hostname}:${parsed.port || '6379'}`;
}

export interface RedisConnectionOptions {
  readonly url: string;
  readonly name: string;
  readonly logger: Logger;
  /** Whether commands given while cut off wait for the connection (or are refused). */
  readonly offlineQueue: boolean;
  /** An answer later than this counts as none, ms. */
  readonly patienceMs: number;
}

/**
 * One connection that, once made, is made again for ever (backoff to 2 s). While it is cut off, or open but unanswering,
 * `run` refuses at once with `RedisUnavailable`: nobody waits for Redis longer than its patience.
 */
export class RedisConnection implements Closable {
  readonly client: RedisClient;
  readonly endpoint: string;
  readonly #logger: Logger;
  readonly #patienceMs: number;
  readonly #onUp: (() => void)[] = [];
  #asking = false;
  #answering = true;
  #down = false;
  #probe: NodeJS.Timeout | undefined;
  #closed = false;

  static async open(options: RedisConnectionOptions): Promise<RedisConnection> {
    const connection = new RedisConnection(options);
    await connection.#connect();
    return connection;
  }

  private constructor(options: RedisConnectionOptions) {
    this.endpoint = redisEndpoint(options.url);
    this.#logger = options.logger;
    this.#patienceMs = options.patienceMs;
    const started = performance.now();
    let established = false;
    this.client = newClient(options.url, options.name, options.offlineQueue, (retries, cause) => {
      // What Redis itself refuses (a password) does not get better by waiting; socket errors have codes.
      if (!established && (!('code' in cause) || performance.now() - started > STARTUP_MS)) return cause;
      return Math.min(50 * 2 ** Math.min(retries, 10), MAX_BACKOFF_MS);
    });
    this.client.on('error', (error: Error) => this.#wentDown(error));
    this.client.on('ready', () => {
      established = true;
      this.#cameUp();
    });
  }

  get isReady(): boolean {
    return this.client.isReady && this.#answering;
  }

  /** Called after each return of the connection, never for the first. */
  onUp(listener: () => void): void {
    this.#onUp.push(listener);
  }

  async run<T>(command: () => Promise<T>): Promise<T> {
    if (!this.isReady) throw new RedisUnavailable(`Redis at ${this.endpoint} is not connected`);
    return this.#inTime(command());
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#probe);
    this.client.destroy();
  }

  async #connect(): Promise<void> {
    try {
      await this.client.connect();
    } catch (error) {
      this.#closed = true;
      this.client.destroy();
      const why = error instanceof Error && error.message !== '' ? error.message : String(error);
      throw new Error(`Redis does not answer at ${this.endpoint} (${why}): start it or correct REDIS_URL.`, { cause: error });
    }
    this.#probe = setInterval(() => this.#ask(), PROBE_INTERVAL_MS);
    this.#probe.unref();
  }

  /**
   * A frozen server keeps its connections: only asking tells. One question at a time: on a connection whose other end is
   * gone, silence must be able to set in.
   */
  #ask(): void {
    if (!this.client.isReady || this.#asking) return;
    this.#asking = true;
    const answer = this.client.ping();
    this.#inTime(answer).catch(() => {});
    answer
      .then(
        () => this.#cameUp(),
        () => {},
      )
      .finally(() => {
        this.#asking = false;
      });
  }

  async #inTime<T>(command: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const giveUp = (): void => {
        const error = new RedisUnavailable(`Redis at ${this.endpoint} did not answer within ${this.#patienceMs} ms`);
        reject(error);
        if (timer === undefined) return;
        this.#answering = false;
        this.#wentDown(error);
      };
      // After a stall of this process the answer may be waiting to be read: that comes before the immediate.
      timer = setTimeout(() => setImmediate(giveUp), this.#patienceMs);
      timer.unref();
    });
    try {
      return await Promise.race([command, late]);
    } finally {
      clearTimeout(timer);
      timer = undefined;
    }
  }

  /** One line for an outage, however many commands it costs. */
  #wentDown(error: Error): void {
    if (this.#down || this.#closed || this.#probe === undefined) return;
    this.#down = true;
    this.#logger.warn({ err: error, redis: this.endpoint }, 'Redis is away; this node goes on with its own memory');
  }

  #cameUp(): void {
    this.#answering = true;
    if (!this.#down) return;
    this.#down = false;
    this.#logger.info({ redis: this.endpoint }, 'Redis is back');
    for (const listener of this.#onUp) listener();
  }
}
