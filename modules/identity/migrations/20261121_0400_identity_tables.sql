create extension if not exists pg_trgm;

create schema identity;
grant usage on schema identity to madang_app, madang_city;

create table identity.organizations (
  zone_id text not null,
  id text not null,
  name text not null check (char_length(name) between 1 and 80),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (zone_id, id)
);
create unique index organizations_name on identity.organizations (zone_id, lower(name));

-- Guests and accounts in one table, so that a guest who registers keeps the id and all that hangs on it.
create table identity.users (
  zone_id text not null,
  id text not null,
  kind text not null check (kind in ('guest', 'account')),
  name text not null check (char_length(name) between 1 and 40),
  colour smallint not null check (colour between 0 and 359),
  email text check (email = lower(email) and char_length(email) <= 254),
  password_hash text,
  role text not null check (role in ('super_admin', 'zone_admin', 'org_admin', 'teacher', 'student', 'parent', 'guest')),
  org_id text,
  locale text not null check (locale in ('ko', 'en', 'ja', 'es')),
  avatar_file_id text,
  avatar_url text,
  status text not null default 'active' check (status in ('invited', 'active', 'suspended', 'merged')),
  merged_into text,
  -- Where an operator or super admin who entered this zone has their account.
  home_zone_id text,
  last_seen_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (zone_id, id),
  constraint users_email unique (zone_id, email),
  foreign key (zone_id, org_id) references identity.organizations (zone_id, id),
  check ((kind = 'guest') = (role = 'guest')),
  check (kind = 'account' or (email is null and password_hash is null and org_id is null)),
  check (kind = 'guest' or email is not null or home_zone_id is not null),
  check ((status = 'merged') = (merged_into is not null)),
  check (role <> 'org_admin' or org_id is not null)
);
create index users_name_prefix on identity.users (zone_id, lower(name) text_pattern_ops);
create index users_name_trigrams on identity.users using gin (lower(name) gin_trgm_ops);
create index users_organization on identity.users (zone_id, org_id) where org_id is not null;
create index users_administrators on identity.users (zone_id) where role in ('zone_admin', 'super_admin');
create index users_guests_seen on identity.users (zone_id, last_seen_at) where kind = 'guest';

create table identity.capabilities (
  zone_id text not null,
  user_id text not null,
  capability text not null check (capability in ('mentor', 'creator', 'operator')),
  granted_by text,
  granted_at timestamptz not null,
  primary key (zone_id, user_id, capability),
  foreign key (zone_id, user_id) references identity.users (zone_id, id) on delete cascade
);

-- Every organization a person belongs to and the role held there; users.org_id and users.role say which one is in force.
create table identity.memberships (
  zone_id text not null,
  user_id text not null,
  org_id text not null,
  role text not null check (role in ('org_admin', 'teacher', 'student', 'parent')),
  joined_at timestamptz not null,
  primary key (zone_id, user_id, org_id),
  foreign key (zone_id, user_id) references identity.users (zone_id, id) on delete cascade,
  foreign key (zone_id, org_id) references identity.organizations (zone_id, id)
);
create index memberships_organization on identity.memberships (zone_id, org_id);

-- A session is a family of refresh tokens. A token is a code over (zone, session, generation, seed) under the server's
-- secret; only the SHA-256 of the current one is kept.
create table identity.sessions (
  zone_id text not null,
  id text not null,
  user_id text not null,
  generation integer not null default 1 check (generation > 0),
  seed bytea not null check (octet_length(seed) = 16),
  token_hash bytea not null check (octet_length(token_hash) = 32),
  rotated_at timestamptz not null,
  -- Set when somebody of the portal entered this zone: what the session holds beyond its person.
  entered_as text check (entered_as in ('super_admin', 'operator')),
  user_agent text,
  ip text,
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  ended_reason text,
  primary key (zone_id, id),
  foreign key (zone_id, user_id) references identity.users (zone_id, id) on delete cascade,
  check ((ended_at is null) = (ended_reason is null))
);
create index sessions_open on identity.sessions (zone_id, user_id) where ended_at is null;
create index sessions_over on identity.sessions (zone_id, expires_at);

-- Links and codes that work once; only their SHA-256 is kept.
create table identity.one_time_tokens (
  zone_id text not null,
  hash bytea not null check (octet_length(hash) = 32),
  purpose text not null check (purpose in ('set-password', 'setup', 'enter')),
  user_id text,
  details jsonb not null default '{}',
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (zone_id, hash)
);
create index one_time_tokens_over on identity.one_time_tokens (zone_id, expires_at);

-- The city's keys for access tokens: every zone's tokens are signed by the same ones. The private part is sealed with
-- AES-256-GCM under the server's secret.
create table identity.signing_keys (
  kid text primary key,
  public_jwk jsonb not null,
  sealed_private_key bytea not null,
  created_at timestamptz not null,
  -- Published from created_at, signs from here until the next key does.
  signs_from timestamptz not null
);

select madang.isolate('identity.organizations');
select madang.isolate('identity.users');
select madang.isolate('identity.capabilities');
select madang.isolate('identity.memberships');
select madang.isolate('identity.sessions');
select madang.isolate('identity.one_time_tokens');
select madang.open_to_city('identity.signing_keys', 'select, insert, delete');
