import { type Clock, fail, type RateLimiter, type RateRule, type ZoneId } from '@madang/kernel';
import { chatErrors } from './chat-errors.ts';
import { type BucketRule, fullBucket, refill, type TokenBucket, take } from './token-bucket.ts';

/** How many sends are reported to the shared counter at once. */
const LEASE = 20;
const MOST_BUCKETS = 20_000;

interface Sender {
  bucket: TokenBucket;
  unreported: number;
  /** Set when the shared counter says that this person spent elsewhere. */
  blockedUntil: number;
}

/**
 * [CH11] Exact token bucket per person on this node; the counters all nodes share are told every twenty sends, in the
 * background, and bound what a person can spend by sending through several nodes at once.
 */
export class SendLimit {
  readonly #rule: BucketRule;
  readonly #shared: RateRule;
  readonly #limiter: RateLimiter;
  readonly #clock: Clock;
  readonly #senders = new Map<string, Sender>();

  constructor(deps: { rule: BucketRule; rateLimiter: RateLimiter; clock: Clock }) {
    this.#rule = deps.rule;
    const windowSeconds = Math.max(1, Math.ceil(deps.rule.burst / deps.rule.perSecond));
    // What one full bucket can spend in the time it takes to refill.
    this.#shared = { name: 'chat.send', points: Math.ceil(deps.rule.burst + windowSeconds * deps.rule.perSecond), windowSeconds };
    this.#limiter = deps.rateLimiter;
    this.#clock = deps.clock;
  }

  /** Throws `chat.too_fast` with the seconds to wait. */
  spend(zoneId: ZoneId, personId: string): void {
    const now = this.#clock.now().getTime();
    const key = `${zoneId}:${personId}`;
    let sender = this.#senders.get(key);
    if (sender === undefined) {
      if (this.#senders.size >= MOST_BUCKETS) this.#forgetFull(now);
      sender = { bucket: fullBucket(this.#rule, now), unreported: 0, blockedUntil: 0 };
      this.#senders.set(key, sender);
    }
    if (sender.blockedUntil > now) tooFast((sender.blockedUntil - now) / 1000);
    const { bucket, waitSeconds } = take(sender.bucket, this.#rule, now);
    sender.bucket = bucket;
    if (waitSeconds > 0) tooFast(waitSeconds);
    if (++sender.unreported >= LEASE) this.#report(key, sender);
  }

  #report(key: string, sender: Sender): void {
    const spent = sender.unreported;
    sender.unreported = 0;
    this.#limiter.consume(this.#shared, key, spent).then(
      (decision) => {
        if (!decision.allowed) sender.blockedUntil = this.#clock.now().getTime() + decision.retryAfterSeconds * 1000;
      },
      () => undefined, // the shared counters are away: the exact local bucket still holds
    );
  }

  /** A full bucket is the same as none. */
  #forgetFull(now: number): void {
    for (const [key, sender] of this.#senders) {
      if (sender.blockedUntil <= now && refill(sender.bucket, this.#rule, now).tokens >= this.#rule.burst) this.#senders.delete(key);
    }
  }
}

function tooFast(seconds: number): never {
  fail(chatErrors.too_fast, { retryAfterSeconds: Math.ceil(seconds) });
}
