import type { Clock } from '@madang/kernel';
import type { RealtimeLimits } from './limits.ts';

/** A token bucket for all events of one socket, whatever they are: a first line that asks nobody. */
export class EventGate {
  readonly #limits: Pick<RealtimeLimits, 'eventBurst' | 'eventsPerSecond'>;
  readonly #clock: Clock;
  #tokens: number;
  #at: number;

  constructor(limits: Pick<RealtimeLimits, 'eventBurst' | 'eventsPerSecond'>, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.#tokens = limits.eventBurst;
    this.#at = clock.now().getTime();
  }

  admit(): boolean {
    const now = this.#clock.now().getTime();
    const { eventBurst, eventsPerSecond } = this.#limits;
    this.#tokens = Math.min(eventBurst, this.#tokens + (Math.max(0, now - this.#at) / 1000) * eventsPerSecond);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
