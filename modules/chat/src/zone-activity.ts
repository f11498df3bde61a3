import { type LocalizedText, type Presence, statement, type ZoneContext, type ZoneId } from '@madang/kernel';
import { roomPlace, zonePlace } from './room-presence.ts';

const LIVELIEST = 20;

const publicRooms = statement<{ id: string; name: string }, [limit: number]>(
  'chat.lively_rooms',
  `select id, name from chat.rooms where visibility = 'public' and deleted_at is null order by active_at desc, id desc limit $1`,
);

/** What rooms tell the city's plan: how many people are connected, and where they are. */
export interface ChatActivity {
  online(zoneIds: readonly ZoneId[]): Promise<ReadonlyMap<ZoneId, number>>;
  highlights(zoneIds: readonly ZoneId[]): Promise<ReadonlyMap<ZoneId, { text: LocalizedText; live: boolean; path: string | null }>>;
}

/** Each zone is read through its own context: nothing here crosses zones but public counts. */
export function createZoneActivity(deps: { presence: Presence; zoneContext: (id: ZoneId) => Promise<ZoneContext> }): ChatActivity {
  const highlight = async (zoneId: ZoneId) => {
    const zone = await deps.zoneContext(zoneId);
    if (!zone.zone.features.includes('rooms')) return undefined;
    const rooms = await zone.db.many(publicRooms(LIVELIEST));
    const counts = await deps.presence.counts(rooms.map((room) => roomPlace(zoneId, room.id)));
    const most = Math.max(0, ...counts);
    const room = rooms[most === 0 ? 0 : counts.indexOf(most)];
    return room === undefined ? undefined : { text: inRoom(room.name, most), live: most > 0, path: `/rooms/${room.id}` };
  };

  return {
    async online(zoneIds) {
      const counts = await deps.presence.counts(zoneIds.map(zonePlace));
      return new Map(zoneIds.map((id, index) => [id, counts[index] ?? 0]));
    },
    async highlights(zoneIds) {
      const found = await Promise.all(zoneIds.map(async (id) => [id, await highlight(id)] as const));
      return new Map(found.flatMap(([id, value]) => (value === undefined ? [] : [[id, value] as const])));
    },
  };
}

function inRoom(name: string, online: number): LocalizedText {
  if (online === 0) return { ko: name, en: name, ja: name, es: name };
  return {
    ko: `${name} · ${online}명이 이야기하고 있어요`,
    en: `${name} · ${online} ${online === 1 ? 'person' : 'people'} talking`,
    ja: `${name} · ${online}人が会話中`,
    es: `${name} · ${online} ${online === 1 ? 'persona conversando' : 'personas conversando'}`,
  };
}
