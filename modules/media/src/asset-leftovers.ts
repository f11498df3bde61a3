import { type Clock, defineJob, type JobQueue, type Queries, statement, systemOnly } from '@madang/kernel';
import { z } from 'zod';

/** What keeps a version alive, so that it can be taken away after its row has gone. */
export interface Leftover {
  readonly asset_id: string;
  readonly version: string;
  readonly source_key: string;
  readonly upload_id: string;
  readonly job_ids: readonly string[];
}

export const clearVersionJob = defineJob({
  name: 'media.clear-version',
  payload: z.object({ assetId: z.string(), version: z.string() }),
  policy: systemOnly('follows a removal or replacement that was allowed'),
  attempts: 10,
  concurrency: 2,
  timeoutSeconds: 3600,
});

/** The jobs that may still be making the version go with it. */
const insertLeftover = statement<
  unknown,
  [assetId: string, version: string, sourceKey: string, uploadId: string, jobId: string | null, now: Date]
>(
  'media.insert_asset_leftover',
  `with jobs as (
     select coalesce(array_agg(job_id), '{}') as ids from media.asset_chunks
      where zone_id = madang.zone() and asset_id = $1 and version = $2 and job_id is not null
   ), gone as (
     delete from media.asset_chunks where zone_id = madang.zone() and asset_id = $1 and version = $2
   )
   insert into media.asset_leftovers (zone_id, asset_id, version, source_key, upload_id, job_ids, since)
   select madang.zone(), $1, $2, $3, $4, array_remove(jobs.ids || $5::text, null), $6 from jobs
   on conflict (zone_id, asset_id, version) do nothing`,
);

export const findLeftover = statement<Leftover, [assetId: string, version: string]>(
  'media.find_asset_leftover',
  `select asset_id, version, source_key, upload_id, job_ids from media.asset_leftovers
    where zone_id = madang.zone() and asset_id = $1 and version = $2`,
);

export const findOldLeftovers = statement<{ asset_id: string; version: string }, [before: Date, limit: number]>(
  'media.find_old_asset_leftovers',
  `select asset_id, version from media.asset_leftovers where zone_id = madang.zone() and since < $1 order by since limit $2`,
);

export const findLeftoversOf = statement<{ version: string }, [assetId: string]>(
  'media.find_leftovers_of_asset',
  'select version from media.asset_leftovers where zone_id = madang.zone() and asset_id = $1',
);

export const deleteLeftover = statement<unknown, [assetId: string, version: string]>(
  'media.delete_asset_leftover',
  'delete from media.asset_leftovers where zone_id = madang.zone() and asset_id = $1 and version = $2',
);

/** Who watches the version that was replaced has this long until it is gone. */
const STILL_WATCHED_MS = 3_600_000;

export type LeaveBehind = (
  tx: Queries,
  assetId: string,
  version: { version: string; source_key: string; upload_id: string; job_id?: string | null },
  options?: { stillWatched?: boolean },
) => Promise<void>;

/** Nothing makes or shows the version from the commit on; a job takes it away. Idempotent. */
export function createLeaveBehind({ jobs, clock }: { jobs: JobQueue; clock: Clock }): LeaveBehind {
  return async (tx, assetId, { version, source_key, upload_id, job_id = null }, { stillWatched = false } = {}) => {
    const now = clock.now();
    await tx.run(insertLeftover(assetId, version, source_key, upload_id, job_id, now));
    const key = `${assetId}/${version}`;
    const when = stillWatched ? { key: `${key}/later`, startAfter: new Date(now.getTime() + STILL_WATCHED_MS) } : { key };
    await jobs.enqueue(tx, clearVersionJob, { assetId, version }, when);
  };
}
