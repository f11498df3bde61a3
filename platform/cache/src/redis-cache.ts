import type { Cache } from '@madang/kernel';
import { type RedisConnection, RedisUnavailable } from './redis-connection.ts';

const PREFIX = 'madang:cache:';

/** While Redis is away nothing is found, nothing is kept, and every asker of `setIfAbsent` is the first. */
export function createRedisCache(connection: RedisConnection): Cache {
  const { client } = connection;
  const milliseconds = (ttlSeconds: number): number => Math.max(1, Math.round(ttlSeconds * 1000));

  async function orElse<T>(fallback: T, command: () => Promise<T>): Promise<T> {
    try {
      return await connection.run(command);
    } catch (error) {
      if (error instanceof RedisUnavailable || !connection.isReady) return fallback;
      throw error;
    }
  }

  return {
    get: (key) => orElse(undefined, async () => (await client.get(PREFIX + key)) ?? undefined),
    set: (key, value, ttlSeconds) =>
      orElse(undefined, async () => {
        await client.set(PREFIX + key, value, { expiration: { type: 'PX', value: milliseconds(ttlSeconds) } });
      }),
    delete: (key) =>
      orElse(undefined, async () => {
        await client.del(PREFIX + key);
      }),
    setIfAbsent: (key, value, ttlSeconds) =>
      orElse(true, async () => {
        const options = { condition: 'NX', expiration: { type: 'PX', value: milliseconds(ttlSeconds) } } as const;
        return (await client.set(PREFIX + key, value, options)) !== null;
      }),
  };
}
