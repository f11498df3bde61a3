-- Comments, likes and subscriptions. Every counter is raised and lowered by the statement that makes or removes its row.

create table video.likes (
  zone_id text not null,
  video_id text not null,
  user_id text not null,
  created_at timestamptz not null,
  primary key (zone_id, video_id, user_id),
  foreign key (zone_id, video_id) references video.videos (zone_id, id) on delete cascade
);
create index likes_of_person on video.likes (zone_id, user_id, video_id);

-- Threads are two deep. Ids sort by time.
create table video.comments (
  zone_id text not null,
  id text not null,
  video_id text not null,
  parent_id text,
  author_id text not null,
  -- Chosen by the sender; null once it has nothing left to guard.
  client_id text,
  body text not null,
  likes integer not null default 0 check (likes >= 0),
  -- Those neither deleted nor hidden.
  replies integer not null default 0 check (replies >= 0),
  pinned_at timestamptz,
  hidden_at timestamptz,
  created_at timestamptz not null,
  edited_at timestamptz,
  deleted_at timestamptz,
  primary key (zone_id, id),
  foreign key (zone_id, video_id) references video.videos (zone_id, id) on delete cascade,
  foreign key (zone_id, parent_id) references video.comments (zone_id, id) on delete cascade
) with (fillfactor = 85);
create unique index comments_sent_once on video.comments (zone_id, video_id, author_id, client_id) where client_id is not null;
create unique index comments_one_pin on video.comments (zone_id, video_id) where pinned_at is not null;
create index comments_newest on video.comments (zone_id, video_id, id desc) where parent_id is null;
create index comments_top on video.comments (zone_id, video_id, likes desc, id desc) where parent_id is null;
create index comments_replies on video.comments (zone_id, parent_id, id) where parent_id is not null;
create index comments_of_person on video.comments (zone_id, author_id, id);

create table video.comment_likes (
  zone_id text not null,
  comment_id text not null,
  user_id text not null,
  created_at timestamptz not null,
  primary key (zone_id, comment_id, user_id),
  foreign key (zone_id, comment_id) references video.comments (zone_id, id) on delete cascade
);
create index comment_likes_of_person on video.comment_likes (zone_id, user_id, comment_id);

create table video.subscriptions (
  zone_id text not null,
  channel_id text not null,
  user_id text not null,
  notify boolean not null default true,
  created_at timestamptz not null,
  primary key (zone_id, channel_id, user_id),
  foreign key (zone_id, channel_id) references video.channels (zone_id, id) on delete cascade
);
create index subscriptions_of_person on video.subscriptions (zone_id, user_id, created_at desc, channel_id desc);

select madang.isolate('video.likes');
select madang.isolate('video.comments');
select madang.isolate('video.comment_likes');
select madang.isolate('video.subscriptions');
