import type { Closable, Logger } from '@madang/kernel';
import { createClient } from 'redis';

/** A command unanswered for this long is given up, ms. */
const COMMAND_TIMEOUT_MS = 1_000;
const PROBE_INTERVAL_MS = 1_000;
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
    socket: { reconnectStrategy, connectTimeout: STARTUP_MS },
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

/**
 * One connection that, once made, is made again for ever (backoff to 2 s). While it is cut off, or open but unanswering,
 * `run` refuses at once with `RedisUnavailable`: nobody waits for Redis longer than a second.
 */
export class RedisConnection implements Closable {
  readonly client: RedisClient;
  readonly endpoint: string;
  readonly #logger: Logger;
  readonly #onUp: (() => void)[] = [];
  #answering = true;
  #down = false;
  #probe: NodeJS.Timeout | undefined;
  #closed = false;

  static async open(options: { url: string; name: string; logger: Logger; offlineQueue: boolean }): Promise<RedisConnection> {
    const connection = new RedisConnection(options);
    await connection.#connect();
    return connection;
  }

  private constructor(options: { url: string; name: string; logger: Logger; offlineQueue: boolean }) {
    this.endpoint = redisEndpoint(options.url);
    this.#logger = options.logger;
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
    this.#probe = setInterval(() => void this.#ask(), PROBE_INTERVAL_MS);
    this.#probe.unref();
  }

  /** A frozen server keeps its connections: only asking tells. */
  async #ask(): Promise<void> {
    if (!this.client.isReady) return;
    try {
      await this.#inTime(this.client.ping());
      if (!this.#answering) {
        this.#answering = true;
        this.#cameUp();
      }
    } catch {
      // `#inTime` and the client's own error event have noted it.
    }
  }

  async #inTime<T>(command: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = new RedisUnavailable(`Redis at ${this.endpoint} did not answer within ${COMMAND_TIMEOUT_MS} ms`);
        this.#answering = false;
        this.#wentDown(error);
        reject(error);
      }, COMMAND_TIMEOUT_MS);
      timer.unref();
    });
    try {
      return await Promise.race([command, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** One line for an outage, however many commands it costs. */
  #wentDown(error: Error): void {
    if (this.#down || this.#closed || this.#probe === undefined) return;
    this.#down = true;
    this.#logger.warn({ err: error, redis: this.endpoint }, 'Redis is away; this node goes on with its own memory');
  }

  #cameUp(): void {
    if (!this.#down) return;
    this.#down = false;
    this.#answering = true;
    this.#logger.info({ redis: this.endpoint }, 'Redis is back');
    for (const listener of this.#onUp) listener();
  }
}
