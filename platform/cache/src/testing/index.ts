export { eventually } from './eventually.ts';
export { type RedisServer, startRedis } from './redis-server.ts';
export { sharedContract } from './shared-contract.ts';
