import type { Clock, RateDecision, RateLimiter, RateRule } from '@madang/kernel';

interface Window {
  consumed: number;
  endsAt: number;
}

const FIRST_SWEEP = 10_000;

/**
 * Fixed windows: the first unit opens a key's window; what exceeds the points is refused until the window ends, or for
 * `blockSeconds` from the first refusal where the rule has them. The same arithmetic as the one on Redis.
 */
export function createMemoryRateLimiter(clock: Clock): RateLimiter {
  const windows = new Map<string, Window>();
  let sweepAt = FIRST_SWEEP;

  const keyOf = (rule: RateRule, key: string): string => `${rule.name}:${key}`;

  function find(id: string, now: number): Window | undefined {
    const window = windows.get(id);
    return window !== undefined && window.endsAt > now ? window : undefined;
  }

  /** Amortized: the map is walked once each time it has doubled, so memory follows the keys alive. */
  function sweep(now: number): void {
    if (windows.size < sweepAt) return;
    for (const [id, window] of windows) if (window.endsAt <= now) windows.delete(id);
    sweepAt = Math.max(FIRST_SWEEP, windows.size * 2);
  }

  function decide(rule: RateRule, window: Window, now: number, allowed: boolean): RateDecision {
    return {
      allowed,
      remaining: Math.max(0, rule.points - window.consumed),
      retryAfterSeconds: allowed ? 0 : Math.max(1, Math.ceil((window.endsAt - now) / 1000)),
    };
  }

  return {
    async consume(rule, key, points = 1) {
      const now = clock.now().getTime();
      const id = keyOf(rule, key);
      let window = find(id, now);
      if (window === undefined) {
        sweep(now);
        window = { consumed: 0, endsAt: now + rule.windowSeconds * 1000 };
        windows.set(id, window);
      }
      const before = window.consumed;
      window.consumed += points;
      const allowed = window.consumed <= rule.points;
      if (!allowed && before <= rule.points && rule.blockSeconds !== undefined) window.endsAt = now + rule.blockSeconds * 1000;
      return decide(rule, window, now, allowed);
    },
    async peek(rule, key) {
      const now = clock.now().getTime();
      const window = find(keyOf(rule, key), now) ?? { consumed: 0, endsAt: now };
      return decide(rule, window, now, window.consumed < rule.points);
    },
    async reset(rule, key) {
      windows.delete(keyOf(rule, key));
    },
  };
}
