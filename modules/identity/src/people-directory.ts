import { readInBatches } from '@madang/db/batches';
import { type Clock, type PeopleDirectory, type PersonCard, type Role, statement, type ZoneContext, type ZoneId } from '@madang/kernel';
import { LRUCache } from 'lru-cache';

/** Signals and events keep cards right; this bounds how long a card could be wrong if every one of them were lost. */
const TRUSTED_MS = 10_000;

interface CardRow {
  id: string;
  name: string;
  colour: number;
  avatar_url: string | null;
  role: Role;
  kind: 'guest' | 'account';
}

const findCards = statement<CardRow, [ids: readonly string[]]>(
  'identity.find_cards',
  `select u.id, u.name, u.colour, u.avatar_url, u.role, u.kind from unnest($1::text[]) asked(id)
   cross join lateral (select * from identity.users where zone_id = madang.zone() and id = asked.id offset 0) u`,
);

export interface CachedPeople extends PeopleDirectory {
  drop(zoneId: ZoneId, userId: string): void;
}

export function createPeopleDirectory(deps: { clock: Clock }): CachedPeople {
  const cards = new LRUCache<string, { readAt: number; card: PersonCard | undefined }>({ max: 100_000 });
  const read = readInBatches(async (db, ids) => new Map((await db.many(findCards(ids))).map((row) => [row.id, cardOf(row)])));
  /** Grows with every drop: a read that began before one is answered but not kept. */
  let drops = 0;

  async function cardsOf(zone: ZoneContext, ids: readonly string[]): Promise<ReadonlyMap<string, PersonCard>> {
    const found = new Map<string, PersonCard>();
    const missing: string[] = [];
    const now = deps.clock.now().getTime();
    for (const id of new Set(ids)) {
      const known = cards.get(`${zone.zone.id} ${id}`);
      if (known === undefined || now - known.readAt >= TRUSTED_MS) missing.push(id);
      else if (known.card !== undefined) found.set(id, known.card);
    }
    if (missing.length === 0) return found;
    const before = drops;
    await Promise.all(
      missing.map(async (id) => {
        const card = await read(zone.db, id);
        if (card !== undefined) found.set(id, card);
        // Who is not there may come in the next moment: absence is not remembered.
        if (card !== undefined && drops === before) cards.set(`${zone.zone.id} ${id}`, { readAt: now, card });
      }),
    );
    return found;
  }

  return {
    cards: cardsOf,
    existing: async (zone, ids) => new Set((await cardsOf(zone, ids)).keys()),
    drop(zoneId, userId) {
      drops++;
      cards.delete(`${zoneId} ${userId}`);
    },
  };
}

const cardOf = (row: CardRow): PersonCard => ({
  id: row.id,
  name: row.name,
  colour: row.colour,
  avatarUrl: row.avatar_url,
  role: row.role,
  guest: row.kind === 'guest',
});
