-- The migrated database, described by tools/generate-tables.ts for reviewers; nothing runs this file.

create extension btree_gin;
create extension pg_trgm;

-- Schema audit (madang_app usage, madang_city usage)

create schema audit;

create table audit.chain_heads (
  zone_id text not null,
  chain_no bigint not null,
  hash text not null,
  constraint chain_heads_pkey PRIMARY KEY (zone_id)
);
-- row-level security: enabled, forced
create policy city on audit.chain_heads to madang_city using (true) with check (true);
create policy zone on audit.chain_heads using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant select on audit.chain_heads to madang_app;
grant insert, select, update on audit.chain_heads to madang_city;

create table audit.logs (
  zone_id text not null,
  at timestamp with time zone not null,
  id text not null,
  user_id text,
  org_id text,
  action text not null,
  resource_type text not null,
  resource_id text,
  ip text,
  user_agent text,
  details jsonb default '{}'::jsonb not null,
  chain_no bigint,
  hash text,
  constraint logs_pkey PRIMARY KEY (zone_id, at, id),
  constraint logs_action_check CHECK ((char_length(action) <= 100)),
  constraint logs_check CHECK (((chain_no IS NULL) = (hash IS NULL))),
  constraint logs_details_check CHECK ((octet_length((details)::text) <= 8192)),
  constraint logs_ip_check CHECK ((char_length(ip) <= 64)),
  constraint logs_resource_id_check CHECK ((char_length(resource_id) <= 200)),
  constraint logs_resource_type_check CHECK ((char_length(resource_type) <= 100)),
  constraint logs_user_agent_check CHECK ((char_length(user_agent) <= 512))
) partition by RANGE (at);
CREATE INDEX logs_by_action ON ONLY audit.logs USING btree (zone_id, action, at DESC, id DESC);
CREATE INDEX logs_by_org ON ONLY audit.logs USING btree (zone_id, org_id, at DESC, id DESC);
CREATE INDEX logs_by_user ON ONLY audit.logs USING btree (zone_id, user_id, at DESC, id DESC);
CREATE INDEX logs_chain ON ONLY audit.logs USING btree (zone_id, chain_no);
CREATE INDEX logs_unsealed ON ONLY audit.logs USING btree (at, id) WHERE (hash IS NULL);
-- row-level security: enabled, forced
create policy city on audit.logs to madang_city using (true) with check (true);
create policy zone on audit.logs using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant insert (action, at, details, id, ip, org_id, resource_id, resource_type, user_agent, user_id, zone_id), select on audit.logs to madang_app;
grant select, update (chain_no, hash) on audit.logs to madang_city;
CREATE TRIGGER keep BEFORE DELETE OR UPDATE ON audit.logs FOR EACH ROW EXECUTE FUNCTION audit.keep();

CREATE OR REPLACE FUNCTION audit.ensure_partitions(ahead integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;
-- executed by madang_city

CREATE OR REPLACE FUNCTION audit.keep()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'UPDATE' and old.hash is null and new.hash is not null
     and (to_jsonb(new) - 'hash' - 'chain_no') = (to_jsonb(old) - 'hash' - 'chain_no') then
    return new;
  end if;
  raise exception 'audit.logs is append-only' using errcode = 'insufficient_privilege';
end
$function$;
-- executed by everyone

-- Schema chat (madang_app usage, madang_city usage)

create schema chat;

create table chat.bans (
  zone_id text not null,
  room_id text not null,
  user_id text not null,
  by_id text,
  reason text default ''::text not null,
  until timestamp with time zone,
  created_at timestamp with time zone not null,
  constraint bans_pkey PRIMARY KEY (room_id, user_id),
  constraint bans_zone_id_room_id_fkey FOREIGN KEY (zone_id, room_id) REFERENCES chat.rooms(zone_id, id) ON DELETE CASCADE
);
-- row-level security: enabled, forced
create policy zone on chat.bans using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on chat.bans to madang_app;

create table chat.changes (
  zone_id text not null,
  room_id text not null,
  rev bigint not null,
  seq bigint not null,
  kind text not null,
  payload jsonb,
  at timestamp with time zone not null,
  constraint changes_pkey PRIMARY KEY (room_id, rev),
  constraint changes_zone_id_room_id_fkey FOREIGN KEY (zone_id, room_id) REFERENCES chat.rooms(zone_id, id) ON DELETE CASCADE,
  constraint changes_kind_check CHECK ((kind = ANY (ARRAY['edited'::text, 'deleted'::text, 'reaction'::text])))
);
-- row-level security: enabled, forced
create policy zone on chat.changes using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on chat.changes to madang_app;

create table chat.invitations (
  zone_id text not null,
  id text not null,
  room_id text not null,
  invitee_id text,
  token_hash bytea,
  by_id text not null,
  uses integer default 0 not null,
  max_uses integer,
  expires_at timestamp with time zone,
  created_at timestamp with time zone not null,
  constraint invitations_pkey PRIMARY KEY (id),
  constraint invitations_zone_id_room_id_fkey FOREIGN KEY (zone_id, room_id) REFERENCES chat.rooms(zone_id, id) ON DELETE CASCADE,
  constraint invitations_check CHECK (((invitee_id IS NULL) <> (token_hash IS NULL))),
  constraint invitations_max_uses_check CHECK ((max_uses > 0))
);
CREATE UNIQUE INDEX invitations_by_token ON chat.invitations USING btree (token_hash) WHERE (token_hash IS NOT NULL);
CREATE INDEX invitations_of_person ON chat.invitations USING btree (zone_id, invitee_id, id DESC) WHERE (invitee_id IS NOT NULL);
CREATE INDEX invitations_of_room ON chat.invitations USING btree (room_id, id DESC);
CREATE UNIQUE INDEX invitations_one_per_person ON chat.invitations USING btree (room_id, invitee_id) WHERE (invitee_id IS NOT NULL);
-- row-level security: enabled, forced
create policy zone on chat.invitations using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on chat.invitations to madang_app;

create table chat.members (
  zone_id text not null,
  room_id text not null,
  user_id text not null,
  role text default 'member'::text not null,
  read_seq bigint default 0 not null,
  notifications text default 'all'::text not null,
  joined_at timestamp with time zone not null,
  left_at timestamp with time zone,
  last_sent_at timestamp with time zone,
  constraint members_pkey PRIMARY KEY (room_id, user_id),
  constraint members_zone_id_room_id_fkey FOREIGN KEY (zone_id, room_id) REFERENCES chat.rooms(zone_id, id) ON DELETE CASCADE,
  constraint members_notifications_check CHECK ((notifications = ANY (ARRAY['all'::text, 'mentions'::text, 'none'::text]))),
  constraint members_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'moderator'::text, 'member'::text])))
);
CREATE INDEX members_by_joining ON chat.members USING btree (room_id, joined_at DESC, user_id DESC) WHERE (left_at IS NULL);
CREATE INDEX members_of_person ON chat.members USING btree (user_id, room_id);
-- row-level security: enabled, forced
create policy zone on chat.members using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on chat.members to madang_app;

create table chat.messages (
  zone_id text not null,
  room_id text not null,
  seq bigint not null,
  sender_id text not null,
  client_id text not null,
  body text not null,
  reply_to bigint,
  file_ids text[],
  mentions text[],
  reacted boolean default false not null,
  rev bigint default 0 not null,
  created_at timestamp with time zone not null,
  edited_at timestamp with time zone,
  deleted_at timestamp with time zone,
  constraint messages_pkey PRIMARY KEY (room_id, seq),
  constraint messages_room_id_sender_id_client_id_key UNIQUE (room_id, sender_id, client_id)
) partition by HASH (room_id);
CREATE INDEX messages_words ON ONLY chat.messages USING gin (body public.gin_trgm_ops);
-- row-level security: enabled, forced
create policy zone on chat.messages using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on chat.messages to madang_app;

create table chat.mutes (
  zone_id text not null,
  room_id text not null,
  user_id text not null,
  by_id text,
  reason text default ''::text not null,
  until timestamp with time zone,
  created_at timestamp with time zone not null,
  constraint mutes_pkey PRIMARY KEY (room_id, user_id),
  constraint mutes_zone_id_room_id_fkey FOREIGN KEY (zone_id, room_id) REFERENCES chat.rooms(zone_id, id) ON DELETE CASCADE
);
-- row-level security: enabled, forced
create policy zone on chat.mutes using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on chat.mutes to madang_app;

create table chat.pins (
  zone_id text not null,
  room_id text not null,
  seq bigint not null,
  by_id text,
  pinned_at timestamp with time zone not null,
  constraint pins_pkey PRIMARY KEY (room_id, seq),
  constraint pins_zone_id_room_id_fkey FOREIGN KEY (zone_id, room_id) REFERENCES chat.rooms(zone_id, id) ON DELETE CASCADE
);
-- row-level security: enabled, forced
create policy zone on chat.pins using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on chat.pins to madang_app;

create table chat.reactions (
  zone_id text not null,
  room_id text not null,
  seq bigint not null,
  reaction text not null,
  user_id text not null,
  created_at timestamp with time zone not null,
  constraint reactions_pkey PRIMARY KEY (room_id, seq, reaction, user_id),
  constraint reactions_zone_id_room_id_fkey FOREIGN KEY (zone_id, room_id) REFERENCES chat.rooms(zone_id, id) ON DELETE CASCADE
);
CREATE INDEX reactions_of_person ON chat.reactions USING btree (user_id, room_id);
-- row-level security: enabled, forced
create policy zone on chat.reactions using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on chat.reactions to madang_app;

create table chat.rooms (
  zone_id text not null,
  id text not null,
  name text default ''::text not null,
  topic text default ''::text not null,
  visibility text not null,
  attached_type text,
  attached_id text,
  direct_key text,
  org_id text,
  owner_id text,
  seq bigint default 0 not null,
  rev bigint default 0 not null,
  first_seq bigint default 1 not null,
  first_rev bigint default 1 not null,
  slow_mode_seconds integer default 0 not null,
  retention_days integer,
  member_count integer default 0 not null,
  created_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  active_at timestamp with time zone not null,
  deleted_at timestamp with time zone,
  constraint rooms_pkey PRIMARY KEY (id),
  constraint rooms_zone_id_id_key UNIQUE (zone_id, id),
  constraint rooms_check CHECK (((visibility = 'attached'::text) = ((attached_type IS NOT NULL) AND (attached_id IS NOT NULL)))),
  constraint rooms_check1 CHECK (((visibility = 'direct'::text) = (direct_key IS NOT NULL))),
  constraint rooms_retention_days_check CHECK (((retention_days >= 1) AND (retention_days <= 3650))),
  constraint rooms_slow_mode_seconds_check CHECK (((slow_mode_seconds >= 0) AND (slow_mode_seconds <= 21600))),
  constraint rooms_visibility_check CHECK ((visibility = ANY (ARRAY['public'::text, 'private'::text, 'direct'::text, 'attached'::text])))
);
CREATE INDEX rooms_lively ON chat.rooms USING btree (zone_id, active_at DESC, id DESC) WHERE ((visibility = 'public'::text) AND (deleted_at IS NULL));
CREATE UNIQUE INDEX rooms_one_per_pair ON chat.rooms USING btree (zone_id, direct_key) WHERE ((direct_key IS NOT NULL) AND (deleted_at IS NULL));
CREATE UNIQUE INDEX rooms_one_per_thing ON chat.rooms USING btree (zone_id, attached_type, attached_id) WHERE ((attached_type IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX rooms_with_retention ON chat.rooms USING btree (zone_id, id) WHERE ((retention_days IS NOT NULL) AND (deleted_at IS NULL));
-- row-level security: enabled, forced
create policy zone on chat.rooms using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on chat.rooms to madang_app;

CREATE OR REPLACE FUNCTION chat.find_messages(person text, in_room text, word text, likes boolean, rest text[], before_at timestamp with time zone, before_room text, before_seq bigint, most integer)
 RETURNS TABLE(room_id text, seq bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET "pg_trgm.word_similarity_threshold" TO '0.6'
 SET plan_cache_mode TO 'auto'
AS $function$
begin
  if in_room is not null then
    if likes then
      return query
        select m.room_id, m.seq from chat.messages m
        where m.zone_id = madang.zone() and m.room_id = in_room and m.body ilike word and (m.body || '') ~* all (rest)
          and m.deleted_at is null and m.seq < before_seq
        order by m.seq desc limit most;
    else
      return query
        select m.room_id, m.seq from chat.messages m
        where m.zone_id = madang.zone() and m.room_id = in_room and word <% m.body and (m.body || '') ~* all (rest)
          and m.deleted_at is null and m.seq < before_seq
        order by m.seq desc limit most;
    end if;
    return;
  end if;
  return query
    with readable as materialized (
      select r.id from chat.rooms r
      where r.zone_id = madang.zone() and r.visibility = 'public' and r.deleted_at is null
      union
      select r.id from chat.members p join chat.rooms r on r.id = p.room_id
      where p.zone_id = madang.zone() and p.user_id = person and p.left_at is null
        and r.deleted_at is null and r.visibility <> 'attached'
      except
      select b.room_id from chat.bans b
      where b.zone_id = madang.zone() and b.user_id = person and (b.until is null or b.until > now())
    ),
    found as materialized (
      select m.room_id, m.seq, m.created_at from chat.messages m
      where likes and m.zone_id = madang.zone() and m.body ilike word and (m.body || '') ~* all (rest) and m.deleted_at is null
      union all
      select m.room_id, m.seq, m.created_at from chat.messages m
      where not likes and m.zone_id = madang.zone() and word <% m.body and (m.body || '') ~* all (rest) and m.deleted_at is null
    )
    select f.room_id, f.seq from found f
    where f.room_id in (select id from readable)
      and (f.created_at, f.room_id, f.seq) < (before_at, before_room, before_seq)
    order by f.created_at desc, f.room_id desc, f.seq desc
    limit most;
end
$function$;
-- executed by madang_app

-- Schema events (madang_app usage, madang_city usage)

create schema events;

create table events.deferred (
  zone_id text not null,
  handler text not null,
  position bigint not null,
  turn bigint generated always as identity not null,
  id text not null,
  name text not null,
  payload jsonb not null,
  at timestamp with time zone not null,
  tries integer not null,
  next_at timestamp with time zone default now() not null,
  failure text,
  constraint deferred_pkey PRIMARY KEY (handler, "position")
);
CREATE INDEX deferred_turns ON events.deferred USING btree (handler, zone_id, turn);
-- row-level security: enabled, forced
create policy city on events.deferred to madang_city using (true) with check (true);
create policy zone on events.deferred using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on events.deferred to madang_app;
grant delete, insert, select, update on events.deferred to madang_city;

create table events.outbox (
  zone_id text not null,
  position bigint generated always as identity not null,
  xid xid8 default pg_current_xact_id() not null,
  id text not null,
  name text not null,
  payload jsonb not null,
  at timestamp with time zone default now() not null,
  constraint outbox_pkey PRIMARY KEY ("position")
);
CREATE INDEX outbox_age ON events.outbox USING btree (at);
CREATE INDEX outbox_by_name ON events.outbox USING btree (name, xid, "position");
CREATE INDEX outbox_order ON events.outbox USING btree (xid, "position");
-- row-level security: enabled, forced
create policy city on events.outbox to madang_city using (true) with check (true);
create policy zone on events.outbox using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant insert (id, name, payload, zone_id), select on events.outbox to madang_app;
grant delete, select, update on events.outbox to madang_city;

create table events.parked (
  zone_id text not null,
  handler text not null,
  position bigint not null,
  id text not null,
  name text not null,
  payload jsonb not null,
  at timestamp with time zone not null,
  tries integer not null,
  failure text not null,
  parked_at timestamp with time zone default now() not null,
  constraint parked_pkey PRIMARY KEY (handler, "position")
);
-- row-level security: enabled, forced
create policy city on events.parked to madang_city using (true) with check (true);
create policy zone on events.parked using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on events.parked to madang_app;
grant delete, insert, select on events.parked to madang_city;

create table events.positions (
  handler text not null,
  event text not null,
  xid xid8 not null,
  position bigint not null,
  leased_by text,
  leased_until timestamp with time zone default '-infinity'::timestamp with time zone not null,
  constraint positions_pkey PRIMARY KEY (handler)
);
-- row-level security: enabled, forced
create policy city on events.positions to madang_city using (true) with check (true);
grant delete, insert, select, update on events.positions to madang_city;

CREATE OR REPLACE FUNCTION events.realign()
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
declare
  ceiling xid8 := pg_snapshot_xmax(pg_current_snapshot());
begin
  perform pg_advisory_xact_lock(hashtextextended('events.realign', 0));
  if not exists (select from events.positions where xid > ceiling)
     and not exists (select from events.outbox where xid > ceiling) then
    return false;
  end if;
  insert into events.deferred (zone_id, handler, position, id, name, payload, at, tries)
    select o.zone_id, p.handler, o.position, o.id, o.name, o.payload, o.at, 0
      from events.positions p
      join events.outbox o on o.name = p.event and (o.xid, o.position) > (p.xid, p.position)
     order by o.xid, o.position
    on conflict do nothing;
  update events.outbox set xid = '0' where xid <> '0';
  update events.positions
     set xid = '0', position = coalesce((select max(position) from events.outbox), 0), leased_until = '-infinity';
  return true;
end
$function$;
-- executed by madang_city

-- Schema identity (madang_app usage, madang_city usage)

create schema identity;

create table identity.capabilities (
  zone_id text not null,
  user_id text not null,
  capability text not null,
  granted_by text,
  granted_at timestamp with time zone not null,
  constraint capabilities_pkey PRIMARY KEY (zone_id, user_id, capability),
  constraint capabilities_zone_id_user_id_fkey FOREIGN KEY (zone_id, user_id) REFERENCES identity.users(zone_id, id) ON DELETE CASCADE,
  constraint capabilities_capability_check CHECK ((capability = ANY (ARRAY['mentor'::text, 'creator'::text, 'operator'::text])))
);
-- row-level security: enabled, forced
create policy zone on identity.capabilities using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on identity.capabilities to madang_app;

create table identity.memberships (
  zone_id text not null,
  user_id text not null,
  org_id text not null,
  role text not null,
  joined_at timestamp with time zone not null,
  constraint memberships_pkey PRIMARY KEY (zone_id, user_id, org_id),
  constraint memberships_zone_id_org_id_fkey FOREIGN KEY (zone_id, org_id) REFERENCES identity.organizations(zone_id, id),
  constraint memberships_zone_id_user_id_fkey FOREIGN KEY (zone_id, user_id) REFERENCES identity.users(zone_id, id) ON DELETE CASCADE,
  constraint memberships_role_check CHECK ((role = ANY (ARRAY['org_admin'::text, 'teacher'::text, 'student'::text, 'parent'::text])))
);
CREATE INDEX memberships_organization ON identity.memberships USING btree (zone_id, org_id);
-- row-level security: enabled, forced
create policy zone on identity.memberships using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on identity.memberships to madang_app;

create table identity.one_time_tokens (
  zone_id text not null,
  hash bytea not null,
  purpose text not null,
  user_id text,
  details jsonb default '{}'::jsonb not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint one_time_tokens_pkey PRIMARY KEY (zone_id, hash),
  constraint one_time_tokens_hash_check CHECK ((octet_length(hash) = 32)),
  constraint one_time_tokens_purpose_check CHECK ((purpose = ANY (ARRAY['set-password'::text, 'setup'::text, 'enter'::text])))
);
CREATE INDEX one_time_tokens_over ON identity.one_time_tokens USING btree (zone_id, expires_at);
-- row-level security: enabled, forced
create policy zone on identity.one_time_tokens using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on identity.one_time_tokens to madang_app;

create table identity.organizations (
  zone_id text not null,
  id text not null,
  name text not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint organizations_pkey PRIMARY KEY (zone_id, id),
  constraint organizations_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 80)))
);
CREATE UNIQUE INDEX organizations_name ON identity.organizations USING btree (zone_id, lower(name));
-- row-level security: enabled, forced
create policy zone on identity.organizations using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on identity.organizations to madang_app;

create table identity.sessions (
  zone_id text not null,
  id text not null,
  user_id text not null,
  generation integer default 1 not null,
  seed bytea not null,
  token_hash bytea not null,
  rotated_at timestamp with time zone not null,
  entered_as text,
  user_agent text,
  ip text,
  created_at timestamp with time zone not null,
  last_used_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  ended_reason text,
  constraint sessions_pkey PRIMARY KEY (zone_id, id),
  constraint sessions_zone_id_user_id_fkey FOREIGN KEY (zone_id, user_id) REFERENCES identity.users(zone_id, id) ON DELETE CASCADE,
  constraint sessions_check CHECK (((ended_at IS NULL) = (ended_reason IS NULL))),
  constraint sessions_entered_as_check CHECK ((entered_as = ANY (ARRAY['super_admin'::text, 'operator'::text]))),
  constraint sessions_generation_check CHECK ((generation > 0)),
  constraint sessions_seed_check CHECK ((octet_length(seed) = 16)),
  constraint sessions_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
CREATE INDEX sessions_open ON identity.sessions USING btree (zone_id, user_id) WHERE (ended_at IS NULL);
CREATE INDEX sessions_over ON identity.sessions USING btree (zone_id, expires_at);
-- row-level security: enabled, forced
create policy zone on identity.sessions using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on identity.sessions to madang_app;

create table identity.signing_keys (
  kid text not null,
  public_jwk jsonb not null,
  sealed_private_key bytea not null,
  created_at timestamp with time zone not null,
  signs_from timestamp with time zone not null,
  constraint signing_keys_pkey PRIMARY KEY (kid)
);
-- row-level security: enabled, forced
create policy city on identity.signing_keys to madang_city using (true) with check (true);
grant delete, insert, select on identity.signing_keys to madang_city;

create table identity.users (
  zone_id text not null,
  id text not null,
  kind text not null,
  name text not null,
  colour smallint not null,
  email text,
  password_hash text,
  role text not null,
  org_id text,
  locale text not null,
  avatar_file_id text,
  avatar_url text,
  status text default 'active'::text not null,
  merged_into text,
  home_zone_id text,
  last_seen_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint users_pkey PRIMARY KEY (zone_id, id),
  constraint users_email UNIQUE (zone_id, email),
  constraint users_zone_id_org_id_fkey FOREIGN KEY (zone_id, org_id) REFERENCES identity.organizations(zone_id, id),
  constraint users_check CHECK (((kind = 'guest'::text) = (role = 'guest'::text))),
  constraint users_check1 CHECK (((kind = 'account'::text) OR ((email IS NULL) AND (password_hash IS NULL) AND (org_id IS NULL)))),
  constraint users_check2 CHECK (((kind = 'guest'::text) OR (email IS NOT NULL) OR (home_zone_id IS NOT NULL))),
  constraint users_check3 CHECK (((status = 'merged'::text) = (merged_into IS NOT NULL))),
  constraint users_check4 CHECK (((role <> 'org_admin'::text) OR (org_id IS NOT NULL))),
  constraint users_colour_check CHECK (((colour >= 0) AND (colour <= 359))),
  constraint users_email_check CHECK (((email = lower(email)) AND (char_length(email) <= 254))),
  constraint users_kind_check CHECK ((kind = ANY (ARRAY['guest'::text, 'account'::text]))),
  constraint users_locale_check CHECK ((locale = ANY (ARRAY['ko'::text, 'en'::text, 'ja'::text, 'es'::text]))),
  constraint users_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 40))),
  constraint users_role_check CHECK ((role = ANY (ARRAY['super_admin'::text, 'zone_admin'::text, 'org_admin'::text, 'teacher'::text, 'student'::text, 'parent'::text, 'guest'::text]))),
  constraint users_status_check CHECK ((status = ANY (ARRAY['invited'::text, 'active'::text, 'suspended'::text, 'merged'::text])))
);
CREATE INDEX users_administrators ON identity.users USING btree (zone_id) WHERE (role = ANY (ARRAY['zone_admin'::text, 'super_admin'::text]));
CREATE INDEX users_guests_seen ON identity.users USING btree (zone_id, last_seen_at) WHERE (kind = 'guest'::text);
CREATE INDEX users_name_prefix ON identity.users USING btree (zone_id, lower(name) text_pattern_ops);
CREATE INDEX users_name_trigrams ON identity.users USING gin (lower(name) public.gin_trgm_ops);
CREATE INDEX users_organization ON identity.users USING btree (zone_id, org_id) WHERE (org_id IS NOT NULL);
-- row-level security: enabled, forced
create policy zone on identity.users using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on identity.users to madang_app;

CREATE OR REPLACE FUNCTION identity.find_people_by_name(wanted text, pattern text, guests_seen_after timestamp with time zone, most integer)
 RETURNS TABLE(user_id text, closeness real)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET plan_cache_mode TO 'auto'
AS $function$
  select u.id,
         case when lower(u.name) like pattern || '%' then 2 + similarity(lower(u.name), wanted)
              else word_similarity(wanted, lower(u.name)) end as closeness
  from identity.users u
  where u.zone_id = madang.zone()
    and u.status in ('active', 'invited')
    and u.home_zone_id is null
    and (u.kind = 'account' or u.last_seen_at > guests_seen_after)
    and (lower(u.name) like pattern || '%'
         or lower(u.name) like '%' || pattern || '%'
         or (char_length(wanted) >= 3 and wanted <% lower(u.name)))
  order by closeness desc, u.last_seen_at desc nulls last, u.id
  limit most
$function$;
-- executed by madang_app

-- Schema jobs (madang_app usage, madang_city usage)

create schema jobs;

create table jobs.jobs (
  zone_id text not null,
  id text not null,
  name text not null,
  key text,
  priority integer default 0 not null,
  payload jsonb not null,
  state text default 'queued'::text not null,
  attempt integer default 0 not null,
  run_at timestamp with time zone default now() not null,
  percent real default 0 not null,
  detail jsonb,
  failure text,
  cancel_requested boolean default false not null,
  worker text,
  leased_until timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  constraint jobs_pkey PRIMARY KEY (id),
  constraint jobs_percent_check CHECK (((percent >= (0)::double precision) AND (percent <= (100)::double precision))),
  constraint jobs_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
);
CREATE INDEX jobs_finished ON jobs.jobs USING btree (finished_at) WHERE (finished_at IS NOT NULL);
CREATE UNIQUE INDEX jobs_key ON jobs.jobs USING btree (zone_id, name, key) WHERE ((key IS NOT NULL) AND (state = ANY (ARRAY['queued'::text, 'running'::text])));
CREATE INDEX jobs_leases ON jobs.jobs USING btree (leased_until) WHERE (state = 'running'::text);
CREATE INDEX jobs_ready ON jobs.jobs USING btree (name, zone_id, priority DESC, run_at, id) WHERE (state = 'queued'::text);
CREATE INDEX jobs_running ON jobs.jobs USING btree (name, zone_id) WHERE (state = 'running'::text);
CREATE INDEX jobs_served ON jobs.jobs USING btree (name, zone_id, started_at) WHERE (started_at IS NOT NULL);
-- row-level security: enabled, forced
create policy city on jobs.jobs to madang_city using (true) with check (true);
create policy zone on jobs.jobs using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on jobs.jobs to madang_app;
grant delete, select, update on jobs.jobs to madang_city;

create table jobs.ticks (
  zone_id text not null,
  schedule text not null,
  last timestamp with time zone not null,
  constraint ticks_pkey PRIMARY KEY (zone_id, schedule)
);
-- row-level security: enabled, forced
create policy city on jobs.ticks to madang_city using (true) with check (true);
create policy zone on jobs.ticks using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on jobs.ticks to madang_app;
grant select on jobs.ticks to madang_city;

-- Schema madang (madang_app usage, madang_city usage)

create schema madang;

create table madang.migrations (
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone default now() not null,
  constraint migrations_pkey PRIMARY KEY (name)
);
-- row-level security: none

CREATE OR REPLACE FUNCTION madang.isolate(target regclass)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (
    select from pg_attribute
    where attrelid = target and attname = 'zone_id' and atttypid = 'text'::regtype and attnotnull and not attisdropped
  ) then
    raise exception '% needs a column zone_id text not null to be isolated', target;
  end if;
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('drop policy if exists zone on %s', target);
  execute format(
    'create policy zone on %s using (zone_id = madang.zone()) with check (zone_id = madang.zone())', target);
  execute format('grant select, insert, update, delete on %s to madang_app', target);
end
$function$;
-- executed by everyone

CREATE OR REPLACE FUNCTION madang.open_to_city(target regclass, privileges text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if privileges !~ '^(select|insert|update|delete)( \([a-z0-9_, ]+\))?(, (select|insert|update|delete)( \([a-z0-9_, ]+\))?)*$' then
    raise exception '% is not a list of privileges', privileges;
  end if;
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('drop policy if exists city on %s', target);
  execute format('create policy city on %s to madang_city using (true) with check (true)', target);
  execute format('grant %s on %s to madang_city', privileges, target);
end
$function$;
-- executed by everyone

CREATE OR REPLACE FUNCTION madang.zone()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN NULLIF(current_setting('app.zone'::text, true), ''::text);
-- executed by everyone

-- Schema media (madang_app usage)

create schema media;

create table media.asset_chunks (
  zone_id text not null,
  asset_id text not null,
  version text not null,
  wave integer not null,
  chunk integer not null,
  state text default 'waiting'::text not null,
  segments jsonb default '{}'::jsonb not null,
  seconds_made double precision default 0 not null,
  job_id text,
  stills jsonb default '{}'::jsonb not null,
  constraint asset_chunks_pkey PRIMARY KEY (zone_id, asset_id, version, wave, chunk),
  constraint asset_chunks_zone_id_asset_id_fkey FOREIGN KEY (zone_id, asset_id) REFERENCES media.assets(zone_id, id) ON DELETE CASCADE,
  constraint asset_chunks_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text])))
);
-- row-level security: enabled, forced
create policy zone on media.asset_chunks using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on media.asset_chunks to madang_app;

create table media.asset_leftovers (
  zone_id text not null,
  asset_id text not null,
  version text not null,
  source_key text not null,
  upload_id text not null,
  job_ids text[] not null,
  since timestamp with time zone not null,
  constraint asset_leftovers_pkey PRIMARY KEY (zone_id, asset_id, version)
);
-- row-level security: enabled, forced
create policy zone on media.asset_leftovers using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on media.asset_leftovers to madang_app;

create table media.assets (
  zone_id text not null,
  id text not null,
  owner_id text not null,
  upload_id text not null,
  version text default 'v1'::text not null,
  status text default 'uploading'::text not null,
  access text default 'closed'::text not null,
  source_key text not null,
  source_name text default ''::text not null,
  source_bytes bigint default 0 not null,
  made_bytes bigint default 0 not null,
  plan jsonb,
  duration_seconds double precision,
  width integer,
  height integer,
  growing boolean default false not null,
  poster integer default 0 not null,
  last_poster integer default 0 not null,
  poster_width integer,
  poster_height integer,
  blurhash text,
  poster_origin text default 'made'::text not null,
  poster_candidate integer,
  candidates jsonb default '[]'::jsonb not null,
  storyboard boolean default false not null,
  waveform boolean default false not null,
  failure jsonb,
  progress jsonb default '{}'::jsonb not null,
  served jsonb,
  revivals integer default 0 not null,
  job_id text,
  created_at timestamp with time zone not null,
  playable_at timestamp with time zone,
  ready_at timestamp with time zone,
  constraint assets_pkey PRIMARY KEY (zone_id, id),
  constraint assets_access_check CHECK ((access = ANY (ARRAY['public'::text, 'signed'::text, 'closed'::text]))),
  constraint assets_check CHECK (((status = 'failed'::text) = (failure IS NOT NULL))),
  constraint assets_poster_origin_check CHECK ((poster_origin = ANY (ARRAY['made'::text, 'chosen'::text, 'uploaded'::text]))),
  constraint assets_status_check CHECK ((status = ANY (ARRAY['uploading'::text, 'queued'::text, 'processing'::text, 'playable'::text, 'ready'::text, 'failed'::text]))),
  constraint assets_version_check CHECK ((version ~ '^v[0-9]{1,6}$'::text))
);
CREATE INDEX assets_owner ON media.assets USING btree (zone_id, owner_id, created_at DESC);
CREATE INDEX assets_unsettled ON media.assets USING btree (zone_id, created_at) WHERE (status <> ALL (ARRAY['ready'::text, 'failed'::text]));
CREATE UNIQUE INDEX assets_upload ON media.assets USING btree (zone_id, upload_id);
-- row-level security: enabled, forced
create policy zone on media.assets using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on media.assets to madang_app;

create table media.captions (
  zone_id text not null,
  id text not null,
  asset_id text not null,
  language text not null,
  name text not null,
  origin text not null,
  created_at timestamp with time zone not null,
  constraint captions_pkey PRIMARY KEY (zone_id, id),
  constraint captions_zone_id_asset_id_fkey FOREIGN KEY (zone_id, asset_id) REFERENCES media.assets(zone_id, id) ON DELETE CASCADE,
  constraint captions_origin_check CHECK ((origin = ANY (ARRAY['source'::text, 'uploaded'::text])))
);
CREATE INDEX captions_asset ON media.captions USING btree (zone_id, asset_id);
-- row-level security: enabled, forced
create policy zone on media.captions using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on media.captions to madang_app;

create table media.files (
  zone_id text not null,
  id text not null,
  owner_id text not null,
  scope_type text not null,
  scope_id text not null,
  state text default 'pending'::text not null,
  name text default ''::text not null,
  kind text default 'other'::text not null,
  content_type text default 'application/octet-stream'::text not null,
  bytes bigint default 0 not null,
  width integer,
  height integer,
  sha256 text,
  blob_key text not null,
  thumbnail_key text,
  thumbnail_bytes bigint default 0 not null,
  attached_at timestamp with time zone,
  created_at timestamp with time zone not null,
  constraint files_pkey PRIMARY KEY (zone_id, id),
  constraint files_bytes_check CHECK ((bytes >= 0)),
  constraint files_check CHECK (((state <> 'ready'::text) OR (sha256 IS NOT NULL))),
  constraint files_kind_check CHECK ((kind = ANY (ARRAY['image'::text, 'video'::text, 'audio'::text, 'document'::text, 'other'::text]))),
  constraint files_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'ready'::text, 'deleting'::text]))),
  constraint files_thumbnail_bytes_check CHECK ((thumbnail_bytes >= 0))
);
CREATE INDEX files_owner ON media.files USING btree (zone_id, owner_id);
CREATE INDEX files_unsettled ON media.files USING btree (zone_id, created_at) WHERE ((state <> 'ready'::text) OR (attached_at IS NULL));
-- row-level security: enabled, forced
create policy zone on media.files using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on media.files to madang_app;

create table media.person_usage (
  zone_id text not null,
  owner_id text not null,
  bytes bigint default 0 not null,
  constraint person_usage_pkey PRIMARY KEY (zone_id, owner_id)
);
-- row-level security: enabled, forced
create policy zone on media.person_usage using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on media.person_usage to madang_app;

create table media.upload_parts (
  zone_id text not null,
  upload_id text not null,
  start bigint not null,
  bytes bigint not null,
  blob_key text not null,
  constraint upload_parts_pkey PRIMARY KEY (zone_id, upload_id, start),
  constraint upload_parts_zone_id_upload_id_fkey FOREIGN KEY (zone_id, upload_id) REFERENCES media.uploads(zone_id, id) ON DELETE CASCADE,
  constraint upload_parts_bytes_check CHECK ((bytes > 0))
);
-- row-level security: enabled, forced
create policy zone on media.upload_parts using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on media.upload_parts to madang_app;

create table media.uploads (
  zone_id text not null,
  id text not null,
  owner_id text not null,
  name text not null,
  content_type text default ''::text not null,
  length bigint not null,
  received bigint default 0 not null,
  state text default 'open'::text not null,
  claimed_type text,
  claimed_id text,
  writer bigint default 0 not null,
  leased_until timestamp with time zone,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  completed_at timestamp with time zone,
  frozen bigint default 0 not null,
  constraint uploads_pkey PRIMARY KEY (zone_id, id),
  constraint uploads_check CHECK (((received >= 0) AND (received <= length))),
  constraint uploads_check1 CHECK (((claimed_type IS NULL) = (claimed_id IS NULL))),
  constraint uploads_check2 CHECK (((state = 'open'::text) OR (received = length) OR (state = 'discarded'::text))),
  constraint uploads_length_check CHECK ((length > 0)),
  constraint uploads_state_check CHECK ((state = ANY (ARRAY['open'::text, 'complete'::text, 'discarded'::text])))
);
CREATE INDEX uploads_expiring ON media.uploads USING btree (zone_id, expires_at) WHERE ((claimed_id IS NULL) OR (state <> 'complete'::text));
CREATE INDEX uploads_owner ON media.uploads USING btree (zone_id, owner_id, created_at DESC);
-- row-level security: enabled, forced
create policy zone on media.uploads using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on media.uploads to madang_app;

create table media.usage (
  zone_id text not null,
  bytes bigint default 0 not null,
  constraint usage_pkey PRIMARY KEY (zone_id)
);
-- row-level security: enabled, forced
create policy zone on media.usage using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on media.usage to madang_app;

-- Schema notifications (madang_app usage)

create schema notifications;

create table notifications.items (
  zone_id text not null,
  id text not null,
  user_id text not null,
  kind text not null,
  about text not null,
  actor_id text,
  payload jsonb not null,
  created_at timestamp with time zone not null,
  read_at timestamp with time zone,
  constraint items_pkey PRIMARY KEY (zone_id, id)
);
CREATE INDEX items_about ON notifications.items USING btree (zone_id, kind, about);
CREATE INDEX items_bell ON notifications.items USING btree (zone_id, user_id, id DESC);
CREATE INDEX items_old ON notifications.items USING btree (zone_id, created_at);
CREATE UNIQUE INDEX items_once ON notifications.items USING btree (zone_id, user_id, kind, about);
CREATE INDEX items_unread ON notifications.items USING btree (zone_id, user_id) WHERE (read_at IS NULL);
-- row-level security: enabled, forced
create policy zone on notifications.items using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on notifications.items to madang_app;

create table notifications.preferences (
  zone_id text not null,
  user_id text not null,
  kind text not null,
  is_on boolean not null,
  constraint preferences_pkey PRIMARY KEY (zone_id, user_id, kind)
);
-- row-level security: enabled, forced
create policy zone on notifications.preferences using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on notifications.preferences to madang_app;

-- Schema video (madang_app usage)

create schema video;

create table video.channel_members (
  zone_id text not null,
  channel_id text not null,
  user_id text not null,
  since timestamp with time zone not null,
  constraint channel_members_pkey PRIMARY KEY (zone_id, channel_id, user_id),
  constraint channel_members_zone_id_channel_id_fkey FOREIGN KEY (zone_id, channel_id) REFERENCES video.channels(zone_id, id) ON DELETE CASCADE
);
CREATE INDEX channel_members_user ON video.channel_members USING btree (zone_id, user_id);
-- row-level security: enabled, forced
create policy zone on video.channel_members using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on video.channel_members to madang_app;

create table video.channels (
  zone_id text not null,
  id text not null,
  owner_id text not null,
  handle text not null,
  handle_key text not null,
  name text not null,
  description text default ''::text not null,
  subscribers integer default 0 not null,
  videos integer default 0 not null,
  views bigint default 0 not null,
  created_at timestamp with time zone not null,
  called text collate "C" generated always as (video.fold(((name || ' '::text) || handle))) stored not null,
  constraint channels_pkey PRIMARY KEY (zone_id, id),
  constraint channels_subscribers_check CHECK ((subscribers >= 0)),
  constraint channels_videos_check CHECK ((videos >= 0))
);
CREATE INDEX channels_alike ON video.channels USING gin (zone_id, called public.gin_trgm_ops) WITH (fastupdate=off);
CREATE INDEX channels_called ON video.channels USING btree (zone_id, "left"(called, 60));
CREATE UNIQUE INDEX channels_handle ON video.channels USING btree (zone_id, handle_key);
CREATE UNIQUE INDEX channels_owner ON video.channels USING btree (zone_id, owner_id);
CREATE INDEX channels_popular ON video.channels USING btree (zone_id, subscribers DESC, id);
-- row-level security: enabled, forced
create policy zone on video.channels using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on video.channels to madang_app;
CREATE TRIGGER keep_channel_name AFTER UPDATE OF name ON video.channels FOR EACH ROW WHEN ((old.name IS DISTINCT FROM new.name)) EXECUTE FUNCTION video.keep_channel_name();

create table video.comment_likes (
  zone_id text not null,
  comment_id text not null,
  user_id text not null,
  created_at timestamp with time zone not null,
  constraint comment_likes_pkey PRIMARY KEY (zone_id, comment_id, user_id),
  constraint comment_likes_zone_id_comment_id_fkey FOREIGN KEY (zone_id, comment_id) REFERENCES video.comments(zone_id, id) ON DELETE CASCADE
);
CREATE INDEX comment_likes_of_person ON video.comment_likes USING btree (zone_id, user_id, comment_id);
-- row-level security: enabled, forced
create policy zone on video.comment_likes using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on video.comment_likes to madang_app;

create table video.comments (
  zone_id text not null,
  id text not null,
  video_id text not null,
  parent_id text,
  author_id text not null,
  client_id text,
  body text not null,
  likes integer default 0 not null,
  replies integer default 0 not null,
  pinned_at timestamp with time zone,
  hidden_at timestamp with time zone,
  created_at timestamp with time zone not null,
  edited_at timestamp with time zone,
  deleted_at timestamp with time zone,
  most_likes integer default 0 not null,
  constraint comments_pkey PRIMARY KEY (zone_id, id),
  constraint comments_zone_id_parent_id_fkey FOREIGN KEY (zone_id, parent_id) REFERENCES video.comments(zone_id, id) ON DELETE CASCADE,
  constraint comments_zone_id_video_id_fkey FOREIGN KEY (zone_id, video_id) REFERENCES video.videos(zone_id, id) ON DELETE CASCADE,
  constraint comments_check CHECK ((most_likes >= likes)),
  constraint comments_likes_check CHECK ((likes >= 0)),
  constraint comments_replies_check CHECK ((replies >= 0))
);
CREATE INDEX comments_newest ON video.comments USING btree (zone_id, video_id, id DESC) WHERE (parent_id IS NULL);
CREATE INDEX comments_of_person ON video.comments USING btree (zone_id, author_id, id);
CREATE UNIQUE INDEX comments_one_pin ON video.comments USING btree (zone_id, video_id) WHERE (pinned_at IS NOT NULL);
CREATE INDEX comments_replies ON video.comments USING btree (zone_id, parent_id, id) WHERE (parent_id IS NOT NULL);
CREATE UNIQUE INDEX comments_sent_once ON video.comments USING btree (zone_id, video_id, author_id, client_id) WHERE (client_id IS NOT NULL);
CREATE INDEX comments_top ON video.comments USING btree (zone_id, video_id, most_likes DESC, id DESC) WHERE (parent_id IS NULL);
-- row-level security: enabled, forced
create policy zone on video.comments using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on video.comments to madang_app;

create table video.daily_views (
  zone_id text not null,
  video_id text not null,
  day date not null,
  views integer default 0 not null,
  watch_seconds bigint default 0 not null,
  viewers integer default 0 not null,
  constraint daily_views_pkey PRIMARY KEY (zone_id, day, video_id),
  constraint daily_views_zone_id_video_id_fkey FOREIGN KEY (zone_id, video_id) REFERENCES video.videos(zone_id, id) ON DELETE CASCADE
);
CREATE INDEX daily_views_video ON video.daily_views USING btree (zone_id, video_id, day);
-- row-level security: enabled, forced
create policy zone on video.daily_views using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on video.daily_views to madang_app;

create table video.history (
  zone_id text not null,
  user_id text not null,
  video_id text not null,
  position_seconds double precision not null,
  watched_at timestamp with time zone not null,
  constraint history_pkey PRIMARY KEY (zone_id, user_id, video_id),
  constraint history_zone_id_video_id_fkey FOREIGN KEY (zone_id, video_id) REFERENCES video.videos(zone_id, id) ON DELETE CASCADE
);
CREATE INDEX history_latest ON video.history USING btree (zone_id, user_id, watched_at DESC, video_id DESC);
CREATE INDEX history_of_video ON video.history USING btree (zone_id, video_id);
-- row-level security: enabled, forced
create policy zone on video.history using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on video.history to madang_app;

create table video.last_views (
  zone_id text not null,
  video_id text not null,
  viewer text not null,
  counted_at timestamp with time zone not null,
  constraint last_views_pkey PRIMARY KEY (zone_id, video_id, viewer)
);
CREATE INDEX last_views_old ON video.last_views USING btree (zone_id, counted_at);
-- row-level security: enabled, forced
create policy zone on video.last_views using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on video.last_views to madang_app;

create table video.likes (
  zone_id text not null,
  video_id text not null,
  user_id text not null,
  created_at timestamp with time zone not null,
  constraint likes_pkey PRIMARY KEY (zone_id, video_id, user_id),
  constraint likes_zone_id_video_id_fkey FOREIGN KEY (zone_id, video_id) REFERENCES video.videos(zone_id, id) ON DELETE CASCADE
);
CREATE INDEX likes_of_person ON video.likes USING btree (zone_id, user_id, video_id);
-- row-level security: enabled, forced
create policy zone on video.likes using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on video.likes to madang_app;

create table video.playlist_items (
  zone_id text not null,
  playlist_id text not null,
  video_id text not null,
  place double precision not null,
  added_at timestamp with time zone not null,
  constraint playlist_items_pkey PRIMARY KEY (zone_id, playlist_id, video_id),
  constraint playlist_items_zone_id_playlist_id_fkey FOREIGN KEY (zone_id, playlist_id) REFERENCES video.playlists(zone_id, id) ON DELETE CASCADE,
  constraint playlist_items_zone_id_video_id_fkey FOREIGN KEY (zone_id, video_id) REFERENCES video.videos(zone_id, id) ON DELETE CASCADE
);
CREATE INDEX playlist_items_in_order ON video.playlist_items USING btree (zone_id, playlist_id, place, video_id);
CREATE INDEX playlist_items_of_video ON video.playlist_items USING btree (zone_id, video_id);
-- row-level security: enabled, forced
create policy zone on video.playlist_items using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on video.playlist_items to madang_app;

create table video.playlists (
  zone_id text not null,
  id text not null,
  owner_id text not null,
  kind text default 'custom'::text not null,
  title text not null,
  description text default ''::text not null,
  visibility text not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint playlists_pkey PRIMARY KEY (zone_id, id),
  constraint playlists_kind_check CHECK ((kind = ANY (ARRAY['custom'::text, 'watch_later'::text]))),
  constraint playlists_visibility_check CHECK ((visibility = ANY (ARRAY['public'::text, 'unlisted'::text, 'private'::text])))
);
CREATE INDEX playlists_of_person ON video.playlists USING btree (zone_id, owner_id, id DESC);
CREATE UNIQUE INDEX playlists_watch_later ON video.playlists USING btree (zone_id, owner_id) WHERE (kind = 'watch_later'::text);
-- row-level security: enabled, forced
create policy zone on video.playlists using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on video.playlists to madang_app;

create table video.retention (
  zone_id text not null,
  video_id text not null,
  views integer not null,
  parts integer[] not null,
  constraint retention_pkey PRIMARY KEY (zone_id, video_id),
  constraint retention_zone_id_video_id_fkey FOREIGN KEY (zone_id, video_id) REFERENCES video.videos(zone_id, id) ON DELETE CASCADE,
  constraint retention_parts_check CHECK ((cardinality(parts) = 100))
);
-- row-level security: enabled, forced
create policy zone on video.retention using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on video.retention to madang_app;

create table video.search (
  zone_id text not null,
  video_id text not null,
  title text collate "C" not null,
  title_terms tsvector not null,
  terms tsvector not null,
  watched real not null,
  published_at timestamp with time zone not null,
  constraint search_pkey PRIMARY KEY (zone_id, video_id),
  constraint search_zone_id_video_id_fkey FOREIGN KEY (zone_id, video_id) REFERENCES video.videos(zone_id, id) ON DELETE CASCADE
);
CREATE INDEX search_beginnings ON video.search USING btree (zone_id, "left"(title, 60));
CREATE INDEX search_terms ON video.search USING gin (zone_id, terms) WITH (fastupdate=off);
CREATE INDEX search_title_terms ON video.search USING gin (zone_id, title_terms) WITH (fastupdate=off);
-- row-level security: enabled, forced
create policy zone on video.search using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on video.search to madang_app;

create table video.search_words (
  zone_id text not null,
  word text collate "C" not null,
  uses integer not null,
  constraint search_words_pkey PRIMARY KEY (zone_id, word)
);
CREATE INDEX search_words_alike ON video.search_words USING gin (zone_id, word public.gin_trgm_ops) WITH (fastupdate=off);
-- row-level security: enabled, forced
create policy zone on video.search_words using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on video.search_words to madang_app;

create table video.subscriptions (
  zone_id text not null,
  channel_id text not null,
  user_id text not null,
  notify boolean default true not null,
  created_at timestamp with time zone not null,
  constraint subscriptions_pkey PRIMARY KEY (zone_id, channel_id, user_id),
  constraint subscriptions_zone_id_channel_id_fkey FOREIGN KEY (zone_id, channel_id) REFERENCES video.channels(zone_id, id) ON DELETE CASCADE
);
CREATE INDEX subscriptions_of_person ON video.subscriptions USING btree (zone_id, user_id, created_at DESC, channel_id DESC);
-- row-level security: enabled, forced
create policy zone on video.subscriptions using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on video.subscriptions to madang_app;

create table video.tags (
  zone_id text not null,
  tag text not null,
  video_id text not null,
  published_at timestamp with time zone not null,
  constraint tags_pkey PRIMARY KEY (zone_id, video_id, tag),
  constraint tags_zone_id_video_id_fkey FOREIGN KEY (zone_id, video_id) REFERENCES video.videos(zone_id, id) ON DELETE CASCADE
);
CREATE INDEX tags_newest ON video.tags USING btree (zone_id, tag, published_at DESC, video_id DESC);
-- row-level security: enabled, forced
create policy zone on video.tags using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on video.tags to madang_app;

create table video.videos (
  zone_id text not null,
  id text not null,
  channel_id text not null,
  owner_id text not null,
  upload_id text not null,
  title text not null,
  description text default ''::text not null,
  tags text[] default '{}'::text[] not null,
  category text default 'other'::text not null,
  language text,
  visibility text not null,
  publish_at timestamp with time zone,
  published_at timestamp with time zone,
  comments_open boolean default true not null,
  room_id text,
  status text default 'uploading'::text not null,
  duration_seconds double precision,
  width integer,
  height integer,
  poster integer default 0 not null,
  blurhash text,
  failure_code text,
  views bigint default 0 not null,
  likes integer default 0 not null,
  comments integer default 0 not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint videos_pkey PRIMARY KEY (zone_id, id),
  constraint videos_zone_id_channel_id_fkey FOREIGN KEY (zone_id, channel_id) REFERENCES video.channels(zone_id, id) ON DELETE CASCADE,
  constraint videos_comments_check CHECK ((comments >= 0)),
  constraint videos_likes_check CHECK ((likes >= 0)),
  constraint videos_status_check CHECK ((status = ANY (ARRAY['uploading'::text, 'queued'::text, 'processing'::text, 'playable'::text, 'ready'::text, 'failed'::text]))),
  constraint videos_visibility_check CHECK ((visibility = ANY (ARRAY['public'::text, 'unlisted'::text, 'members'::text, 'private'::text])))
);
CREATE INDEX videos_category ON video.videos USING btree (zone_id, category, published_at DESC, id) WHERE ((visibility = 'public'::text) AND (published_at IS NOT NULL));
CREATE INDEX videos_category_watched ON video.videos USING btree (zone_id, category, views DESC, id DESC) WHERE ((visibility = 'public'::text) AND (published_at IS NOT NULL));
CREATE INDEX videos_channel ON video.videos USING btree (zone_id, channel_id, published_at DESC, id);
CREATE INDEX videos_latest ON video.videos USING btree (zone_id, published_at DESC, id) WHERE ((visibility = 'public'::text) AND (published_at IS NOT NULL));
CREATE INDEX videos_mine ON video.videos USING btree (zone_id, owner_id, created_at DESC, id);
CREATE INDEX videos_scheduled ON video.videos USING btree (zone_id, publish_at) WHERE ((published_at IS NULL) AND (publish_at IS NOT NULL));
CREATE INDEX videos_watched ON video.videos USING btree (zone_id, views DESC, id DESC) WHERE ((visibility = 'public'::text) AND (published_at IS NOT NULL));
-- row-level security: enabled, forced
create policy zone on video.videos using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on video.videos to madang_app;
CREATE TRIGGER keep_listing_of_changed AFTER UPDATE OF title, tags, description, visibility, published_at, channel_id ON video.videos FOR EACH ROW WHEN (((((((old.title IS DISTINCT FROM new.title) OR (old.tags IS DISTINCT FROM new.tags)) OR (old.description IS DISTINCT FROM new.description)) OR (old.visibility IS DISTINCT FROM new.visibility)) OR (old.published_at IS DISTINCT FROM new.published_at)) OR (old.channel_id IS DISTINCT FROM new.channel_id))) EXECUTE FUNCTION video.keep_listing();
CREATE TRIGGER keep_listing_of_deleted BEFORE DELETE ON video.videos FOR EACH ROW EXECUTE FUNCTION video.keep_listing();
CREATE TRIGGER keep_listing_of_new AFTER INSERT ON video.videos FOR EACH ROW EXECUTE FUNCTION video.keep_listing();
CREATE TRIGGER keep_watched AFTER UPDATE OF views ON video.videos FOR EACH ROW WHEN ((floor(((4)::double precision * ln(((1 + old.views))::double precision))) <> floor(((4)::double precision * ln(((1 + new.views))::double precision))))) EXECUTE FUNCTION video.keep_watched();

create table video.viewer_salts (
  zone_id text not null,
  day date not null,
  salt bytea not null,
  constraint viewer_salts_pkey PRIMARY KEY (zone_id, day)
);
-- row-level security: enabled, forced
create policy zone on video.viewer_salts using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on video.viewer_salts to madang_app;

create table video.views (
  zone_id text not null,
  video_id text not null,
  view_id text not null,
  day date not null,
  viewer text not null,
  device text not null,
  referrer text not null,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  watch_seconds double precision default 0 not null,
  furthest_seconds double precision default 0 not null,
  qualities jsonb default '{}'::jsonb not null,
  stalls integer default 0 not null,
  stalled_seconds double precision default 0 not null,
  parts bit(100) default (repeat('0'::text, 100))::bit(100) not null,
  beacons integer[] default '{}'::integer[] not null,
  verdict text default 'open'::text not null,
  constraint views_pkey PRIMARY KEY (zone_id, video_id, view_id, day),
  constraint views_verdict_check CHECK ((verdict = ANY (ARRAY['open'::text, 'counted'::text, 'repeated'::text])))
) partition by RANGE (day);
CREATE INDEX views_by_day ON ONLY video.views USING btree (zone_id, video_id, day);
-- row-level security: enabled, forced
create policy zone on video.views using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on video.views to madang_app;

CREATE OR REPLACE FUNCTION video.enter_search(v video.videos)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  said text := v.title || ' ' || array_to_string(v.tags, ' ');
  rest text;
begin
  select c.name || ' ' || left(v.description, 200) into rest from video.channels c where c.zone_id = v.zone_id and c.id = v.channel_id;
  insert into video.search (zone_id, video_id, title, title_terms, terms, watched, published_at)
    select v.zone_id, v.id, video.fold(v.title),
      array_to_tsvector(array(select video.words_of(said))), array_to_tsvector(array(select video.words_of(said || ' ' || rest))),
      ln(1 + v.views), v.published_at;
  insert into video.search_words as s (zone_id, word, uses)
    select v.zone_id, w, 1 from video.words_of(said || ' ' || rest) w order by w
    on conflict (zone_id, word) do update set uses = s.uses + 1;
end
$function$;
-- executed by everyone

CREATE OR REPLACE FUNCTION video.find_channels(wanted text, most integer)
 RETURNS TABLE(channel_id text, score double precision)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 5
 SET search_path TO 'pg_catalog', 'public'
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET "pg_trgm.word_similarity_threshold" TO '0.6'
AS $function$
declare
  zone constant text := madang.zone();
  f constant text := video.fold(wanted);
  enough constant integer := 200;
  ids text[];
begin
  if f = '' then return; end if;
  ids := array(
    select c.id from video.channels c
    where c.zone_id = zone and left(c.called, 60) >= left(f, 60) and left(c.called, 60) < left(f, 60) || U&'\+10FFFF'
      and starts_with(c.called, f) limit enough);
  if cardinality(ids) < most and char_length(f) > 2 then
    ids := ids || array(select c.id from video.channels c where c.zone_id = zone and c.called like '%' || f || '%' limit enough);
    if cardinality(ids) < most then
      ids := ids || array(select c.id from video.channels c where c.zone_id = zone and f <% c.called limit enough);
    end if;
  end if;
  if cardinality(ids) = 0 then return; end if;
  return query
    select c.id,
      (case when starts_with(c.called, f) then 2 else 0 end + word_similarity(f, c.called) + 0.02 * ln(1 + c.subscribers))::double precision as score
    from video.channels c where c.zone_id = zone and c.id = any (ids)
    order by score desc, c.id
    limit most;
end
$function$;
-- executed by madang_app

CREATE OR REPLACE FUNCTION video.find_videos(sought text[], said text[], most integer)
 RETURNS TABLE(video_id text, score double precision)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 60
 SET search_path TO 'pg_catalog', 'public'
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET "pg_trgm.similarity_threshold" TO '0.3'
AS $function$
declare
  zone constant text := madang.zone();
  whole constant text := video.fold(array_to_string(sought, ' '));
  alternatives constant integer := 48;
  enough constant integer := 400;
  best constant integer := 200;
  stems text[];
  uncut text[];
  starts text[];
  hits text[];
  more text[];
  uses_found bigint;
  asked tsquery[] := '{}';
  keys text;
  guessed boolean := false;
  matches constant text :=
    'select array_agg(x.id), array_agg(x.score) from ('
    '  select s.video_id as id, %s + video.search_score(s.title, s.watched, s.published_at, $3, $4, $5) as score'
    '  from video.search s where s.zone_id = $1 and %s limit $6) x';
  ids text[];
  scores double precision[];
  more_scores double precision[];
begin
  select array_agg(x.f), array_agg(x.as_said), array_agg('% ' || x.f || '%') into stems, uncut, starts from (
    select f, max(case when u.s <> u.w then video.fold(u.s) end) as as_said
    from unnest(sought, said) u (w, s), string_to_table(video.fold(u.w), ' ') f where f <> '' group by f) x;
  if stems is null then return; end if;
  for i in 1 .. cardinality(stems) loop
    select array_agg(x.word), sum(x.uses) into hits, uses_found from (
      select w.word, w.uses, sum(w.uses) over (order by (w.word = stems[i]) desc, w.uses desc, w.word) - w.uses as before
      from video.search_words w
      where w.zone_id = zone and w.word >= stems[i] and w.word < stems[i] || U&'\+10FFFF'
      order by (w.word = stems[i]) desc, w.uses desc, w.word limit alternatives) x
    -- alone, a word needs no more alternatives than fill the candidates; among others any may be the one
    where cardinality(stems) > 1 or x.before < 2 * enough;
    hits := coalesce(hits, '{}');
    if coalesce(uses_found, 0) < most and (char_length(stems[i]) > 2 or stems[i] ~ '[\u3040-\u30ff\u3400-\u9fff]') then
      select array_agg(x.word), coalesce(uses_found, 0) + sum(x.uses) into more, uses_found from (
        select w.word, w.uses from video.search_words w
        where w.zone_id = zone and w.word like '%' || stems[i] || '%' and not starts_with(w.word, stems[i])
        order by w.uses desc limit alternatives) x;
      hits := hits || coalesce(more, '{}');
    end if;
    if coalesce(uses_found, 0) < 3 and char_length(stems[i]) > 2 then
      guessed := true;
      hits := hits || video.words_like(zone, stems[i]);
      if uncut[i] is not null then hits := hits || video.words_like(zone, uncut[i]); end if;
    end if;
    if cardinality(hits) = 0 then return; end if;
    asked := asked || (select string_agg(quote_literal(h), ' | ')::tsquery from unnest(hits) h);
  end loop;
  -- Each word is a key of its own, so that the index leaps from match to match.
  keys := (select string_agg(format('%%s @@ ($2)[%s]', i), ' and ') from generate_series(1, cardinality(asked)) i);
  execute format(matches, 2, replace(keys, '%s', 's.title_terms')) into ids, scores using zone, asked, whole, starts, guessed, enough;
  if cardinality(ids) = enough then
    -- a word many have: those worth seeing begin so, or are among the most watched and the newest
    return query
      select x.id, max(x.score) as score from (
        select * from unnest(ids, scores) u (id, score)
        union all
        (select b.video_id, 2 + video.search_score(b.title, b.watched, b.published_at, whole, starts, guessed) from video.search b
         where b.zone_id = zone and left(b.title, 60) >= left(whole, 60) and left(b.title, 60) < left(whole, 60) || U&'\+10FFFF' limit best)
        union all
        select s.video_id, 2 + video.search_score(s.title, s.watched, s.published_at, whole, starts, guessed) from (
          (select v.id from video.videos v where v.zone_id = zone and v.visibility = 'public' and v.published_at is not null
             order by v.views desc, v.id desc limit best)
          union (select v.id from video.videos v where v.zone_id = zone and v.visibility = 'public' and v.published_at is not null
             order by v.published_at desc, v.id limit best)) t
        join video.search s on s.zone_id = zone and s.video_id = t.id
        where s.title_terms @@ all (asked)) x
      group by x.id order by max(x.score) desc, x.id desc limit most;
  elsif coalesce(cardinality(ids), 0) < most then
    execute format(matches, 0, replace(keys, '%s', 's.terms')) into more, more_scores using zone, asked, whole, starts, guessed, enough;
    return query
      select u.id, max(u.score) as score from unnest(ids || more, scores || more_scores) u (id, score)
      group by u.id order by max(u.score) desc, u.id desc limit most;
  else
    return query select u.id, u.score from unnest(ids, scores) u (id, score) order by u.score desc, u.id desc limit most;
  end if;
end
$function$;
-- executed by madang_app

CREATE OR REPLACE FUNCTION video.fold(words text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN btrim(regexp_replace(regexp_replace(lower((NORMALIZE(words, NFKD) COLLATE pg_c_utf8)), '[\u0300-\u036f]+'::text, ''::text, 'g'::text), '[^[:alnum:]\u3099\u309a]+'::text, ' '::text, 'g'::text));
-- executed by everyone

CREATE OR REPLACE FUNCTION video.keep_channel_name()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  v video.videos;
begin
  for v in select * from video.videos x
    where x.zone_id = new.zone_id and x.channel_id = new.id and x.visibility = 'public' and x.published_at is not null
  loop
    perform video.leave_search(v.zone_id, v.id);
    perform video.enter_search(v);
  end loop;
  return null;
end
$function$;
-- executed by everyone

CREATE OR REPLACE FUNCTION video.keep_listing()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  was boolean := tg_op <> 'INSERT' and old.visibility = 'public' and old.published_at is not null;
  now_is boolean := tg_op <> 'DELETE' and new.visibility = 'public' and new.published_at is not null;
begin
  if was then
    perform video.leave_search(old.zone_id, old.id);
    delete from video.tags where zone_id = old.zone_id and video_id = old.id;
  end if;
  if now_is then
    perform video.enter_search(new);
    insert into video.tags (zone_id, tag, video_id, published_at)
      select distinct new.zone_id, lower(normalize(tag, nfkc) collate pg_c_utf8), new.id, new.published_at from unnest(new.tags) tag;
  end if;
  if was <> now_is then
    update video.channels set videos = videos + now_is::integer - was::integer
      where zone_id = coalesce(new.zone_id, old.zone_id) and id = coalesce(new.channel_id, old.channel_id);
  end if;
  return coalesce(new, old);
end
$function$;
-- executed by everyone

CREATE OR REPLACE FUNCTION video.keep_view_months()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET lock_timeout TO '3s'
AS $function$
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
$function$;
-- executed by madang_app

CREATE OR REPLACE FUNCTION video.keep_watched()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update video.search set watched = ln(1 + new.views) where zone_id = new.zone_id and video_id = new.id;
  return null;
end
$function$;
-- executed by everyone

CREATE OR REPLACE FUNCTION video.leave_search(in_zone text, id text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  gone text[];
begin
  delete from video.search s where s.zone_id = in_zone and s.video_id = id returning tsvector_to_array(s.terms) into gone;
  if gone is null then return; end if;
  update video.search_words w set uses = uses - 1 where w.zone_id = in_zone and w.word = any (gone);
  delete from video.search_words w where w.zone_id = in_zone and w.word = any (gone) and w.uses <= 0;
end
$function$;
-- executed by everyone

CREATE OR REPLACE FUNCTION video.search_score(title text, watched real, published_at timestamp with time zone, whole text, starts text[], guessed boolean)
 RETURNS double precision
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (((((CASE WHEN starts_with(title, whole) THEN 6 ELSE 0 END + CASE WHEN ((' '::text || title) ~~ ALL (starts)) THEN 3 ELSE 0 END))::double precision + CASE WHEN guessed THEN ((3)::double precision * public.word_similarity(whole, title)) ELSE (0)::double precision END) + ((0.05)::double precision * watched)) + ((0.5)::double precision * exp((date_part('epoch'::text, (published_at - now())) / (15552000)::double precision))));
-- executed by everyone

CREATE OR REPLACE FUNCTION video.suggest(wanted text, most integer)
 RETURNS TABLE(suggestion text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
declare
  zone constant text := madang.zone();
  f constant text := video.fold(wanted);
  words text[];
  hits text[];
begin
  if f = '' then return; end if;
  select array_agg(normalize(x.word, nfc) order by x.uses desc, char_length(x.word)), array_agg(x.word) into words, hits from (
    select w.word, w.uses from video.search_words w
    where w.zone_id = zone and w.word >= f and w.word < f || U&'\+10FFFF' order by w.uses desc limit 40) x;
  if hits is null then
    -- several words: titles with all of them, the last one perhaps half typed
    hits := array(
      select w.word from video.search_words w, (select (string_to_array(f, ' '))[cardinality(string_to_array(f, ' '))] as part) l
      where w.zone_id = zone and w.word >= l.part and w.word < l.part || U&'\+10FFFF' order by w.uses desc limit 40);
    if cardinality(hits) = 0 then return; end if;
  end if;
  return query
    with titles as materialized (
      select v.title, v.views from (
        select s.video_id from video.search s
        where s.zone_id = zone and s.title_terms @@ (select string_agg(quote_literal(h), ' | ')::tsquery from unnest(hits) h)
          and (' ' || s.title) like '% ' || f || '%' limit 200) t
      join video.videos v on v.zone_id = zone and v.id = t.video_id
      order by v.views desc, v.title limit most
    )
    select l.said from (
      (select w.said, 0 as kind, w.place from unnest(words[1:greatest(1, most / 2)]) with ordinality w(said, place))
      union all (select t.title, 1, row_number() over (order by t.views desc, t.title) from titles t)
    ) l group by l.said order by min(l.kind), min(l.place) limit most;
end
$function$;
-- executed by madang_app

CREATE OR REPLACE FUNCTION video.words_like(in_zone text, sought text)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  letters constant integer := char_length(sought);
begin
  return array(
      select w.word from video.search_words w where w.zone_id = in_zone and w.word = any (array(
        select overlay(sought placing reverse(substr(sought, at, 2)) from at for 2) from generate_series(1, letters - 1) at
        union select overlay(sought placing '' from at for 1) from generate_series(1, letters) at)))
    || array(
      select w.word from video.search_words w
      where w.zone_id = in_zone and w.word % sought and similarity(w.word, sought) > (letters - 2.0) / (letters + 4) - 0.01
      order by similarity(w.word, sought) desc, w.uses desc, w.word limit 6);
end
$function$;
-- executed by its owner only

CREATE OR REPLACE FUNCTION video.words_of(words text)
 RETURNS SETOF text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select distinct left(word, 80) from string_to_table(video.fold(words), ' ') word where word <> ''
$function$;
-- executed by everyone

-- Schema zones (madang_app usage, madang_city usage)

create schema zones;

create table zones.domains (
  domain text not null,
  zone_id text not null,
  position smallint not null,
  created_at timestamp with time zone default now() not null,
  constraint domains_pkey PRIMARY KEY (domain),
  constraint domains_zone_id_position_key UNIQUE (zone_id, "position"),
  constraint domains_zone_id_fkey FOREIGN KEY (zone_id) REFERENCES zones.zones(zone_id),
  constraint domains_domain_check CHECK (((domain = lower(domain)) AND (length(domain) <= 253)))
);
-- row-level security: enabled, forced
create policy city on zones.domains to madang_city using (true) with check (true);
create policy zone on zones.domains using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on zones.domains to madang_app;
grant select on zones.domains to madang_city;

create table zones.zones (
  zone_id text not null,
  names jsonb not null,
  taglines jsonb not null,
  hue smallint not null,
  features text[] default '{}'::text[] not null,
  limits jsonb not null,
  apex_to_www boolean default true not null,
  portal boolean default false not null,
  status text default 'open'::text not null,
  position smallint default 1000 not null,
  version integer default 1 not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint zones_pkey PRIMARY KEY (zone_id),
  constraint zones_hue_check CHECK (((hue >= 0) AND (hue <= 359))),
  constraint zones_names_check CHECK ((names ?& ARRAY['ko'::text, 'en'::text, 'ja'::text, 'es'::text])),
  constraint zones_status_check CHECK ((status = ANY (ARRAY['open'::text, 'closed'::text]))),
  constraint zones_taglines_check CHECK ((taglines ?& ARRAY['ko'::text, 'en'::text, 'ja'::text, 'es'::text])),
  constraint zones_version_check CHECK ((version > 0)),
  constraint zones_zone_id_check CHECK ((zone_id ~ '^[a-z][a-z0-9-]{0,30}[a-z0-9]$'::text))
);
CREATE UNIQUE INDEX zones_one_portal ON zones.zones USING btree (portal) WHERE portal;
-- row-level security: enabled, forced
create policy city on zones.zones to madang_city using (true) with check (true);
create policy zone on zones.zones using (zone_id = madang.zone()) with check (zone_id = madang.zone());
grant delete, insert, select, update on zones.zones to madang_app;
grant select on zones.zones to madang_city;
