import { useMemo, useSyncExternalStore } from 'react';
import { api } from '../../../api/browser.ts';
import { type LoadedRoom, type OpenRoom, openRoom } from '../engine/open-room.ts';
import type { RoomModel } from '../engine/room-store.ts';

/** The room as it was loaded, opened for reading; anew for another person. */
export function useOpenRoom(loaded: LoadedRoom, me: string | undefined): OpenRoom {
  const roomId = loaded.room.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a room opens with what was loaded and keeps itself right from there
  return useMemo(
    () => openRoom(loaded, me, async (query) => (await api('GET /api/v1/rooms/:roomId/messages', { params: { roomId }, query })).items),
    [roomId, me],
  );
}

/** One part of the model; the component draws again when that part changed. `select` answers what the model holds, nothing new. */
export function useRoom<Part>({ store }: OpenRoom, select: (model: RoomModel) => Part): Part {
  const read = () => select(store.get());
  return useSyncExternalStore(store.subscribe, read, read);
}
