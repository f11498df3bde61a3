-- What players told, one row per time a watch page was opened, partitioned by the month (UTC) it was opened in. No foreign
-- key: rows are dropped a month at a time, and those of a deleted video by whoever hears of its deletion.
create table video.views (
  zone_id text not null,
  video_id text not null,
  -- The player's.
  view_id text not null,
  -- When it was opened, UTC.
  day date not null,
  -- A person's id, or a hash that is forgotten with the salt of its day.
  viewer text not null,
  device text not null,
  -- Host of the page before, '' for none, 'embed'.
  referrer text not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  watch_seconds double precision not null default 0,
  furthest_seconds double precision not null default 0,
  -- Quality → seconds.
  qualities jsonb not null default '{}',
  stalls integer not null default 0,
  stalled_seconds double precision not null default 0,
  -- Hundredths of the film that were watched.
  parts bit(100) not null default repeat('0', 100)::bit(100),
  -- Numbers of the beacons taken, as [from, to) pairs one after the other.
  beacons integer[] not null default '{}',
  -- `counted` is a view; `repeated` would be one, had its viewer not had one in the half hour before.
  verdict text not null default 'open' check (verdict in ('open', 'counted', 'repeated')),
  primary key (zone_id, video_id, view_id, day)
) partition by range (day);
create index views_by_day on video.views (zone_id, video_id, day);
select madang.isolate('video.views');

-- What falls outside the months made ahead still finds a place.
create table video.views_other partition of video.views default;
select madang.isolate('video.views_other');
revoke all on video.views_other from madang_app;

-- Makes the partitions of this month and the two that follow, drops those older than thirteen months. Takes nothing from
-- the caller, so any zone may ask; rows are reached through video.views only.
create function video.keep_view_months() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '3s' as $$
declare
  month date := date_trunc('month', now() at time zone 'UTC');
  part text;
  old record;
begin
  perform pg_advisory_xact_lock(hashtextextended('video.keep_view_months', 0));
  for step in 0..2 loop
    part := 'video.views_' || to_char(month + make_interval(months => step), 'YYYY_MM');
    if to_regclass(part) is null then
      execute format('create table %s partition of video.views for values from (%L) to (%L)', part,
        (month + make_interval(months => step))::date, (month + make_interval(months => step + 1))::date);
      perform madang.isolate(part);
      execute format('revoke all on %s from madang_app', part);
    end if;
  end loop;
  for old in
    select c.oid::regclass as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'video.views'::regclass and c.relname ~ '^views_\d{4}_\d{2}$'
      and c.relname < 'views_' || to_char(month - interval '13 months', 'YYYY_MM')
  loop
    execute format('drop table %s', old.name);
  end loop;
end
$$;
revoke execute on function video.keep_view_months() from public;
grant execute on function video.keep_view_months() to madang_app;
select video.keep_view_months();

-- When a viewer was last counted: what makes a view one per half hour, on however many nodes.
create table video.last_views (
  zone_id text not null,
  video_id text not null,
  viewer text not null,
  counted_at timestamptz not null,
  primary key (zone_id, video_id, viewer)
) with (fillfactor = 80);
create index last_views_old on video.last_views (zone_id, counted_at);

-- How many views saw each hundredth of a film, of how many; since it was published.
create table video.retention (
  zone_id text not null,
  video_id text not null,
  views integer not null,
  parts integer[] not null check (cardinality(parts) = 100),
  primary key (zone_id, video_id),
  foreign key (zone_id, video_id) references video.videos (zone_id, id) on delete cascade
) with (fillfactor = 50);

-- Keys of the hashes that stand for viewers without a session; gone two days later.
create table video.viewer_salts (
  zone_id text not null,
  day date not null,
  salt bytea not null,
  primary key (zone_id, day)
);

select madang.isolate('video.last_views');
select madang.isolate('video.retention');
select madang.isolate('video.viewer_salts');
