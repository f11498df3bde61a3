import type { Room } from '@madang/chat/contract';
import type { IconName } from '../../../ui/icon-names.ts';

export const roomName = (room: Pick<Room, 'name' | 'peer'>): string => room.peer?.name ?? room.name;

export const roomIcon = (room: Pick<Room, 'visibility'>): IconName =>
  room.visibility === 'public' ? 'hash' : room.visibility === 'direct' ? 'user' : 'lock';

export interface Sections {
  readonly open: readonly Room[];
  readonly closed: readonly Room[];
  readonly direct: readonly Room[];
}

/** Rooms as lists show them, those that match `filter` by name or topic. The server's order, the liveliest first, stays. */
export function sectionsOf(rooms: readonly Room[], filter = ''): Sections {
  const wanted = filter.trim().toLocaleLowerCase();
  const shown = rooms.filter((room) => wanted === '' || `${roomName(room)}\n${room.topic}`.toLocaleLowerCase().includes(wanted));
  return {
    open: shown.filter((room) => room.visibility === 'public'),
    closed: shown.filter((room) => room.visibility === 'private'),
    direct: shown.filter((room) => room.visibility === 'direct'),
  };
}
