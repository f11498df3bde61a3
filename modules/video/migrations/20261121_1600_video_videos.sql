create schema video;
grant usage on schema video to madang_app;

-- One per person; made by their first upload.
create table video.channels (
  zone_id text not null,
  id text not null,
  owner_id text not null,
  handle text not null,
  -- As compared: lower case, compatibility forms folded.
  handle_key text not null,
  name text not null,
  description text not null default '',
  subscribers integer not null default 0 check (subscribers >= 0),
  -- Public ones, and views of all.
  videos integer not null default 0 check (videos >= 0),
  views bigint not null default 0,
  created_at timestamptz not null,
  primary key (zone_id, id)
);
create unique index channels_owner on video.channels (zone_id, owner_id);
create unique index channels_handle on video.channels (zone_id, handle_key);
create index channels_popular on video.channels (zone_id, subscribers desc, id);

create table video.videos (
  zone_id text not null,
  -- Also the id of its asset.
  id text not null,
  channel_id text not null,
  owner_id text not null,
  upload_id text not null,
  title text not null,
  description text not null default '',
  tags text[] not null default '{}',
  category text not null default 'other',
  language text,
  visibility text not null check (visibility in ('public', 'unlisted', 'members', 'private')),
  -- A scheduled one is its owner's alone until then.
  publish_at timestamptz,
  -- When it first could be seen by those its visibility names and could be played.
  published_at timestamptz,
  comments_open boolean not null default true,
  room_id text,
  -- As the asset's events told.
  status text not null default 'uploading'
    check (status in ('uploading', 'queued', 'processing', 'playable', 'ready', 'failed')),
  duration_seconds double precision,
  width integer,
  height integer,
  poster integer not null default 0,
  blurhash text,
  failure_code text,
  views bigint not null default 0,
  likes integer not null default 0 check (likes >= 0),
  comments integer not null default 0 check (comments >= 0),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (zone_id, id),
  foreign key (zone_id, channel_id) references video.channels (zone_id, id) on delete cascade
);
-- What everyone may find: the newest of all, of a channel, of a category.
create index videos_latest on video.videos (zone_id, published_at desc, id) where visibility = 'public' and published_at is not null;
create index videos_channel on video.videos (zone_id, channel_id, published_at desc, id);
create index videos_category on video.videos (zone_id, category, published_at desc, id) where visibility = 'public' and published_at is not null;
create index videos_mine on video.videos (zone_id, owner_id, created_at desc, id);
create index videos_scheduled on video.videos (zone_id, publish_at) where published_at is null and publish_at is not null;

-- Whom a creator let watch what is for members.
create table video.channel_members (
  zone_id text not null,
  channel_id text not null,
  user_id text not null,
  since timestamptz not null,
  primary key (zone_id, channel_id, user_id),
  foreign key (zone_id, channel_id) references video.channels (zone_id, id) on delete cascade
);
create index channel_members_user on video.channel_members (zone_id, user_id);

-- Counted from beacons, by days of UTC; what trending reads.
create table video.daily_views (
  zone_id text not null,
  video_id text not null,
  day date not null,
  views integer not null default 0,
  watch_seconds bigint not null default 0,
  viewers integer not null default 0,
  primary key (zone_id, day, video_id),
  foreign key (zone_id, video_id) references video.videos (zone_id, id) on delete cascade
);
create index daily_views_video on video.daily_views (zone_id, video_id, day);

select madang.isolate('video.channels');
select madang.isolate('video.videos');
select madang.isolate('video.channel_members');
select madang.isolate('video.daily_views');
