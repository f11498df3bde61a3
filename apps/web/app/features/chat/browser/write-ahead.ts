import type { RoomStore } from '../engine/room-store.ts';
import { type Written, writePending } from '../engine/write-pending.ts';
import { localOutbox } from './local-outbox.ts';
import { newId } from './new-id.ts';

/** For a message written before there is a session to send it: the session finds it in the outbox. */
export function writeAhead(store: RoomStore, roomId: string, me: string | undefined, written: Written): void {
  writePending({ store, outbox: localOutbox(roomId, me), newId, now: () => new Date() }, written);
}
