/** Fire-and-forget messages between nodes (in the process, or Redis). Never the only copy of anything. */
export interface Bus {
  publish(channel: string, message: string): void;
  /** Resolves when the subscription is in force. The returned function ends it. */
  subscribe(channel: string, handler: (message: string) => void): Promise<() => Promise<void>>;
}

/** Shared short-lived values. Losing all of them costs speed, never truth. */
export interface Cache {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
  delete(key: string): Promise<void>;
  /** Sets only when absent; true for the one who set it. */
  setIfAbsent(key: string, value: string, ttlSeconds: number): Promise<boolean>;
}

export interface RateDecision {
  readonly allowed: boolean;
  readonly remaining: number;
  readonly retryAfterSeconds: number;
}
export interface RateRule {
  readonly name: string;
  /** Units per window. */
  readonly points: number;
  readonly windowSeconds: number;
  /** When exceeded, refuse for this long instead of until the window ends. */
  readonly blockSeconds?: number;
}
/** The same counters on every node. */
export interface RateLimiter {
  consume(rule: RateRule, key: string, points?: number): Promise<RateDecision>;
  /** Without counting. */
  peek(rule: RateRule, key: string): Promise<RateDecision>;
  reset(rule: RateRule, key: string): Promise<void>;
}

/** Who is where, over all nodes; entries of a node that died fall away within 30 s. */
export interface Presence {
  enter(place: string, member: string, connectionId: string): Promise<void>;
  leave(place: string, member: string, connectionId: string): Promise<void>;
  /** Distinct members. */
  count(place: string): Promise<number>;
  counts(places: readonly string[]): Promise<number[]>;
  members(place: string, limit: number): Promise<string[]>;
  /** Called (on every node that watches) soon after the count of a place changed; bursts come together. */
  watch(place: string, listener: (count: number) => void): Promise<() => void>;
}
