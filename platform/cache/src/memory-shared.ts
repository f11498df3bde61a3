import { type Clock, type Logger, silentLogger, systemClock } from '@madang/kernel';
import { createMemoryBus } from './memory-bus.ts';
import { createMemoryCache } from './memory-cache.ts';
import { createMemoryPresence } from './memory-presence.ts';
import { createMemoryRateLimiter } from './memory-rate-limiter.ts';
import type { Shared } from './shared.ts';

/** The shared ports of a program that is alone: everything in this process. */
export function createMemoryShared(options: { clock?: Clock; logger?: Logger } = {}): Shared {
  const clock = options.clock ?? systemClock;
  const presence = createMemoryPresence();
  return {
    bus: createMemoryBus(options.logger ?? silentLogger),
    cache: createMemoryCache(clock),
    rateLimiter: createMemoryRateLimiter(clock),
    presence,
    onGap: () => {},
    isHealthy: () => true,
    close: async () => presence.close(),
  };
}
