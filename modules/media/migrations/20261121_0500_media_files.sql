create schema media;
grant usage on schema media to madang_app;

create table media.files (
  zone_id text not null,
  id text not null,
  owner_id text not null,
  -- What the file belongs to, in the words of the module that decides who may read it: ('room', 'room_…').
  scope_type text not null,
  scope_id text not null,
  -- pending: bytes may be on their way; ready: whole and served; deleting: a job is taking the blobs away.
  state text not null default 'pending' check (state in ('pending', 'ready', 'deleting')),
  name text not null default '',
  kind text not null default 'other' check (kind in ('image', 'video', 'audio', 'document', 'other')),
  content_type text not null default 'application/octet-stream',
  bytes bigint not null default 0 check (bytes >= 0),
  width integer,
  height integer,
  -- Hex, of the bytes as they are served.
  sha256 text,
  blob_key text not null,
  thumbnail_key text,
  thumbnail_bytes bigint not null default 0 check (thumbnail_bytes >= 0),
  -- When something (a message, a profile) began to show it; until then only its owner sees it and it does not last.
  attached_at timestamptz,
  created_at timestamptz not null,
  primary key (zone_id, id),
  check (state <> 'ready' or sha256 is not null)
);
-- Whose files: merging a guest, an owner's avatars, guests who left something.
create index files_owner on media.files (zone_id, owner_id);
-- What the sweeper looks for; a small part of the table.
create index files_unsettled on media.files (zone_id, created_at) where state <> 'ready' or attached_at is null;

-- Bytes that count against the zone's storage: one row a zone, so that the quota is checked where it is taken.
create table media.usage (
  zone_id text primary key,
  bytes bigint not null default 0
);

select madang.isolate('media.files');
select madang.isolate('media.usage');
