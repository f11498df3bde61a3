import type { Bus, Closable, Logger } from '@madang/kernel';
import { ChannelHandlers, type MessageHandler } from './channel-handlers.ts';
import type { RedisConnection } from './redis-connection.ts';

const PREFIX = 'madang:bus:';
/** How long a subscription made while Redis is away may keep its maker waiting, ms. It is made as soon as Redis is back. */
const SUBSCRIBE_WAIT_MS = 1_000;

/**
 * Redis publish/subscribe on two connections. What a node publishes in one turn of its event loop leaves in one write
 * (the client collects commands until then), so nothing is gained by batching above it.
 * `publisher` refuses while Redis is away: the message is lost, as the port permits.
 */
export class RedisBus implements Bus, Closable {
  readonly #publisher: RedisConnection;
  readonly #subscriber: RedisConnection;
  readonly #channels: ChannelHandlers;
  readonly #logger: Logger;
  /** The last subscribe or unsubscribe of each channel: they are sent one after the other, the wish of the moment decides. */
  readonly #turns = new Map<string, Promise<void>>();
  readonly #subscribed = new Set<string>();
  #closed = false;

  constructor(publisher: RedisConnection, subscriber: RedisConnection, logger: Logger) {
    this.#publisher = publisher;
    this.#subscriber = subscriber;
    this.#logger = logger;
    this.#channels = new ChannelHandlers(logger);
  }

  publish(channel: string, message: string): void {
    if (!this.#publisher.isReady) return;
    this.#publisher.client.publish(PREFIX + channel, message).catch((error: unknown) => {
      this.#logger.debug({ err: error, channel }, 'a bus message was lost with the connection');
    });
  }

  async subscribe(channel: string, handler: MessageHandler): Promise<() => Promise<void>> {
    this.#channels.add(channel, handler);
    const settled = this.#settle(channel);
    if (this.#subscriber.isReady) await Promise.race([settled, patience()]);
    return async () => {
      this.#channels.remove(channel, handler);
      if (this.#subscriber.isReady) await Promise.race([this.#settle(channel), patience()]);
      else void this.#settle(channel);
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#subscriber.close();
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
          await this.#subscriber.client.subscribe(PREFIX + channel, this.#receive);
          this.#subscribed.add(channel);
        } else {
          await this.#subscriber.client.unsubscribe(PREFIX + channel, this.#receive);
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
