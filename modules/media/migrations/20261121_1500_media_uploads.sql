-- Resumable uploads (tus 1.0). What was received stands in the blob store as parts, so that any node can go on.
create table media.uploads (
  zone_id text not null,
  id text not null,
  owner_id text not null,
  name text not null,
  content_type text not null default '',
  -- Bytes in all, said at creation; bytes received without a gap from 0.
  length bigint not null check (length > 0),
  received bigint not null default 0 check (received between 0 and length),
  -- open: bytes are coming; complete: all are there; discarded: a job is taking the parts away.
  state text not null default 'open' check (state in ('open', 'complete', 'discarded')),
  -- What it was claimed for, in the claimer's words ('asset', 'video_…'); an upload is claimed once.
  claimed_type text,
  claimed_id text,
  -- Counts the requests that ever wrote; only the newest may count what it stored, so that a request nobody hears from any
  -- more harms nothing. Until then nobody else begins.
  writer bigint not null default 0,
  leased_until timestamptz,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  completed_at timestamptz,
  primary key (zone_id, id),
  check ((claimed_type is null) = (claimed_id is null)),
  check (state = 'open' or received = length or state = 'discarded')
);
create index uploads_owner on media.uploads (zone_id, owner_id, created_at desc);
-- What the sweeper looks for: uploads nothing was made of, and those whose parts are being taken away.
create index uploads_expiring on media.uploads (zone_id, expires_at) where claimed_id is null or state = 'discarded';

create table media.upload_parts (
  zone_id text not null,
  upload_id text not null,
  -- Offset of the first byte in the upload; the key names it and its writer.
  start bigint not null,
  bytes bigint not null check (bytes > 0),
  blob_key text not null,
  primary key (zone_id, upload_id, start),
  foreign key (zone_id, upload_id) references media.uploads (zone_id, id) on delete cascade
);

-- Bytes a person keeps here: sources, what was made of them, uploads under way (as their whole length).
create table media.person_usage (
  zone_id text not null,
  owner_id text not null,
  bytes bigint not null default 0,
  primary key (zone_id, owner_id)
);

select madang.isolate('media.uploads');
select madang.isolate('media.upload_parts');
select madang.isolate('media.person_usage');
