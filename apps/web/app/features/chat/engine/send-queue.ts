import { LinkLost, Refused, type RoomLink } from './room-link.ts';
import type { Pending } from './room-state.ts';
import { type WritingDeps, type Written, writePending } from './write-pending.ts';

export interface SendQueueDeps extends WritingDeps {
  readonly roomId: string;
  /** The link while the room is joined on it. */
  readonly link: () => RoomLink | undefined;
  readonly later: (work: () => void, ms: number) => () => void;
}

/** Refusals that pass by themselves: the message keeps its turn. */
const PASSING = new Set(['chat.slow_mode', 'chat.too_fast', 'request.rate_limited', 'request.unavailable', 'request.internal']);
const RETRY_MS = 2_000;

/**
 * Sends one message after the other, in the order written. One that got no answer is sent again under the same `clientId`,
 * for which the server keeps one message, so nothing is lost and nothing doubled.
 */
export class SendQueue {
  readonly #deps: SendQueueDeps;
  #sending = false;
  /** While a refusal passes or a lost answer may still come. */
  #cancelRest: (() => void) | undefined;
  #awaitsAnswer = false;
  #closed = false;

  constructor(deps: SendQueueDeps) {
    this.#deps = deps;
  }

  /** Takes up what an earlier visit left. */
  restore(): void {
    this.#closed = false;
    for (const pending of this.#deps.outbox.read()) {
      this.#deps.store.dispatch({ type: 'written', pending: pending.step === 'failed' ? pending : { ...pending, step: 'waiting' } });
    }
  }

  write(written: Written): void {
    writePending(this.#deps, written);
    void this.flush();
  }

  retry(clientId: string): void {
    this.#rest(undefined);
    this.#deps.store.dispatch({ type: 'put-back', clientId });
    void this.flush();
  }

  discard(clientId: string): void {
    this.#deps.outbox.drop(clientId);
    this.#deps.store.dispatch({ type: 'discarded', clientId });
  }

  /** After joining, when it is known what the server has: a lost answer needs no more waiting for. */
  resume(): void {
    if (this.#awaitsAnswer) this.#rest(undefined);
    void this.flush();
  }

  /** Sends what waits, while the room is joined and nothing has to pass first. */
  async flush(): Promise<void> {
    if (this.#sending || this.#closed || this.#cancelRest !== undefined) return;
    this.#sending = true;
    try {
      for (let next = this.#next(); next !== undefined; next = this.#next()) {
        const link = this.#deps.link();
        if (link === undefined || !(await this.#send(link, next))) break;
      }
    } finally {
      this.#sending = false;
    }
  }

  close(): void {
    this.#closed = true;
    this.#rest(undefined);
  }

  #next(): Pending | undefined {
    return this.#deps.store.get().state.pending.find((one) => one.step === 'waiting');
  }

  /** False when the queue should rest. */
  async #send(link: RoomLink, { clientId, body, replyTo, files }: Pending): Promise<boolean> {
    const { roomId, store, outbox } = this.#deps;
    store.dispatch({ type: 'sending', clientId });
    try {
      const { seq } = await link.call('message:send', {
        roomId,
        clientId,
        body,
        replyTo: replyTo?.id ?? null,
        fileIds: files.map((file) => file.fileId),
      });
      outbox.drop(clientId);
      store.dispatch({ type: 'acknowledged', clientId, seq });
      return true;
    } catch (error) {
      if (error instanceof Refused && !PASSING.has(error.code)) {
        store.dispatch({ type: 'refused', clientId, problem: error.message });
        const failed = store.get().state.pending.find((one) => one.clientId === clientId);
        if (failed !== undefined) outbox.keep(failed);
        return true;
      }
      if (!(error instanceof Refused || error instanceof LinkLost)) throw error;
      store.dispatch({ type: 'put-back', clientId });
      const wait = error instanceof Refused ? (error.retryAfterSeconds ?? 2) * 1_000 : RETRY_MS;
      this.#rest(wait);
      this.#awaitsAnswer = error instanceof LinkLost;
      return false;
    }
  }

  #rest(ms: number | undefined): void {
    this.#cancelRest?.();
    this.#cancelRest = undefined;
    if (ms === undefined) return;
    this.#cancelRest = this.#deps.later(() => {
      this.#cancelRest = undefined;
      void this.flush();
    }, ms);
  }
}
