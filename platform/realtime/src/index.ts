export { BroadcastHub } from './broadcast-hub.ts';
export { DEFAULT_LIMITS, type RealtimeLimits } from './limits.ts';
export { createRealtime, type Realtime, type RealtimeOptions } from './realtime.ts';
export type { RealtimeMetrics, SocketDenial } from './realtime-hooks.ts';
