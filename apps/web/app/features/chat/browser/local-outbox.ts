import type { Pending } from '../engine/room-state.ts';
import type { Outbox } from '../engine/write-pending.ts';

interface Kept {
  /** Who wrote it; null for someone who had no name yet, whose words go with the name they take. */
  readonly by: string | null;
  readonly pending: Pending;
}

/** Messages that wait, per room, in this browser. Where storage is closed (private modes) they live as long as the page. */
export function localOutbox(roomId: string, me: string | undefined): Outbox {
  const key = `madang.outbox.${roomId}`;
  const read = (): Kept[] => {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
      return Array.isArray(kept) ? (kept as Kept[]).filter((one) => typeof one?.pending?.clientId === 'string') : [];
    } catch {
      return [];
    }
  };
  const write = (kept: readonly Kept[]) => {
    try {
      if (kept.length === 0) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(kept));
    } catch {
      // A full or closed storage: the message is still on the page and is sent from there.
    }
  };
  return {
    read: () =>
      read()
        .filter(({ by }) => by === null || by === me)
        .map(({ pending }) => pending),
    keep: (pending) => write([...read().filter((one) => one.pending.clientId !== pending.clientId), { by: me ?? null, pending }]),
    drop: (clientId) => write(read().filter((one) => one.pending.clientId !== clientId)),
  };
}
