import type { Message } from '@madang/chat/contract';
import { forgetFar, HELD_MOST, heldAround } from './room-state.ts';
import type { RoomStore } from './room-store.ts';
import { extendDown, extendUp, followHead, type Held, lastOf, viewAround, viewOfPresent } from './view-window.ts';

/** A page of history, newest first, as `GET /rooms/:roomId/messages` answers. */
export type ReadPage = (query: {
  cursor?: string;
  direction?: 'before' | 'after';
  at?: string;
  around?: number;
  limit?: number;
}) => Promise<readonly Message[]>;

/** Moves the window over a room's messages and fetches what it comes to. Refusals show as `fetching: 'failed'` or are thrown where a person asked. */
export class HistoryView {
  readonly #store: RoomStore;
  readonly #readPage: ReadPage;

  constructor(deps: { store: RoomStore; readPage: ReadPage }) {
    this.#store = deps.store;
    this.#readPage = deps.readPage;
  }

  /** More above or below what is drawn; does nothing while it is at it, or where there is no more. */
  async extend(direction: 'before' | 'after'): Promise<void> {
    const { view, state, fetching } = this.#store.get();
    if (fetching[direction] === 'busy') return;
    const head = state.timeline.seq;
    const edge = direction === 'before' ? view.from : lastOf(view, head);
    if (direction === 'before' ? edge <= state.firstSeq : view.to === null) return;
    if (!state.timeline.messages.has(direction === 'before' ? edge - 1 : edge + 1) && edge !== head) {
      this.#fetching(direction, 'busy');
      try {
        await this.#read({ cursor: String(edge), direction, limit: 50 });
        this.#fetching(direction, 'idle');
      } catch {
        this.#fetching(direction, 'failed');
        return;
      }
    }
    const now = this.#store.get();
    const moved = direction === 'before' ? extendUp : extendDown;
    const next = moved(now.view, this.#held(edge), now.state.timeline.seq);
    if (next !== now.view) this.#store.update({ view: next });
  }

  /** Brings a place or a moment into sight. Throws what the server refused. */
  async jump(target: { seq: number } | { at: string }): Promise<void> {
    let seq: number;
    if ('at' in target) {
      const page = await this.#read({ at: target.at });
      const found = page.findLast((message) => message.createdAt >= target.at) ?? page[0];
      if (found === undefined) return;
      seq = found.seq;
    } else {
      seq = target.seq;
      const held = heldAround(this.#store.get().state.timeline.messages, seq, 10);
      if (held === undefined || held.to - held.from < 10) {
        const page = await this.#read({ around: seq });
        // It may have been swept away: the nearest that is still there.
        if (!page.some((message) => message.seq === seq)) seq = page.at(-1)?.seq ?? seq;
      }
    }
    const { state, view } = this.#store.get();
    const head = state.timeline.seq;
    const inSight = seq >= view.from && seq <= lastOf(view, head);
    this.#store.update({ view: inSight ? view : viewAround(seq, this.#held(seq), head), focus: { seq } });
  }

  async toPresent(): Promise<void> {
    const { timeline } = this.#store.get().state;
    if (timeline.seq > 0 && !timeline.messages.has(timeline.seq)) await this.#read({ limit: 50 });
    this.showPresent();
  }

  /** Where the newest messages are held already. */
  showPresent(): void {
    this.#store.update({ view: viewOfPresent(this.#held(this.#store.get().state.timeline.seq)), focus: null });
  }

  /** After messages arrived. */
  follow(atEnd: boolean): void {
    const { view, state } = this.#store.get();
    const next = followHead(view, state.timeline.seq, atEnd);
    if (next !== view) this.#store.update({ view: next });
  }

  #held(seq: number): Held {
    return heldAround(this.#store.get().state.timeline.messages, seq, HELD_MOST) ?? { from: seq + 1, to: seq };
  }

  async #read(query: Parameters<ReadPage>[0]): Promise<readonly Message[]> {
    const messages = await this.#readPage(query);
    const { view, state } = this.#store.get();
    const slim = forgetFar(state, { from: view.from, to: lastOf(view, state.timeline.seq) });
    if (slim !== state) this.#store.update({ state: slim });
    this.#store.dispatch({ type: 'paged', messages });
    return messages;
  }

  #fetching(direction: 'before' | 'after', to: 'idle' | 'busy' | 'failed'): void {
    this.#store.update({ fetching: { ...this.#store.get().fetching, [direction]: to } });
  }
}
