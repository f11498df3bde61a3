-- A film or a sound with all that is made of it. Its id is given by the module whose thing it is ('video_…').
create table media.assets (
  zone_id text not null,
  id text not null,
  owner_id text not null,
  upload_id text not null,
  -- Names the folder of everything made: `vod/{id}/{version}/…`. A new source or a new plan makes a new one.
  version text not null default 'v1' check (version ~ '^v[0-9]{1,6}$'),
  status text not null default 'uploading'
    check (status in ('uploading', 'queued', 'processing', 'playable', 'ready', 'failed', 'deleting')),
  -- public: by its plain path; signed: only with a token; closed: not at all.
  access text not null default 'closed' check (access in ('public', 'signed', 'closed')),
  source_key text,
  source_bytes bigint not null default 0,
  source_name text not null default '',
  -- Bytes of everything made of it, counted against its owner and the zone.
  made_bytes bigint not null default 0,
  probe jsonb,
  plan jsonb,
  duration_seconds double precision,
  width integer,
  height integer,
  -- Of the picture shown before playing: 0 when there is none; grows with every change, so that its path does.
  poster integer not null default 0,
  poster_width integer,
  poster_height integer,
  blurhash text,
  -- Candidates to choose from: [{"at": seconds}], their pictures are `candidate-{n}`.
  candidates jsonb not null default '[]',
  storyboard boolean not null default false,
  waveform boolean not null default false,
  -- {"code": "media.…", "detail": "…"}
  failure jsonb,
  percent real not null default 0,
  speed real,
  eta_seconds integer,
  created_at timestamptz not null,
  playable_at timestamptz,
  ready_at timestamptz,
  primary key (zone_id, id),
  check ((status = 'failed') = (failure is not null))
);
create index assets_owner on media.assets (zone_id, owner_id, created_at desc);
create unique index assets_upload on media.assets (zone_id, upload_id);
create index assets_unsettled on media.assets (zone_id, created_at) where status not in ('ready', 'failed');

-- What is made in one go and kept when its worker dies: a wave of rungs over a stretch of the film, or the sounds.
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
  primary key (zone_id, asset_id, version, wave, chunk),
  foreign key (zone_id, asset_id) references media.assets (zone_id, id) on delete cascade
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
select madang.isolate('media.captions');
