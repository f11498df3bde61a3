import type { Closable, Logger } from '@madang/kernel';
import pg from 'pg';

export interface ListenOptions {
  /** After the connection came back and the channel is heard again. */
  onUp?(): void;
  /** Once per outage. */
  onDown?(): void;
}

interface Subscription extends ListenOptions {
  readonly channel: string;
  readonly handler: (payload: string) => void;
}

const CHANNEL_PATTERN = /^[a-z_][a-z0-9_]{0,62}$/;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;

/** One connection for LISTEN, made at the first subscription. */
export class Listener implements Closable {
  readonly #url: string;
  readonly #log: Logger;
  readonly #subscriptions = new Set<Subscription>();
  #connecting: Promise<pg.Client> | undefined;
  #client: pg.Client | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(url: string, logger: Logger) {
    this.#url = url;
    this.#log = logger;
  }

  /** Resolves when the channel is heard; rejects when the database cannot be reached now. */
  async listen(channel: string, handler: (payload: string) => void, options: ListenOptions = {}): Promise<() => Promise<void>> {
    if (!CHANNEL_PATTERN.test(channel)) throw new TypeError(`${JSON.stringify(channel)} is not a channel name`);
    const client = await this.#connected();
    await client.query(`listen ${channel}`);
    const subscription: Subscription = { ...options, channel, handler };
    this.#subscriptions.add(subscription);
    return async () => {
      if (!this.#subscriptions.delete(subscription)) return;
      if (this.#subscriptions.values().some((other) => other.channel === channel)) return;
      await this.#client?.query(`unlisten ${channel}`).catch(() => undefined);
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#subscriptions.clear();
    const client = await this.#connecting?.catch(() => undefined);
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  #connected(): Promise<pg.Client> {
    if (this.#closed) return Promise.reject(new Error('the database is closed'));
    this.#connecting ??= this.#connect();
    return this.#connecting;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: 'madang listen',
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    client.on('error', () => undefined); // 'end' follows and is acted on
    client.on('notification', ({ channel, payload }) => this.#deliver(channel, payload ?? ''));
    client.on('end', () => this.#lose(client));
    try {
      await client.connect();
      for (const channel of new Set([...this.#subscriptions].map((each) => each.channel))) await client.query(`listen ${channel}`);
    } catch (error) {
      this.#connecting = undefined;
      await client.end().catch(() => undefined);
      throw error;
    }
    this.#client = client;
    return client;
  }

  #deliver(channel: string, payload: string): void {
    for (const subscription of this.#subscriptions) {
      if (subscription.channel === channel) this.#guarded(() => subscription.handler(payload));
    }
  }

  #lose(client: pg.Client): void {
    if (this.#client !== client || this.#closed) return;
    this.#client = undefined;
    this.#connecting = undefined;
    this.#log.warn({}, 'the connection that listens to the database was lost; it will be made again');
    for (const { onDown } of this.#subscriptions) if (onDown !== undefined) this.#guarded(onDown);
    this.#reconnect(FIRST_DELAY_MS);
  }

  #reconnect(delayMs: number): void {
    this.#retry = setTimeout(async () => {
      try {
        await this.#connected();
      } catch {
        if (!this.#closed) this.#reconnect(Math.min(delayMs * 2, LONGEST_DELAY_MS));
        return;
      }
      this.#log.info({}, 'listening to the database again');
      for (const { onUp } of this.#subscriptions) if (onUp !== undefined) this.#guarded(onUp);
    }, delayMs);
  }

  #guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#log.error({ err: error }, 'a handler of database notifications failed');
    }
  }
}
