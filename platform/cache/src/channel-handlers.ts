import type { Logger } from '@madang/kernel';

export type MessageHandler = (message: string) => void;

/** Who listens to which channel on this node. A handler added twice counts twice. */
export class ChannelHandlers {
  readonly #channels = new Map<string, MessageHandler[]>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** True when it is the channel's first. */
  add(channel: string, handler: MessageHandler): boolean {
    const handlers = this.#channels.get(channel);
    this.#channels.set(channel, handlers === undefined ? [handler] : [...handlers, handler]);
    return handlers === undefined;
  }

  /** True when it was the channel's last. Removing what is not there changes nothing. */
  remove(channel: string, handler: MessageHandler): boolean {
    const handlers = this.#channels.get(channel);
    const at = handlers?.indexOf(handler) ?? -1;
    if (handlers === undefined || at < 0) return false;
    if (handlers.length > 1) {
      this.#channels.set(channel, handlers.toSpliced(at, 1));
      return false;
    }
    return this.#channels.delete(channel);
  }

  has(channel: string): boolean {
    return this.#channels.has(channel);
  }

  /** Lists are replaced, not changed, so a handler may add and remove while it runs. */
  dispatch(channel: string, message: string): void {
    for (const handler of this.#channels.get(channel) ?? []) {
      try {
        handler(message);
      } catch (error) {
        this.#logger.error({ err: error, channel }, 'a bus handler threw');
      }
    }
  }
}
