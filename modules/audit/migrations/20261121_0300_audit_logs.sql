-- The audit log: append-only, partitioned by month (UTC), chained per zone by a sealer.
create schema audit;
grant usage on schema audit to madang_app, madang_city;

create table audit.logs (
  zone_id text not null,
  at timestamptz not null,
  id text not null,
  user_id text,
  org_id text,
  action text not null check (char_length(action) <= 100),
  resource_type text not null check (char_length(resource_type) <= 100),
  resource_id text check (char_length(resource_id) <= 200),
  ip text check (char_length(ip) <= 64),
  user_agent text check (char_length(user_agent) <= 512),
  details jsonb not null default '{}' check (octet_length(details::text) <= 8192),
  -- The sealer's: place in the zone's chain from 1, and SHA-256 (hex) over the row and the hash before it.
  chain_no bigint,
  hash text,
  primary key (zone_id, at, id),
  check ((chain_no is null) = (hash is null))
) partition by range (at);

create index logs_by_user on audit.logs (zone_id, user_id, at desc, id desc);
create index logs_by_action on audit.logs (zone_id, action, at desc, id desc);
create index logs_by_org on audit.logs (zone_id, org_id, at desc, id desc);
create index logs_chain on audit.logs (zone_id, chain_no);
create index logs_unsealed on audit.logs (at, id) where hash is null;

-- Writers may fill in everything but the seal; nobody may change or remove a row.
create function audit.keep() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.hash is null and new.hash is not null
     and (to_jsonb(new) - 'hash' - 'chain_no') = (to_jsonb(old) - 'hash' - 'chain_no') then
    return new;
  end if;
  raise exception 'audit.logs is append-only' using errcode = 'insufficient_privilege';
end
$$;
create trigger keep before update or delete on audit.logs for each row execute function audit.keep();

select madang.isolate('audit.logs');
select madang.open_to_city('audit.logs', 'select, update (chain_no, hash)');
revoke insert, update, delete on audit.logs from madang_app;
grant insert (zone_id, at, id, user_id, org_id, action, resource_type, resource_id, ip, user_agent, details) on audit.logs to madang_app;

-- Where each zone's chain ends; without it, rows cut off the end would not be missed.
create table audit.chain_heads (
  zone_id text primary key,
  chain_no bigint not null,
  hash text not null
);
select madang.isolate('audit.chain_heads');
select madang.open_to_city('audit.chain_heads', 'select, insert, update');
revoke insert, update, delete on audit.chain_heads from madang_app;

-- What falls outside the months made ahead still finds a place: a late partition never fails the change it audits.
create table audit.logs_other partition of audit.logs default;
select madang.isolate('audit.logs_other');
revoke all on audit.logs_other from madang_app;

-- Makes the partitions of this month and the `ahead` following ones; returns how many were new. Rows are reached through
-- audit.logs only: a partition by itself is closed to the application's role.
create function audit.ensure_partitions(ahead integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  month timestamp := date_trunc('month', now() at time zone 'UTC');
  partition text;
  made integer := 0;
begin
  perform pg_advisory_xact_lock(hashtextextended('audit.ensure_partitions', 0));
  for step in 0..least(greatest(ahead, 0), 24) loop
    partition := 'audit.logs_' || to_char(month + make_interval(months => step), 'YYYY_MM');
    if to_regclass(partition) is null then
      execute format('create table %s partition of audit.logs for values from (%L) to (%L)', partition,
        (month + make_interval(months => step)) at time zone 'UTC',
        (month + make_interval(months => step + 1)) at time zone 'UTC');
      perform madang.isolate(partition);
      execute format('revoke all on %s from madang_app', partition);
      made := made + 1;
    end if;
  end loop;
  return made;
end
$$;
revoke execute on function audit.ensure_partitions(integer) from public;
grant execute on function audit.ensure_partitions(integer) to madang_city;

select audit.ensure_partitions(3);
