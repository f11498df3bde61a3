import type { Cache, Clock } from '@madang/kernel';
import { LRUCache } from 'lru-cache';

const MAX_ENTRIES = 100_000;
const MAX_CHARACTERS = 32 * 1024 * 1024;

/** Bounded; what was used least recently goes first. */
export function createMemoryCache(clock: Clock): Cache {
  const entries = new LRUCache<string, string>({
    max: MAX_ENTRIES,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (value, key) => value.length + key.length + 1,
    ttlResolution: 0,
    // lru-cache reads a start time of 0 as "no time": a clock held at the epoch must not mean eternity.
    perf: { now: () => clock.now().getTime() + 1 },
  });
  const milliseconds = (ttlSeconds: number): number => Math.max(1, Math.round(ttlSeconds * 1000));

  return {
    get: async (key) => entries.get(key),
    set: async (key, value, ttlSeconds) => {
      entries.set(key, value, { ttl: milliseconds(ttlSeconds) });
    },
    delete: async (key) => {
      entries.delete(key);
    },
    setIfAbsent: async (key, value, ttlSeconds) => {
      if (entries.get(key) !== undefined) return false;
      entries.set(key, value, { ttl: milliseconds(ttlSeconds) });
      return true;
    },
  };
}
