import { type Cache, type Clock, type Logger, type Queries, sql, type ZoneContext, type ZoneId } from '@madang/kernel';
import { z } from 'zod';
import { LISTED } from './video-rows.ts';

const FRESH_MS = 10 * 60_000;
/** A list nobody asked for this long is forgotten. */
const KEPT_SECONDS = 6 * 3600;
const MOST = 200;
const DAYS = 7;

const kept = z.object({ at: z.number(), ids: z.array(z.string()) });
type Kept = z.output<typeof kept>;

export interface Trending {
  /** Ids of public videos, best first, at most 200; ten minutes old, or older while one node makes the next [VI40]. */
  ids(zone: ZoneContext): Promise<readonly string[]>;
  /** After a video went: the list is made again when it is next asked for. */
  drop(zoneId: ZoneId): Promise<void>;
}

/**
 * Views of the last week and the minutes watched, halved every day and a half; then the newest, so that a young zone has
 * something to show.
 */
async function compute(db: Queries, now: Date): Promise<string[]> {
  const rows = await db.many(
    sql<{ id: string }>(
      `with scored as materialized (
         select d.video_id, sum((d.views + d.watch_seconds / 120.0) * power(0.5, greatest(0, $1::date - d.day) / 1.5)) as score
         from video.daily_views d where d.day > $1::date - $2::integer and d.day <= $1::date + 1
         group by d.video_id order by score desc limit 1000
       ), ranked as (
         select v.id, s.score, v.published_at from scored s join video.videos v on v.id = s.video_id where ${LISTED} and s.score > 0
       ), newest as (
         select v.id, 0 as score, v.published_at from video.videos v where ${LISTED} order by v.published_at desc, v.id desc limit $3
       )
       select id from (select id, score, published_at from ranked
         union all select id, score, published_at from newest n where not exists (select from ranked r where r.id = n.id)) all_of_them
       order by score desc, published_at desc, id desc limit $3`,
      now.toISOString().slice(0, 10),
      DAYS,
      MOST,
    ),
  );
  return rows.map((row) => row.id);
}

/**
 * The list stands in the cache all nodes share; an advisory lock of the zone lets one make it at a time, on whatever node.
 * Who finds it old and the lock taken serves the old one; who finds none waits for the one being made.
 */
export function createTrending(deps: { cache: Cache; clock: Clock; logger: Logger; onComputed?: () => void }): Trending {
  const under = new Map<ZoneId, Promise<readonly string[]>>();
  const keyOf = (zoneId: ZoneId): string => `video:trending:${zoneId}`;

  async function read(zoneId: ZoneId): Promise<Kept | undefined> {
    const text = await deps.cache.get(keyOf(zoneId));
    const parsed = text === undefined ? undefined : kept.safeParse(JSON.parse(text));
    return parsed?.data;
  }
  const isFresh = (list: Kept): boolean => deps.clock.now().getTime() - list.at < FRESH_MS;

  /** `wait`: for the lock; otherwise undefined where another holds it. The list is kept before the lock is let go. */
  function make(zone: ZoneContext, wait: boolean): Promise<readonly string[] | undefined> {
    const zoneId = zone.zone.id;
    return zone.db.transaction(async (tx) => {
      const { held } = await tx.one(
        sql<{ held: boolean }>(
          wait
            ? `select true as held from (select pg_advisory_xact_lock(hashtextextended($1, 0))) locked`
            : 'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as held',
          keyOf(zoneId),
        ),
      );
      if (!held) return undefined;
      const meanwhile = await read(zoneId);
      if (meanwhile !== undefined && isFresh(meanwhile)) return meanwhile.ids;
      deps.onComputed?.();
      const ids = await compute(tx, deps.clock.now());
      await deps.cache.set(keyOf(zoneId), JSON.stringify({ at: deps.clock.now().getTime(), ids } satisfies Kept), KEPT_SECONDS);
      return ids;
    });
  }

  /** One attempt per zone and node, however many ask. */
  function once(zone: ZoneContext, work: () => Promise<readonly string[]>): Promise<readonly string[]> {
    const running = under.get(zone.zone.id);
    if (running !== undefined) return running;
    const started = work().finally(() => {
      if (under.get(zone.zone.id) === started) under.delete(zone.zone.id);
    });
    under.set(zone.zone.id, started);
    return started;
  }

  return {
    async ids(zone) {
      const known = await read(zone.zone.id);
      if (known === undefined) return once(zone, async () => (await make(zone, true)) ?? []);
      if (!isFresh(known) && !under.has(zone.zone.id)) {
        void once(zone, async () => (await make(zone, false)) ?? known.ids).catch((error: unknown) =>
          deps.logger.warn({ err: error, zone: zone.zone.id }, 'trending stays as it was; whoever asks next tries again'),
        );
      }
      return known.ids;
    },
    async drop(zoneId) {
      under.delete(zoneId); // what is being made was begun before
      await deps.cache.delete(keyOf(zoneId));
    },
  };
}
