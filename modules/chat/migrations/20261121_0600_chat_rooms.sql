create schema chat;
grant usage on schema chat to madang_app, madang_city;

-- The row every send, edit and reaction of a room locks first: it hands out `seq` and `rev`, so neither ever has a hole.
create table chat.rooms (
  zone_id text not null,
  id text primary key,
  name text not null default '',
  topic text not null default '',
  visibility text not null check (visibility in ('public', 'private', 'direct', 'attached')),
  attached_type text,
  attached_id text,
  -- The two people of a direct room, sorted and joined by a space.
  direct_key text,
  org_id text,
  owner_id text,
  seq bigint not null default 0,
  rev bigint not null default 0,
  -- Retention removed every message below.
  first_seq bigint not null default 1,
  -- The log of changes begins here.
  first_rev bigint not null default 1,
  slow_mode_seconds integer not null default 0 check (slow_mode_seconds between 0 and 21600),
  retention_days integer check (retention_days between 1 and 3650),
  member_count integer not null default 0,
  created_at timestamptz not null,
  -- Time of the newest message, or of creation: `created_at` of messages never goes below it.
  last_at timestamptz not null,
  -- `last_at` to the minute. It is indexed, and an indexed value that rarely changes keeps updates of the row cheap (HOT).
  active_at timestamptz not null,
  deleted_at timestamptz,
  unique (zone_id, id),
  check ((visibility = 'attached') = (attached_type is not null and attached_id is not null)),
  check ((visibility = 'direct') = (direct_key is not null))
) with (fillfactor = 70);
create unique index rooms_one_per_pair on chat.rooms (zone_id, direct_key) where direct_key is not null and deleted_at is null;
create unique index rooms_one_per_thing on chat.rooms (zone_id, attached_type, attached_id) where attached_type is not null and deleted_at is null;
create index rooms_lively on chat.rooms (zone_id, active_at desc, id desc) where visibility = 'public' and deleted_at is null;
create index rooms_with_retention on chat.rooms (zone_id, id) where retention_days is not null and deleted_at is null;

-- A person who left keeps the row (`left_at`): the read marker is there when they return, and a merge finds where they spoke.
create table chat.members (
  zone_id text not null,
  room_id text not null,
  user_id text not null,
  role text not null default 'member' check (role in ('owner', 'moderator', 'member')),
  read_seq bigint not null default 0,
  notifications text not null default 'all' check (notifications in ('all', 'mentions', 'none')),
  joined_at timestamptz not null,
  left_at timestamptz,
  last_sent_at timestamptz,
  primary key (room_id, user_id),
  foreign key (zone_id, room_id) references chat.rooms (zone_id, id) on delete cascade
) with (fillfactor = 80);
create index members_of_person on chat.members (user_id, room_id);
create index members_by_joining on chat.members (room_id, joined_at desc, user_id desc) where left_at is null;

create table chat.bans (
  zone_id text not null,
  room_id text not null,
  user_id text not null,
  by_id text,
  reason text not null default '',
  until timestamptz,
  created_at timestamptz not null,
  primary key (room_id, user_id),
  foreign key (zone_id, room_id) references chat.rooms (zone_id, id) on delete cascade
);

create table chat.mutes (
  zone_id text not null,
  room_id text not null,
  user_id text not null,
  by_id text,
  reason text not null default '',
  until timestamptz,
  created_at timestamptz not null,
  primary key (room_id, user_id),
  foreign key (zone_id, room_id) references chat.rooms (zone_id, id) on delete cascade
);

create table chat.invitations (
  zone_id text not null,
  id text primary key,
  room_id text not null,
  -- A personal invitation names a person; a link has the SHA-256 of its token.
  invitee_id text,
  token_hash bytea,
  by_id text not null,
  uses integer not null default 0,
  max_uses integer check (max_uses > 0),
  expires_at timestamptz,
  created_at timestamptz not null,
  foreign key (zone_id, room_id) references chat.rooms (zone_id, id) on delete cascade,
  check ((invitee_id is null) <> (token_hash is null))
);
create index invitations_of_room on chat.invitations (room_id, id desc);
create unique index invitations_one_per_person on chat.invitations (room_id, invitee_id) where invitee_id is not null;
create index invitations_of_person on chat.invitations (zone_id, invitee_id, id desc) where invitee_id is not null;
create unique index invitations_by_token on chat.invitations (token_hash) where token_hash is not null;

-- The message row is the event. No foreign key to rooms: the only statement that inserts holds the room's row lock, and a
-- key check per message is what the hot path cannot spare.
create table chat.messages (
  zone_id text not null,
  room_id text not null,
  seq bigint not null,
  sender_id text not null,
  client_id text not null,
  body text not null,
  reply_to bigint,
  -- Null when there are none: most messages, and null is read for nothing.
  file_ids text[],
  mentions text[],
  reacted boolean not null default false,
  rev bigint not null default 0,
  created_at timestamptz not null,
  edited_at timestamptz,
  deleted_at timestamptz,
  primary key (room_id, seq),
  unique (room_id, sender_id, client_id)
) partition by hash (room_id);

do $$
begin
  for part in 0..15 loop
    execute format('create table chat.messages_%s partition of chat.messages for values with (modulus 16, remainder %s)',
                   lpad(part::text, 2, '0'), part);
  end loop;
end
$$;
-- Search by substring in any script; names the parent, so every partition has it.
create index messages_words on chat.messages using gin (body gin_trgm_ops);

-- What happened to messages after they were sent, for those who were away. The words of an edit stay in the message.
create table chat.changes (
  zone_id text not null,
  room_id text not null,
  rev bigint not null,
  seq bigint not null,
  kind text not null check (kind in ('edited', 'deleted', 'reaction')),
  payload jsonb,
  at timestamptz not null,
  primary key (room_id, rev),
  foreign key (zone_id, room_id) references chat.rooms (zone_id, id) on delete cascade
);

create table chat.reactions (
  zone_id text not null,
  room_id text not null,
  seq bigint not null,
  reaction text not null,
  user_id text not null,
  created_at timestamptz not null,
  primary key (room_id, seq, reaction, user_id),
  foreign key (zone_id, room_id) references chat.rooms (zone_id, id) on delete cascade
);
create index reactions_of_person on chat.reactions (user_id, room_id);

create table chat.pins (
  zone_id text not null,
  room_id text not null,
  seq bigint not null,
  by_id text,
  pinned_at timestamptz not null,
  primary key (room_id, seq),
  foreign key (zone_id, room_id) references chat.rooms (zone_id, id) on delete cascade
);

select madang.isolate('chat.rooms');
select madang.isolate('chat.members');
select madang.isolate('chat.bans');
select madang.isolate('chat.mutes');
select madang.isolate('chat.invitations');
select madang.isolate('chat.messages');
select madang.isolate('chat.changes');
select madang.isolate('chat.reactions');
select madang.isolate('chat.pins');
do $$
begin
  for part in 0..15 loop
    perform madang.isolate('chat.messages_' || lpad(part::text, 2, '0'));
  end loop;
end
$$;
