import { type JobState, statement } from '@madang/kernel';

export interface ClaimedJob {
  readonly id: string;
  readonly zoneId: string;
  readonly payload: unknown;
  readonly attempt: number;
}

export interface JobRow {
  readonly id: string;
  readonly name: string;
  readonly state: JobState;
  readonly percent: number;
  readonly detail: Readonly<Record<string, unknown>> | null;
  readonly failure: string | null;
  readonly attempt: number;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

// ── In the zone ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** With a key, meets an unfinished job of the same name and returns that one's id; it waits for one that is being inserted. */
export const insertJob = statement<
  { id: string; fresh: boolean },
  [id: string, name: string, key: string | null, priority: number, payload: string, startAfter: Date | null]
>(
  'jobs.enqueue',
  `insert into jobs.jobs (zone_id, id, name, key, priority, payload, run_at)
   values (madang.zone(), $1, $2, $3, $4, $5::text::jsonb, coalesce($6::timestamptz, now()))
   on conflict (zone_id, name, key) where key is not null and state in ('queued', 'running') do update set key = excluded.key
   returning id, id = $1 as fresh`,
);

export const findJob = statement<JobRow, [id: string]>(
  'jobs.find',
  `select id, name, state, percent, detail, failure, attempt, created_at as "createdAt", finished_at as "finishedAt"
     from jobs.jobs where id = $1`,
);

/** A queued job is over at once; a running one is marked for its worker. */
export const cancelJob = statement<{ state: JobState }, [id: string]>(
  'jobs.cancel',
  `update jobs.jobs
      set cancel_requested = true,
          state = case state when 'queued' then 'cancelled' else state end,
          finished_at = case state when 'queued' then clock_timestamp() else finished_at end
    where id = $1 and state in ('queued', 'running')
   returning state`,
);

/** One row changed for the one transaction that may make the job of this tick in this zone. */
export const advanceTick = statement<unknown, [schedule: string, tick: Date]>(
  'jobs.advance_tick',
  `insert into jobs.ticks (zone_id, schedule, last) values (madang.zone(), $1, $2::timestamptz)
   on conflict (zone_id, schedule) do update set last = excluded.last where jobs.ticks.last < excluded.last`,
);

// ── Across zones ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Of the names with free places those that have a job ready; a row without a name when a worker that ran one of `all` died. */
export const readyNames = statement<{ name: string | null }, [free: readonly string[], all: readonly string[]]>(
  'jobs.ready_names',
  `select n.name from unnest($1::text[]) as n (name)
    where exists (select from jobs.jobs j where j.name = n.name and j.state = 'queued' and j.run_at <= clock_timestamp())
   union all
   select null where exists (
     select from jobs.jobs j where j.name = any($2::text[]) and j.state = 'running' and j.leased_until < clock_timestamp())`,
);

/**
 * Takes up to `limit` ready jobs of one name. Zones take turns: first the zone with the fewest of them running, then the
 * one that was served longest ago; a zone's second job stands behind every other zone's first. Inside a zone by priority,
 * then by time. Zones are found by leaping through the index, so a zone's 10,000 jobs cost as much as its one.
 * `contended` tells that another node took some of the chosen first, so that asking again is worth it.
 */
export const claimJobs = statement<
  { [Column in keyof ClaimedJob]: ClaimedJob[Column] | null } & { contended: boolean },
  [name: string, limit: number, worker: string, leaseSeconds: number]
>(
  'jobs.claim',
  `with recursive zones as (
     (select zone_id from jobs.jobs where name = $1 and state = 'queued' order by zone_id limit 1)
     union all
     select (select j.zone_id from jobs.jobs j
              where j.name = $1 and j.state = 'queued' and j.zone_id > z.zone_id order by j.zone_id limit 1)
       from zones z where z.zone_id is not null
   ), turns as materialized (
     select z.zone_id,
            (select count(*) from jobs.jobs r where r.name = $1 and r.zone_id = z.zone_id and r.state = 'running') as running,
            (select s.started_at from jobs.jobs s
              where s.name = $1 and s.zone_id = z.zone_id and s.started_at is not null
              order by s.started_at desc limit 1) as served
       from zones z where z.zone_id is not null
   ), chosen as (
     select h.id, row_number() over (order by t.running + h.nth, t.served nulls first, t.zone_id, h.nth) as turn
       from turns t
      cross join lateral (
        select j.id, row_number() over () as nth
          from (select id from jobs.jobs
                 where name = $1 and zone_id = t.zone_id and state = 'queued' and run_at <= clock_timestamp()
                 order by priority desc, run_at, id limit $2::int) j
      ) h
      order by turn limit $2::int
   ), locked as (
     select j.id from jobs.jobs j
      where j.id in (select id from chosen) and j.state = 'queued'
        for update skip locked
   ), taken as (
     update jobs.jobs j
        set state = 'running', attempt = j.attempt + 1, worker = $3, started_at = clock_timestamp(),
            leased_until = clock_timestamp() + make_interval(secs => $4)
       from locked where j.id = locked.id
     returning j.id, j.zone_id, j.payload, j.attempt
   )
   select t.id, t.zone_id as "zoneId", t.payload, t.attempt,
          (select count(*) from taken) < (select count(*) from chosen) as contended
     from (select) one
     left join taken t on true
     left join chosen c on c.id = t.id
    order by c.turn`,
);

/** Keeps the leases of what this worker runs; answers with the jobs that are still its own. */
export const renewLeases = statement<
  { id: string; attempt: number; cancelRequested: boolean },
  [worker: string, ids: readonly string[], leaseSeconds: number]
>(
  'jobs.renew',
  `update jobs.jobs set leased_until = clock_timestamp() + make_interval(secs => $3)
    where id = any($2::text[]) and state = 'running' and worker = $1
   returning id, attempt, cancel_requested as "cancelRequested"`,
);

/** Jobs whose worker died: again into the queue, or over when it was their last try or they were cancelled. */
export const recoverLost = statement<
  { id: string; zoneId: string; name: string; state: JobState; percent: number },
  [names: readonly string[], attempts: readonly number[]]
>(
  'jobs.recover',
  `with lost as (
     select j.id, case when j.cancel_requested then 'cancelled' when j.attempt >= d.attempts then 'failed' else 'queued' end as next
       from jobs.jobs j
       join unnest($1::text[], $2::int[]) as d (name, attempts) on d.name = j.name
      where j.state = 'running' and j.leased_until < clock_timestamp()
        for update of j skip locked
   )
   update jobs.jobs j
      set state = lost.next, worker = null, leased_until = null, run_at = clock_timestamp(),
          failure = 'the worker that ran it died',
          finished_at = case lost.next when 'queued' then null else clock_timestamp() end
     from lost where j.id = lost.id
   returning j.id, j.zone_id as "zoneId", j.name, j.state, j.percent`,
);

/** `attempt` is the fence: a worker that lost its lease changes nothing. */
const OWN = `id = $1 and state = 'running' and worker = $2 and attempt = $3`;

export const writeProgress = statement<unknown, [id: string, worker: string, attempt: number, percent: number, detail: string | null]>(
  'jobs.progress',
  `update jobs.jobs set percent = $4, detail = $5::text::jsonb where ${OWN}`,
);

export const finishJob = statement<
  { state: JobState },
  [id: string, worker: string, attempt: number, state: JobState, failure: string | null, percent: number, detail: string | null]
>(
  'jobs.finish',
  `update jobs.jobs
      set state = $4, failure = $5, detail = coalesce($7::text::jsonb, detail), worker = null, leased_until = null,
          percent = case $4 when 'done' then 100 else greatest(percent, $6::real) end, finished_at = clock_timestamp()
    where ${OWN} returning state`,
);

/** Back into the queue; `uncounted` when the try was cut short by a shutdown. A cancellation that came meanwhile wins. */
export const requeueJob = statement<
  { state: JobState },
  [id: string, worker: string, attempt: number, seconds: number, failure: string | null, uncounted: boolean]
>(
  'jobs.requeue',
  `update jobs.jobs
      set state = case when cancel_requested then 'cancelled' else 'queued' end,
          finished_at = case when cancel_requested then clock_timestamp() end,
          run_at = clock_timestamp() + make_interval(secs => $4), failure = $5,
          attempt = attempt - case when $6::boolean then 1 else 0 end, worker = null, leased_until = null
    where ${OWN} returning state`,
);

export const zonesWithTick = statement<{ zoneId: string; last: Date }, [schedule: string]>(
  'jobs.ticks',
  'select zone_id as "zoneId", last from jobs.ticks where schedule = $1',
);

export interface JobCounts {
  readonly zoneId: string;
  readonly name: string;
  readonly queued: number;
  readonly running: number;
  /** Seconds the longest-waiting ready job has waited. */
  readonly oldestSeconds: number;
}
export const countJobs = statement<JobCounts, []>(
  'jobs.count',
  `select zone_id as "zoneId", name, count(*) filter (where state = 'queued') as queued,
          count(*) filter (where state = 'running') as running,
          coalesce(extract(epoch from clock_timestamp() - min(run_at) filter (where state = 'queued' and run_at <= clock_timestamp())), 0)::float8
            as "oldestSeconds"
     from jobs.jobs where state in ('queued', 'running') group by zone_id, name`,
);

export const sweepFinished = statement<unknown, [keepSeconds: number, keepFailedSeconds: number, limit: number]>(
  'jobs.sweep',
  `delete from jobs.jobs where id in (
     select id from jobs.jobs
      where finished_at < clock_timestamp() - make_interval(secs => $1)
        and (state <> 'failed' or finished_at < clock_timestamp() - make_interval(secs => $2))
      order by finished_at limit $3::int)`,
);

/** What this package runs across zones, for the program's one list. */
export interface FailedJob {
  readonly zoneId: string;
  readonly id: string;
  readonly name: string;
  readonly attempt: number;
  readonly failure: string | null;
  readonly finishedAt: Date;
}

export const listFailed = statement<FailedJob, [limit: number]>(
  'jobs.list_failed',
  `select zone_id as "zoneId", id, name, attempt, failure, finished_at as "finishedAt"
     from jobs.jobs where state = 'failed' order by finished_at desc limit $1::int`,
);

export const JOB_CITY_STATEMENTS: readonly string[] = [
  'jobs.ready_names',
  'jobs.claim',
  'jobs.renew',
  'jobs.recover',
  'jobs.progress',
  'jobs.finish',
  'jobs.requeue',
  'jobs.ticks',
  'jobs.count',
  'jobs.list_failed',
  'jobs.sweep',
];
