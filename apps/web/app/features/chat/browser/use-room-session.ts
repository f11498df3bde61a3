import type { Message, Room } from '@madang/chat/contract';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { api } from '../../../api/browser.ts';
import type { ConnectionState } from '../../../realtime/connections.ts';
import { useConnection } from '../../../realtime/use-connection.ts';
import { usePage } from '../../../shell/page.ts';
import { linkOf } from '../engine/room-link.ts';
import { type RoomCalls, RoomSession } from '../engine/room-session.ts';
import type { RoomModel } from '../engine/room-store.ts';
import { localOutbox } from './local-outbox.ts';
import { roomsStore } from './rooms-store.ts';

function callsOf(roomId: string): RoomCalls {
  const params = { roomId };
  return {
    readRoom: () => api('GET /api/v1/rooms/:roomId', { params }),
    readPage: async (query) => (await api('GET /api/v1/rooms/:roomId/messages', { params, query })).items,
    edit: (messageId, body) => api('PATCH /api/v1/messages/:messageId', { params: { messageId }, body: { body } }),
    remove: (messageId) => api('DELETE /api/v1/messages/:messageId', { params: { messageId } }),
    react: (messageId, reaction, on) =>
      on
        ? api('PUT /api/v1/messages/:messageId/reactions/:reaction', { params: { messageId, reaction } })
        : api('DELETE /api/v1/messages/:messageId/reactions/:reaction', { params: { messageId, reaction } }),
  };
}

/** 128 random bits; `crypto.randomUUID` is missing where a page is served without TLS. */
const newId = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

export interface LoadedRoom {
  readonly room: Room;
  readonly page: readonly Message[];
  readonly openAt: number | undefined;
}

/** The room's session while it is on the page, connected as the person who reads it. */
export function useRoomSession(loaded: LoadedRoom): { session: RoomSession; connection: ConnectionState; retry: () => void } {
  const { person } = usePage();
  const roomId = loaded.room.id;
  const me = person?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a session opens with what was loaded and keeps itself right from there
  const session = useMemo(
    () =>
      new RoomSession({
        me,
        ...loaded,
        calls: callsOf(roomId),
        outbox: localOutbox(roomId, me),
        now: () => new Date(),
        later: (work, ms) => {
          const timer = setTimeout(work, ms);
          return () => clearTimeout(timer);
        },
        newId,
      }),
    [roomId, me],
  );
  const { connection, state } = useConnection('/chat', me !== undefined);

  useEffect(() => session.open(), [session]);
  useEffect(() => {
    if (connection !== undefined && state === 'online') return session.attach(linkOf(connection.socket));
    return undefined;
  }, [session, connection, state]);
  useEffect(() => {
    const look = () => session.look({ visible: document.visibilityState === 'visible' && document.hasFocus() });
    look();
    document.addEventListener('visibilitychange', look);
    window.addEventListener('focus', look);
    window.addEventListener('blur', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('focus', look);
      window.removeEventListener('blur', look);
    };
  }, [session]);
  useEffect(() => session.store.subscribe(() => roomsStore().readUpTo(roomId, session.store.get().state.readSeq)), [session, roomId]);
  return { session, connection: me === undefined ? 'online' : state, retry: () => connection?.retry() };
}

/** One part of the model; the component draws again when that part changed. `select` answers what the model holds, nothing new. */
export function useRoom<Part>(session: RoomSession, select: (model: RoomModel) => Part): Part {
  const read = () => select(session.store.get());
  return useSyncExternalStore(session.store.subscribe, read, read);
}
