import type { Bus, Logger } from '@madang/kernel';
import { ChannelHandlers } from './channel-handlers.ts';

/**
 * Delivers in the order of publishing, never inside `publish` itself: a publisher meets neither a subscriber's
 * exceptions nor its re-entrance, just as over a network.
 */
export function createMemoryBus(logger: Logger): Bus {
  const channels = new ChannelHandlers(logger);
  let waiting: { channel: string; message: string }[] = [];

  function drain(): void {
    const batch = waiting;
    waiting = [];
    for (const { channel, message } of batch) channels.dispatch(channel, message);
  }

  return {
    publish(channel, message) {
      if (!channels.has(channel)) return;
      if (waiting.push({ channel, message }) === 1) queueMicrotask(drain);
    },
    async subscribe(channel, handler) {
      channels.add(channel, handler);
      return async () => {
        channels.remove(channel, handler);
      };
    },
  };
}
