/** Admits one event: resolves to what starts its handler, or to undefined when it was refused. Never rejects. */
export type Admission<Event> = (event: Event) => Promise<(() => Promise<void>) | undefined>;

/**
 * One socket's events. They are admitted one after the other and their handlers are started in the order of arrival,
 * synchronously on admission; at most `concurrent` run at once, at most `queued` wait.
 */
export class EventLine<Event> {
  readonly #admit: Admission<Event>;
  readonly #bounds: { concurrent: number; queued: number };
  readonly #onPressure: (high: boolean) => void;
  #waiting: Event[] = [];
  #running = 0;
  #admitting = false;
  #closed = false;
  #whenIdle: (() => void)[] = [];

  /** `onPressure(true)` when as many are under way as may run, `onPressure(false)` when half of them are done. */
  constructor(admit: Admission<Event>, bounds: { concurrent: number; queued: number }, onPressure: (high: boolean) => void) {
    this.#admit = admit;
    this.#bounds = bounds;
    this.#onPressure = onPressure;
  }

  /** False when the line is full (or closed): the event will not be handled. */
  push(event: Event): boolean {
    if (this.#closed || this.#waiting.length >= this.#bounds.queued) return false;
    this.#waiting.push(event);
    if (this.#underWay >= this.#bounds.concurrent) this.#onPressure(true);
    void this.#advance();
    return true;
  }

  /** Nothing that waits will start. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
  }

  /** Resolves when nothing runs or waits. */
  idle(): Promise<void> {
    if (this.#isIdle) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenIdle.push(resolve);
    });
  }

  get #underWay(): number {
    return this.#waiting.length + this.#running;
  }

  get #isIdle(): boolean {
    return !this.#admitting && this.#underWay === 0;
  }

  async #advance(): Promise<void> {
    if (this.#admitting) return;
    this.#admitting = true;
    while (this.#running < this.#bounds.concurrent) {
      const event = this.#waiting.shift();
      if (event === undefined) break;
      const start = await this.#admit(event);
      if (start === undefined || this.#closed) continue;
      this.#running += 1;
      void start().finally(() => {
        this.#running -= 1;
        this.#settle();
        void this.#advance();
      });
    }
    this.#admitting = false;
    this.#settle();
  }

  #settle(): void {
    if (this.#underWay * 2 <= this.#bounds.concurrent) this.#onPressure(false);
    if (!this.#isIdle) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
