import type { Bus, Closable, Logger } from '@madang/kernel';
import { ChannelHandlers, type MessageHandler } from './channel-handlers.ts';
import type { RedisConnection } from './redis-connection.ts';

const PREFIX = 'madang:bus:';
/** Told by a node that had to drop what it published. */
const GAPS = 'bus:gaps';
/** After Redis restarted, every node has a gap to tell: they become one, ms. */
const GAP_SETTLE_MS = 1_000;
/** How long a subscription made while Redis is away may keep its maker waiting, ms. It is made as soon as Redis is back. */
const SUBSCRIBE_WAIT_MS = 1_000;

/**
 * Redis publish/subscribe, both on one connection (RESP3), so that a node wakes once for the answer to its message and its
 * own echo. What it publishes in one turn of its event loop leaves in one write: the client collects commands until then.
 * What is published while Redis is away is lost, as the port permits.
 */
export class RedisBus implements Bus, Closable {
  readonly #connection: RedisConnection;
  readonly #channels: ChannelHandlers;
  readonly #logger: Logger;
  /** The last subscribe or unsubscribe of each channel: they are sent one after the other, the wish of the moment decides. */
  readonly #turns = new Map<string, Promise<void>>();
  readonly #subscribed = new Set<string>();
  readonly #onGap: (() => void)[] = [];
  #gapTimer: NodeJS.Timeout | undefined;
  #dropped = false;
  #closed = false;

  /** The connection queues commands while Redis is away, and is the bus's own: closed with it. */
  constructor(connection: RedisConnection, logger: Logger) {
    this.#connection = connection;
    this.#logger = logger;
    this.#channels = new ChannelHandlers(logger);
    connection.onUp(() => this.#backAgain());
  }

  /** See `Shared.onGap`. */
  onGap(listener: () => void): void {
    if (this.#onGap.push(listener) === 1) void this.subscribe(GAPS, () => this.#gap());
  }

  publish(channel: string, message: string): void {
    if (!this.#connection.isReady) {
      this.#dropped = true;
      return;
    }
    this.#connection.client.publish(PREFIX + channel, message).catch((error: unknown) => {
      this.#dropped = true;
      this.#logger.debug({ err: error, channel }, 'a bus message was lost with the connection');
    });
  }

  async subscribe(channel: string, handler: MessageHandler): Promise<() => Promise<void>> {
    this.#channels.add(channel, handler);
    const settled = this.#settle(channel);
    if (this.#connection.isReady) await Promise.race([settled, patience()]);
    return async () => {
      this.#channels.remove(channel, handler);
      if (this.#connection.isReady) await Promise.race([this.#settle(channel), patience()]);
      else void this.#settle(channel);
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#gapTimer);
    await this.#connection.close();
  }

  /** Whatever the others said meanwhile was missed here; what this node dropped was missed by the others too. */
  #backAgain(): void {
    this.#gap();
    if (!this.#dropped) return;
    this.#dropped = false;
    this.publish(GAPS, '');
  }

  #gap(): void {
    this.#gapTimer ??= setTimeout(() => {
      this.#gapTimer = undefined;
      for (const listener of this.#onGap) listener();
    }, GAP_SETTLE_MS);
    this.#gapTimer.unref();
  }

  /** Brings what Redis sends us in line with who listens now. */
  #settle(channel: string): Promise<void> {
    const turn = (this.#turns.get(channel) ?? Promise.resolve()).then(() => this.#align(channel));
    this.#turns.set(channel, turn);
    void turn.then(() => {
      if (this.#turns.get(channel) === turn) this.#turns.delete(channel);
    });
    return turn;
  }

  async #align(channel: string): Promise<void> {
    while (!this.#closed && this.#channels.has(channel) !== this.#subscribed.has(channel)) {
      try {
        if (this.#channels.has(channel)) {
          // Waits in the client's queue while Redis is away; after a reconnection the client itself subscribes again.
          await this.#connection.client.subscribe(PREFIX + channel, this.#receive);
          this.#subscribed.add(channel);
        } else {
          await this.#connection.client.unsubscribe(PREFIX + channel, this.#receive);
          this.#subscribed.delete(channel);
        }
      } catch (error) {
        if (this.#closed) return;
        this.#logger.debug({ err: error, channel }, 'a subscription is tried again');
        await patience();
      }
    }
  }

  readonly #receive = (message: string, channel: string): void => {
    this.#channels.dispatch(channel.slice(PREFIX.length), message);
  };
}

function patience(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, SUBSCRIBE_WAIT_MS).unref();
  });
}
