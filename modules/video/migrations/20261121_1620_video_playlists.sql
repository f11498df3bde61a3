create table video.playlists (
  zone_id text not null,
  id text not null,
  owner_id text not null,
  kind text not null default 'custom' check (kind in ('custom', 'watch_later')),
  title text not null,
  description text not null default '',
  visibility text not null check (visibility in ('public', 'unlisted', 'private')),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (zone_id, id)
);
create unique index playlists_watch_later on video.playlists (zone_id, owner_id) where kind = 'watch_later';
create index playlists_of_person on video.playlists (zone_id, owner_id, id desc);

-- Places are numbers with room between them: a move writes one row, and all of them only when the room is used up.
create table video.playlist_items (
  zone_id text not null,
  playlist_id text not null,
  video_id text not null,
  place double precision not null,
  added_at timestamptz not null,
  primary key (zone_id, playlist_id, video_id),
  foreign key (zone_id, playlist_id) references video.playlists (zone_id, id) on delete cascade,
  foreign key (zone_id, video_id) references video.videos (zone_id, id) on delete cascade
);
create index playlist_items_in_order on video.playlist_items (zone_id, playlist_id, place, video_id);
create index playlist_items_of_video on video.playlist_items (zone_id, video_id);

-- What a person watched last and where they stopped; written by beacons.
create table video.history (
  zone_id text not null,
  user_id text not null,
  video_id text not null,
  position_seconds double precision not null,
  watched_at timestamptz not null,
  primary key (zone_id, user_id, video_id),
  foreign key (zone_id, video_id) references video.videos (zone_id, id) on delete cascade
) with (fillfactor = 80);
create index history_latest on video.history (zone_id, user_id, watched_at desc, video_id desc);
create index history_of_video on video.history (zone_id, video_id);

select madang.isolate('video.playlists');
select madang.isolate('video.playlist_items');
select madang.isolate('video.history');
