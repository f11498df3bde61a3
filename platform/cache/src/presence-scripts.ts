/**
 * Presence in Redis. Each script runs whole or not at all; times are Redis's own, so nodes' clocks do not matter.
 *
 * | key | holds |
 * |---|---|
 * | `…:nodes` | sorted set: node → when it counts as dead, ms |
 * | `…:node:{node}` | set: places where the node has members |
 * | `…:local:{node}:{place}` | set: the node's members there |
 * | `…:place:{place}` | hash: member → how many nodes have it there; its length is the count |
 */
const PREFIX = 'madang:presence';
export const nodesKey = `${PREFIX}:nodes`;
export const nodeKey = (node: string): string => `${PREFIX}:node:${node}`;
export const localKey = (node: string, place: string): string => `${PREFIX}:local:${node}:${place}`;
export const placeKey = (place: string): string => `${PREFIX}:place:${place}`;

const NOW = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
`;

const REMOVE = `
local function remove(place, member)
  if redis.call('HINCRBY', place, member, -1) <= 0 then
    redis.call('HDEL', place, member)
    return 1
  end
  return 0
end
`;

/** KEYS place, local, node; ARGV member, name of the place → 1 when the count changed. */
export const ENTER = `
if redis.call('SADD', KEYS[2], ARGV[1]) == 0 then return 0 end
redis.call('SADD', KEYS[3], ARGV[2])
if redis.call('HINCRBY', KEYS[1], ARGV[1], 1) == 1 then return 1 end
return 0
`;

/** KEYS place, local, node; ARGV member, name of the place → 1 when the count changed. */
export const LEAVE = `${REMOVE}
if redis.call('SREM', KEYS[2], ARGV[1]) == 0 then return 0 end
if redis.call('EXISTS', KEYS[2]) == 0 then redis.call('SREM', KEYS[3], ARGV[2]) end
return remove(KEYS[1], ARGV[1])
`;

/** Makes a node's members of a place exactly those named. KEYS place, local, node; ARGV name of the place, members… → 1 when the count changed. */
export const SYNC = `${REMOVE}
local wanted, changed = {}, 0
for i = 2, #ARGV do wanted[ARGV[i]] = true end
for _, member in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  if not wanted[member] then
    redis.call('SREM', KEYS[2], member)
    if remove(KEYS[1], member) == 1 then changed = 1 end
  end
end
for i = 2, #ARGV do
  if redis.call('SADD', KEYS[2], ARGV[i]) == 1 and redis.call('HINCRBY', KEYS[1], ARGV[i], 1) == 1 then changed = 1 end
end
if #ARGV > 1 then redis.call('SADD', KEYS[3], ARGV[1]) else redis.call('SREM', KEYS[3], ARGV[1]) end
return changed
`;

/** KEYS nodes; ARGV node, ms it lives on → { 1 when Redis had forgotten the node or others may have taken its entries away, dead nodes }. */
export const HEARTBEAT = `${NOW}
local until_then = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
local forgotten = 1
if until_then and tonumber(until_then) > now then forgotten = 0 end
return { forgotten, redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 16) }
`;

/**
 * Takes a dead node's members out of one place, unless it lives again. KEYS place, local, node, nodes;
 * ARGV node, name of the place → 1 when the count changed.
 */
export const REAP = `${NOW}${REMOVE}
local until_then = redis.call('ZSCORE', KEYS[4], ARGV[1])
if until_then and tonumber(until_then) > now then return 0 end
local changed = 0
for _, member in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  if remove(KEYS[1], member) == 1 then changed = 1 end
end
redis.call('DEL', KEYS[2])
redis.call('SREM', KEYS[3], ARGV[2])
return changed
`;

/** Forgets a dead node of which nothing is left. KEYS node, nodes; ARGV node. */
export const BURY = `${NOW}
local until_then = redis.call('ZSCORE', KEYS[2], ARGV[1])
if until_then and tonumber(until_then) <= now and redis.call('EXISTS', KEYS[1]) == 0 then redis.call('ZREM', KEYS[2], ARGV[1]) end
return 0
`;
