import { useEffect } from 'react';
import { api } from '../../../api/browser.ts';
import { useConnection } from '../../../realtime/use-connection.ts';
import { localOutbox } from '../browser/local-outbox.ts';
import { newId } from '../browser/new-id.ts';
import { roomsStore } from '../browser/rooms-store.ts';
import type { OpenRoom } from '../engine/open-room.ts';
import { linkOf } from '../engine/room-link.ts';
import { type RoomCalls, RoomSession } from '../engine/room-session.ts';
import { Announcer } from './announcer.tsx';
import { RoomBanners } from './room-banners.tsx';
import { useRoomUi } from './room-ui.ts';

function callsOf(roomId: string): RoomCalls {
  return {
    readRoom: () => api('GET /api/v1/rooms/:roomId', { params: { roomId } }),
    edit: (messageId, body) => api('PATCH /api/v1/messages/:messageId', { params: { messageId }, body: { body } }),
    remove: (messageId) => api('DELETE /api/v1/messages/:messageId', { params: { messageId } }),
    react: (messageId, reaction, on) =>
      on
        ? api('PUT /api/v1/messages/:messageId/reactions/:reaction', { params: { messageId, reaction } })
        : api('DELETE /api/v1/messages/:messageId/reactions/:reaction', { params: { messageId, reaction } }),
  };
}

interface LiveRoomProps {
  me: string;
  onSession: (session: RoomSession | undefined) => void;
}

/** Connects the open room as one person while it is on the page, and says when the connection is not what it should be. */
export default function LiveRoom({ me, onSession }: LiveRoomProps) {
  const { open, roomId, session } = useRoomUi();
  const { connection, state } = useConnection('/chat', true);

  useEffect(() => {
    const created = openSession(me, roomId, open);
    onSession(created);
    const close = created.open();
    const follow = open.store.subscribe(() => roomsStore().readUpTo(roomId, open.store.get().state.readSeq));
    return () => {
      follow();
      close();
      onSession(undefined);
    };
  }, [me, roomId, open, onSession]);

  useEffect(() => {
    if (session === undefined || connection === undefined || state !== 'online') return;
    return session.attach(linkOf(connection.socket));
  }, [session, connection, state]);

  useEffect(() => {
    if (session === undefined) return;
    const look = () => session.look(document.visibilityState === 'visible' && document.hasFocus());
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

  return (
    <>
      <RoomBanners connection={state} onRetry={() => connection?.retry()} />
      <Announcer />
    </>
  );
}

function openSession(me: string, roomId: string, open: OpenRoom): RoomSession {
  return new RoomSession({
    me,
    roomId,
    open,
    calls: callsOf(roomId),
    outbox: localOutbox(roomId, me),
    now: () => new Date(),
    later: (work, ms) => {
      const timer = setTimeout(work, ms);
      return () => clearTimeout(timer);
    },
    newId,
  });
}
