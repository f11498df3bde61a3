import type { Bus, Cache, Closable, Logger, Presence, RateLimiter } from '@madang/kernel';

/** What nodes share besides the database. Losing all of it costs speed and a moment's presence, never truth. */
export interface Shared extends Closable {
  readonly bus: Bus;
  readonly cache: Cache;
  readonly rateLimiter: RateLimiter;
  readonly presence: Presence;
  /**
   * Called when messages flow again after some between nodes may have been lost, on every node that may lack some:
   * whoever follows by messages alone asks the database again. Several losses within a second are told once.
   */
  onGap(listener: () => void): void;
  /** False while the node is cut off and lives on its own memory. */
  isHealthy(): boolean;
}

export interface RedisSharedOptions {
  /** `redis://[[user]:password@]host[:port][/database]`, or `rediss://` for TLS. */
  readonly url: string;
  readonly logger: Logger;
  /** Unique per process start, without ':'. Its presence entries die with it. */
  readonly nodeId: string;
}
