-- Durable jobs. Finished ones stay for a while so that their outcome can be asked for.
create schema jobs;
grant usage on schema jobs to madang_app, madang_city;

create table jobs.jobs (
  zone_id text not null,
  id text primary key,
  name text not null,
  key text,
  priority integer not null default 0,
  payload jsonb not null,
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  -- Tries begun, the present one included.
  attempt integer not null default 0,
  -- Not before this; moves with every retry.
  run_at timestamptz not null default now(),
  percent real not null default 0 check (percent between 0 and 100),
  detail jsonb,
  failure text,
  cancel_requested boolean not null default false,
  -- The worker process that runs it; its lease lapses when the process dies.
  worker text,
  leased_until timestamptz,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

create index jobs_ready on jobs.jobs (name, zone_id, priority desc, run_at, id) where state = 'queued';
create index jobs_running on jobs.jobs (name, zone_id) where state = 'running';
create index jobs_leases on jobs.jobs (leased_until) where state = 'running';
create index jobs_served on jobs.jobs (name, zone_id, started_at) where started_at is not null;
create index jobs_finished on jobs.jobs (finished_at) where finished_at is not null;
create unique index jobs_key on jobs.jobs (zone_id, name, key) where key is not null and state in ('queued', 'running');

select madang.isolate('jobs.jobs');
select madang.open_to_city('jobs.jobs', 'select, update, delete');

-- The last tick of a schedule that a zone got its job for: advanced in the transaction that enqueues it.
create table jobs.ticks (
  zone_id text not null,
  schedule text not null,
  last timestamptz not null,
  primary key (zone_id, schedule)
);
select madang.isolate('jobs.ticks');
select madang.open_to_city('jobs.ticks', 'select');
