import type { RateDecision, RateLimiter, RateRule } from '@madang/kernel';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { RedisConnection } from './redis-connection.ts';

const PREFIX = 'madang:rate';

/** The same counters on every node; while Redis is away each node counts for itself (the library's insurance). */
export function createRedisRateLimiter(connection: RedisConnection): RateLimiter {
  const limiters = new Map<string, RateLimiterRedis>();
  const storeClient = guardedClient(connection);

  function limiterOf(rule: RateRule): RateLimiterRedis {
    const id = `${rule.name}:${rule.points}:${rule.windowSeconds}:${rule.blockSeconds ?? 0}`;
    const known = limiters.get(id);
    if (known !== undefined) return known;
    const options = {
      keyPrefix: `${PREFIX}:${rule.name}`,
      points: rule.points,
      duration: rule.windowSeconds,
      blockDuration: rule.blockSeconds ?? 0,
    };
    const limiter = new RateLimiterRedis({
      ...options,
      storeClient,
      useRedisPackage: true,
      insuranceLimiter: new RateLimiterMemory(options),
    });
    limiters.set(id, limiter);
    return limiter;
  }

  return {
    async consume(rule, key, points = 1) {
      try {
        return decision(rule, await limiterOf(rule).consume(key, points), true);
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return decision(rule, refusal, false);
        throw refusal;
      }
    },
    async peek(rule, key) {
      const state = await limiterOf(rule).get(key);
      if (state === null) return { allowed: true, remaining: rule.points, retryAfterSeconds: 0 };
      return decision(rule, state, state.consumedPoints < rule.points);
    },
    async reset(rule, key) {
      await limiterOf(rule).delete(key);
    },
  };
}

function decision(rule: RateRule, state: RateLimiterRes, allowed: boolean): RateDecision {
  return {
    allowed,
    remaining: Math.max(0, rule.points - state.consumedPoints),
    retryAfterSeconds: allowed ? 0 : Math.max(1, Math.ceil(state.msBeforeNext / 1000)),
  };
}

/** The commands the library uses of its client, each refused at once (and then insured) while Redis does not answer. */
function guardedClient(connection: RedisConnection) {
  const { client } = connection;
  return {
    eval: (script: string, options: { keys: string[]; arguments: string[] }) => connection.run(() => client.eval(script, options)),
    del: (key: string) => connection.run(() => client.del(key)),
    multi: () => {
      const commands = client.multi();
      const chain = {
        get: (key: string) => {
          commands.get(key);
          return chain;
        },
        set: (key: string, value: number | string, { EX }: { EX?: number } = {}) => {
          commands.set(key, String(value), EX === undefined ? undefined : { expiration: { type: 'EX', value: EX } });
          return chain;
        },
        pTTL: (key: string) => {
          commands.pTTL(key);
          return chain;
        },
        exec: (asPipeline?: boolean) => connection.run(() => commands.exec(asPipeline)),
      };
      return chain;
    },
  };
}
