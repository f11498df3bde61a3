import type { Room } from '@madang/chat/contract';
import { type RoomEvent, type RoomState, reduceRoom } from './room-state.ts';
import type { ViewWindow } from './view-window.ts';

export type Fetching = 'idle' | 'busy' | 'failed';

/** All a room's page shows, as one value that changes as a whole. */
export interface RoomModel {
  readonly room: Room;
  readonly state: RoomState;
  readonly view: ViewWindow;
  readonly fetching: { readonly before: Fetching; readonly after: Fetching };
  /** `banned` and `gone`: the room closed in front of the person. */
  readonly access: 'open' | 'banned' | 'gone';
  /** True after the first answer to `room:join` on this connection. */
  readonly joined: boolean;
  /** A message to bring into sight; a new object each time. */
  readonly focus: { readonly seq: number } | null;
  /** The end of the stream is in sight. */
  readonly atEnd: boolean;
}

/** Holds the model and tells listeners; nothing else. */
export class RoomStore {
  #model: RoomModel;
  readonly #listeners = new Set<() => void>();

  constructor(model: RoomModel) {
    this.#model = model;
  }

  readonly get = (): RoomModel => this.#model;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  update(change: Partial<RoomModel>): void {
    this.#model = { ...this.#model, ...change };
    for (const listener of this.#listeners) listener();
  }

  dispatch(event: RoomEvent): void {
    const state = reduceRoom(this.#model.state, event);
    if (state !== this.#model.state) this.update({ state });
  }
}
