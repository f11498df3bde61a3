import type { Message, Room } from '@madang/chat/contract';
import { HistoryView, type ReadPage } from './history-view.ts';
import { openRoomState } from './room-state.ts';
import { RoomStore } from './room-store.ts';
import { viewAround, viewOfPresent } from './view-window.ts';

/** A room as anyone may read it: what is known of it, and the way through its history. A `RoomSession` makes it live. */
export interface OpenRoom {
  readonly store: RoomStore;
  readonly history: HistoryView;
}

export interface LoadedRoom {
  readonly room: Room;
  /** Newest first; read after `room`. */
  readonly page: readonly Message[];
  /** The place the page was opened at, instead of the newest. */
  readonly openAt: number | undefined;
}

export function openRoom({ room, page, openAt }: LoadedRoom, me: string | undefined, readPage: ReadPage): OpenRoom {
  const state = openRoomState({
    me,
    seq: room.seq,
    rev: room.rev,
    firstSeq: room.firstSeq,
    online: room.online,
    // Who has not been here before has missed nothing.
    readSeq: room.membership?.readSeq ?? room.seq,
    unread: room.membership?.unread ?? 0,
    messages: page,
  });
  const held = { from: page.at(-1)?.seq ?? state.timeline.seq + 1, to: page[0]?.seq ?? state.timeline.seq };
  const store = new RoomStore({
    room,
    state,
    view: openAt === undefined || page.length === 0 ? viewOfPresent(held) : viewAround(openAt, held, state.timeline.seq),
    fetching: { before: 'idle', after: 'idle' },
    access: 'open',
    joined: false,
    focus: openAt === undefined ? null : { seq: openAt },
    atEnd: openAt === undefined,
  });
  return { store, history: new HistoryView({ store, readPage }) };
}
