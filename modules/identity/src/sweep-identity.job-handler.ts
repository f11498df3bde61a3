import { type Clock, type JobHandler, type Queries, statement } from '@madang/kernel';
import type { GuestTraces } from './identity-parts.ts';

const KEPT_MS = 30 * 86_400_000;
const BATCH = 500;

const dropSessions = statement<unknown, [before: Date]>(
  'identity.drop_sessions_over',
  `delete from identity.sessions where zone_id = madang.zone() and (expires_at < $1 or ended_at < $1)`,
);
const dropTokens = statement<unknown, [before: Date]>(
  'identity.drop_one_time_tokens_over',
  'delete from identity.one_time_tokens where zone_id = madang.zone() and expires_at < $1',
);
/** Guests not seen since, who are signed in nowhere. */
const listGoneGuests = statement<{ id: string }, [before: Date, after: string]>(
  'identity.list_gone_guests',
  `select u.id from identity.users u
   where u.zone_id = madang.zone() and u.kind = 'guest' and u.last_seen_at < $1 and u.id > $2
     and not exists (select from identity.sessions s
                     where s.zone_id = u.zone_id and s.user_id = u.id and s.ended_at is null and s.expires_at >= $1)
   order by u.id limit ${BATCH}`,
);
const dropGuests = statement<unknown, [ids: readonly string[], before: Date]>(
  'identity.drop_guests',
  `delete from identity.users where zone_id = madang.zone() and kind = 'guest' and id = any($1) and last_seen_at < $2`,
);

/** A guest goes only when everyone who could hold something of theirs was asked; with nobody to ask, all stay. */
export function createSweepIdentity(deps: { clock: Clock; traces: readonly GuestTraces[] }): JobHandler<Record<string, never>> {
  return async ({ zone, signal }) => {
    const before = new Date(deps.clock.now().getTime() - KEPT_MS);
    const sessions = await zone.db.run(dropSessions(before));
    const tokens = await zone.db.run(dropTokens(deps.clock.now()));
    let guests = 0;
    let after = '';
    while (deps.traces.length > 0 && !signal.aborted) {
      const gone = (await zone.db.many(listGoneGuests(before, after))).map((row) => row.id);
      const last = gone.at(-1);
      if (last === undefined) break;
      const held = await Promise.all(deps.traces.map((traces) => traces.of(zone, gone)));
      guests += await drop(
        zone.db,
        gone.filter((id) => !held.some((ids) => ids.has(id))),
        before,
      );
      after = last;
    }
    return { sessions, tokens, guests };
  };
}

const drop = async (db: Queries, ids: readonly string[], before: Date): Promise<number> =>
  ids.length === 0 ? 0 : db.run(dropGuests(ids, before));
