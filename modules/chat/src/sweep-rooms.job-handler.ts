import { type Clock, type JobHandler, sql } from '@madang/kernel';
import type { ChatFiles } from './chat-files.ts';
import { removeMessagesBelow } from './remove-messages.ts';

const A_DAY_MS = 24 * 3600 * 1000;
const CHANGES_KEPT_DAYS = 30;
const CHANGES_STEP = 5000;

/** Every step is a transaction of its own and safe to repeat; a room that gets messages meanwhile is not held up. */
export function createHandler(deps: { files: ChatFiles; clock: Clock }): JobHandler<Record<string, never>> {
  return async ({ zone, signal, log }) => {
    const now = deps.clock.now().getTime();
    let removed = 0;
    const kept = await zone.db.many(
      sql<{ id: string; seq: number; first_seq: number; retention_days: number }>(
        'select id, seq, first_seq, retention_days from chat.rooms where retention_days is not null and deleted_at is null and seq >= first_seq order by id',
      ),
    );
    for (const room of kept) {
      // Times do not decrease along places: the oldest message that is young enough ends the sweep of a room.
      const cutoff = new Date(now - room.retention_days * A_DAY_MS);
      for (let first = room.first_seq; first <= room.seq; ) {
        signal.throwIfAborted();
        const edge = await zone.db.maybeOne(
          sql<{ below: number }>(
            `select coalesce(min(seq) filter (where created_at >= $3), max(seq) + 1) as below
             from (select seq, created_at from chat.messages where room_id = $1 and seq >= $2 order by seq limit 1000) step`,
            room.id,
            first,
            cutoff,
          ),
        );
        const below = edge?.below ?? first;
        if (below <= first) break;
        first = await removeMessagesBelow(zone, deps.files, room.id, below);
        removed += below - room.first_seq;
      }
    }
    const forgotten = await forgetChanges(zone.db, new Date(now - CHANGES_KEPT_DAYS * A_DAY_MS), signal);
    if (removed > 0 || forgotten > 0) log.info({ rooms: kept.length, removed, forgotten }, 'rooms were swept');
  };
}

async function forgetChanges(db: Parameters<JobHandler<unknown>>[0]['zone']['db'], before: Date, signal: AbortSignal): Promise<number> {
  let total = 0;
  for (;;) {
    signal.throwIfAborted();
    const { forgotten } = await db.one(
      sql<{ forgotten: number }>(
        `with old as (
           select c.room_id, c.rev from chat.rooms r
           join chat.changes c on c.room_id = r.id and c.rev >= r.first_rev
           where r.rev >= r.first_rev and c.at < $1
             and (select f.at from chat.changes f where f.room_id = r.id and f.rev = r.first_rev) < $1
           order by c.room_id, c.rev limit $2
         ), gone as (
           delete from chat.changes c using old where c.room_id = old.room_id and c.rev = old.rev returning c.room_id, c.rev
         ), raised as (
           update chat.rooms r set first_rev = g.last + 1 from (select room_id, max(rev) as last from gone group by room_id) g where r.id = g.room_id
         )
         select count(*) as forgotten from gone`,
        before,
        CHANGES_STEP,
      ),
    );
    total += forgotten;
    if (forgotten < CHANGES_STEP) return total;
  }
}
