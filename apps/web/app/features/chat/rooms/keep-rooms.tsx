import type { Room } from '@madang/chat/contract';
import { useEffect } from 'react';
import { useConnection } from '../../../realtime/use-connection.ts';
import { roomsStore } from '../browser/rooms-store.ts';

const RECOUNT_MS = 20_000;

/** Keeps the rooms right while a page of rooms is open: the socket's hints at once, counts of people every so often. */
export default function KeepRooms({ loaded }: { loaded: readonly Room[] | undefined }) {
  const { connection, state } = useConnection('/chat', true);
  useEffect(() => {
    if (loaded !== undefined) roomsStore().seed(loaded);
  }, [loaded]);
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && void roomsStore().read(), RECOUNT_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (connection === undefined || state !== 'online') return;
    const { socket } = connection;
    const watch = () => void socket.emit('rooms:watch', {}, () => undefined);
    const unread = ({ roomId, seq }: { roomId: string; seq: number }) => roomsStore().heard(roomId, seq);
    const message = ({ roomId, seq }: { roomId: string; seq: number }) => roomsStore().heard(roomId, seq);
    const read = ({ roomId, readSeq }: { roomId: string; readSeq: number }) => roomsStore().readUpTo(roomId, readSeq);
    const changed = () => {
      watch();
      roomsStore().readSoon();
    };
    watch();
    socket.on('unread', unread).on('message:new', message).on('read', read).on('room:changed', changed);
    return () => {
      socket.off('unread', unread).off('message:new', message).off('read', read).off('room:changed', changed);
    };
  }, [connection, state]);
  return null;
}
