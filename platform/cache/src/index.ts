import type { RedisSharedOptions, Shared } from './shared.ts';

export { createMemoryShared } from './memory-shared.ts';
export type { RedisSharedOptions, Shared } from './shared.ts';

/**
 * The shared ports on one Redis or Valkey (≥ 6). Throws one sentence when the address is malformed or nobody answers
 * there within 3 s; once connected it reconnects for ever. The client is loaded only here, so that a single machine never pays for it.
 */
export async function createRedisShared(options: RedisSharedOptions): Promise<Shared> {
  const { connectRedisShared } = await import('./redis-shared.ts');
  return connectRedisShared(options);
}
