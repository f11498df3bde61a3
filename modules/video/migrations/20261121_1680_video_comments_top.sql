-- The most likes a comment had at once: a place that only rises, so that no page of `top` gives again what one before it gave.
alter table video.comments add column most_likes integer not null default 0;
update video.comments set most_likes = likes where likes > 0;
alter table video.comments add check (most_likes >= likes);
drop index video.comments_top;
create index comments_top on video.comments (zone_id, video_id, most_likes desc, id desc) where parent_id is null;
