-- A film or a sound with all that is made of it. Its id is given by the module whose thing it is ('video_…').
create table media.assets (
  zone_id text not null,
  id text not null,
  owner_id text not null,
  upload_id text not null,
  -- Names the folder of everything made: `vod/{id}/{version}/…`. A new source makes a new one.
  version text not null default 'v1' check (version ~ '^v[0-9]{1,6}$'),
  status text not null default 'uploading' check (status in ('uploading', 'queued', 'processing', 'playable', 'ready', 'failed')),
  -- public: by its plain path; signed: only with a token; closed: not at all.
  access text not null default 'closed' check (access in ('public', 'signed', 'closed')),
  -- Where the source lies, or will; it keeps the id of who uploaded it when a guest's things pass to an account.
  source_key text not null,
  source_name text not null default '',
  -- Counted against the owner and the zone: the source once it is there, what was made of it once it is whole.
  source_bytes bigint not null default 0,
  made_bytes bigint not null default 0,
  plan jsonb,
  duration_seconds double precision,
  width integer,
  height integer,
  -- Qualities are still missing from the master playlist.
  growing boolean not null default false,
  -- The picture shown before playing, `poster-{n}/`: 0 when there is none; the next one has a greater number, so that its path differs.
  poster integer not null default 0,
  last_poster integer not null default 0,
  poster_width integer,
  poster_height integer,
  blurhash text,
  -- made: by us, and replaced when a better one is found; chosen: by the person among the candidates; uploaded: the person's own.
  poster_origin text not null default 'made' check (poster_origin in ('made', 'chosen', 'uploaded')),
  -- Which candidate it is.
  poster_candidate integer,
  -- Seconds of the candidates to choose from; their pictures are `candidate-{n}.jpg`.
  candidates jsonb not null default '[]',
  storyboard boolean not null default false,
  waveform boolean not null default false,
  -- {"code": "media.…", "detail": "…"}
  failure jsonb,
  -- {"state": the estimate's own memory, "rungs": [{"id", "state", "percent"}]}
  progress jsonb not null default '{}',
  -- While a new version is made: what is served of the old one (columns of this table by their names).
  served jsonb,
  -- How often the sweeper found its work without a job.
  revivals integer not null default 0,
  -- The job that prepares or finishes it.
  job_id text,
  created_at timestamptz not null,
  playable_at timestamptz,
  ready_at timestamptz,
  primary key (zone_id, id),
  check ((status = 'failed') = (failure is not null))
);
create index assets_owner on media.assets (zone_id, owner_id, created_at desc);
create unique index assets_upload on media.assets (zone_id, upload_id);
create index assets_unsettled on media.assets (zone_id, created_at) where status not in ('ready', 'failed');

-- What is made in one go and kept when its worker dies: a wave of rungs over a stretch of the film, or the sounds (chunk -1).
create table media.asset_chunks (
  zone_id text not null,
  asset_id text not null,
  version text not null,
  wave integer not null,
  chunk integer not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done')),
  -- By rendition: {"720": [[seconds, bytes], …]}, in order; only what is in the blob store.
  segments jsonb not null default '{}',
  seconds_made double precision not null default 0,
  job_id text,
  primary key (zone_id, asset_id, version, wave, chunk),
  foreign key (zone_id, asset_id) references media.assets (zone_id, id) on delete cascade
);

-- A version nobody needs any more, until a job has stopped what makes it and taken its blobs away.
create table media.asset_leftovers (
  zone_id text not null,
  asset_id text not null,
  version text not null,
  source_key text not null,
  upload_id text not null,
  job_ids text[] not null,
  since timestamptz not null,
  primary key (zone_id, asset_id, version)
);

create table media.captions (
  zone_id text not null,
  id text not null,
  asset_id text not null,
  language text not null,
  name text not null,
  -- source: found in the film; uploaded: by its owner.
  origin text not null check (origin in ('source', 'uploaded')),
  created_at timestamptz not null,
  primary key (zone_id, id),
  foreign key (zone_id, asset_id) references media.assets (zone_id, id) on delete cascade
);
create index captions_asset on media.captions (zone_id, asset_id);

select madang.isolate('media.assets');
select madang.isolate('media.asset_chunks');
select madang.isolate('media.asset_leftovers');
select madang.isolate('media.captions');
