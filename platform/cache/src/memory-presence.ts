import type { Presence } from '@madang/kernel';
import { PlaceWatchers } from './place-watchers.ts';
import { PresenceTable } from './presence-table.ts';

export function createMemoryPresence(): Presence & { close(): void } {
  const table = new PresenceTable();
  const watchers = new PlaceWatchers(async (place) => table.count(place));
  return {
    enter: async (place, member, connectionId) => {
      if (table.add(place, member, connectionId)) watchers.touch(place);
    },
    leave: async (place, member, connectionId) => {
      if (table.remove(place, member, connectionId)) watchers.touch(place);
    },
    count: async (place) => table.count(place),
    counts: async (places) => places.map((place) => table.count(place)),
    members: async (place, limit) => table.members(place, limit),
    watch: async (place, listener) => {
      const stop = watchers.watch(place, listener);
      return () => void stop();
    },
    close: () => watchers.close(),
  };
}
