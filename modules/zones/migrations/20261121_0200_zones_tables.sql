create schema zones;
grant usage on schema zones to madang_app, madang_city;

-- A zone's own row: it is a zone table like any other, so a zone can read and change itself and no other.
create table zones.zones (
  zone_id text primary key check (zone_id ~ '^[a-z][a-z0-9-]{0,30}[a-z0-9]$'),
  names jsonb not null,
  taglines jsonb not null,
  hue smallint not null check (hue between 0 and 359),
  features text[] not null default '{}',
  limits jsonb not null,
  apex_to_www boolean not null default true,
  portal boolean not null default false,
  status text not null default 'open' check (status in ('open', 'closed')),
  -- Where the zone stands on the city's plan; ties go by id.
  position smallint not null default 1000,
  version integer not null default 1 check (version > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (names ?& array['ko', 'en', 'ja', 'es']),
  check (taglines ?& array['ko', 'en', 'ja', 'es'])
);
-- The bare host answers for one zone only.
create unique index zones_one_portal on zones.zones (portal) where portal;

create table zones.domains (
  domain text primary key check (domain = lower(domain) and length(domain) <= 253),
  zone_id text not null,
  -- The first domain (lowest) is the canonical one.
  position smallint not null,
  created_at timestamptz not null default now(),
  unique (zone_id, position),
  foreign key (zone_id) references zones.zones (zone_id)
);

select madang.isolate('zones.zones');
select madang.isolate('zones.domains');
select madang.open_to_city('zones.zones', 'select');
select madang.open_to_city('zones.domains', 'select');
