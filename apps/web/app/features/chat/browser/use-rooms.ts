import type { Room } from '@madang/chat/contract';
import { useSyncExternalStore } from 'react';
import { type RoomsModel, roomsStore } from './rooms-store.ts';

const NOTHING: RoomsModel = { rooms: undefined, problem: undefined, reading: false };
const subscribe = (listener: () => void) => roomsStore().subscribe(listener);

/** The rooms as they are now; before the browser knows better, as the loader read them. */
export function useRooms(loaded?: readonly Room[]): RoomsModel {
  const model = useSyncExternalStore(
    subscribe,
    () => roomsStore().get(),
    () => NOTHING,
  );
  return model.rooms === undefined && loaded !== undefined ? { ...model, rooms: loaded } : model;
}
