export interface TokenBucket {
  readonly tokens: number;
  /** Milliseconds since the epoch at which `tokens` was right. */
  readonly at: number;
}
export interface BucketRule {
  readonly burst: number;
  readonly perSecond: number;
}

export const fullBucket = (rule: BucketRule, at: number): TokenBucket => ({ tokens: rule.burst, at });

/** The bucket as of `now`. A clock that went back adds nothing. */
export function refill(bucket: TokenBucket, rule: BucketRule, now: number): TokenBucket {
  const elapsed = Math.max(0, now - bucket.at);
  return { tokens: Math.min(rule.burst, bucket.tokens + (elapsed / 1000) * rule.perSecond), at: Math.max(now, bucket.at) };
}

/** One token, or the seconds until there is one. What is refused takes nothing. */
export function take(bucket: TokenBucket, rule: BucketRule, now: number): { bucket: TokenBucket; waitSeconds: number } {
  const filled = refill(bucket, rule, now);
  if (filled.tokens >= 1) return { bucket: { ...filled, tokens: filled.tokens - 1 }, waitSeconds: 0 };
  return { bucket: filled, waitSeconds: (1 - filled.tokens) / rule.perSecond };
}
