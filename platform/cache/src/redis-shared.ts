import { RedisBus } from './redis-bus.ts';
import { createRedisCache } from './redis-cache.ts';
import { RedisConnection } from './redis-connection.ts';
import { type PresenceTimes, RedisPresence } from './redis-presence.ts';
import { createRedisRateLimiter } from './redis-rate-limiter.ts';
import type { RedisSharedOptions, Shared } from './shared.ts';

export async function connectRedisShared(options: RedisSharedOptions & { presenceTimes?: PresenceTimes }): Promise<Shared> {
  const { url, nodeId } = options;
  const logger = options.logger.child({ part: 'redis' });
  // Two connections: a flood of messages must not delay answers; and a message may be late rather than lost.
  const commands = await RedisConnection.open({ url, name: `madang-${nodeId}`, logger, offlineQueue: false, patienceMs: 1_000 });
  let messages: RedisConnection;
  try {
    messages = await RedisConnection.open({ url, name: `madang-${nodeId}-bus`, logger, offlineQueue: true, patienceMs: 5_000 });
  } catch (error) {
    await commands.close();
    throw error;
  }
  const bus = new RedisBus(messages, logger);
  const presence = await RedisPresence.create({ connection: commands, bus, nodeId, logger, times: options.presenceTimes });
  return {
    bus,
    cache: createRedisCache(commands),
    rateLimiter: createRedisRateLimiter(commands),
    presence,
    onGap: (listener) => bus.onGap(listener),
    isHealthy: () => commands.isReady && messages.isReady,
    async close() {
      await presence.close();
      await bus.close();
      await commands.close();
    },
  };
}
