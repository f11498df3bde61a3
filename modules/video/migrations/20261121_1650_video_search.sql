-- Text as it is searched: compatibility forms, case and accents folded, Hangul taken apart into its letters (a wrong or
-- missing letter is then a small difference, and a half-typed syllable a prefix), everything else one space.
create function video.fold(words text) returns text
  language sql immutable parallel safe strict
  return btrim(regexp_replace(
    regexp_replace(lower(normalize(words, nfkd) collate pg_c_utf8), '[\u0300-\u036f\u3099\u309a]', '', 'g'),
    '[^[:alnum:]]+', ' ', 'g'));

-- Public, published videos by tag. `tag` is as tags are compared.
create table video.tags (
  zone_id text not null,
  tag text not null,
  video_id text not null,
  published_at timestamptz not null,
  primary key (zone_id, video_id, tag),
  foreign key (zone_id, video_id) references video.videos (zone_id, id) on delete cascade
);
create index tags_newest on video.tags (zone_id, tag, published_at desc, video_id desc);

-- Public, published videos, folded; `words` has title, tags, channel and the beginning of the description, between spaces.
create table video.search (
  zone_id text not null,
  video_id text not null,
  title text collate "C" not null,
  words text collate "C" not null,
  primary key (zone_id, video_id),
  foreign key (zone_id, video_id) references video.videos (zone_id, id) on delete cascade
);
create index search_words_trigrams on video.search using gin (zone_id, words gin_trgm_ops);

-- Every word and tag that titles and tags of public videos have: what a mistyped word may have meant, and how a search may go on.
create table video.search_words (
  zone_id text not null,
  word text collate "C" not null,
  -- As somebody wrote it.
  label text not null,
  uses integer not null,
  primary key (zone_id, word)
);
create index search_words_alike on video.search_words using gin (zone_id, word gin_trgm_ops);

create index channels_alike on video.channels using gin (zone_id, video.fold(name || ' ' || handle) gin_trgm_ops);
create index videos_watched on video.videos (zone_id, views desc, id desc) where visibility = 'public' and published_at is not null;
create index videos_category_watched on video.videos (zone_id, category, views desc, id desc)
  where visibility = 'public' and published_at is not null;

select madang.isolate('video.tags');
select madang.isolate('video.search');
select madang.isolate('video.search_words');

create function video.words_of(title text, tags text[]) returns table (word text, label text)
  language sql immutable parallel safe
as $$
  select w.word, min(w.label) from (
    select video.fold(part) as word, part as label
    from unnest(tags || regexp_split_to_array(normalize(title, nfkc) collate pg_c_utf8, '[^[:alnum:]]+')) part
  ) w where char_length(w.word) between 2 and 80 group by w.word
$$;

create function video.searched_words(v video.videos) returns text
  language sql stable
as $$
  select ' ' || video.fold(v.title || ' ' || array_to_string(v.tags, ' ') || ' ' || c.name || ' ' || left(v.description, 200)) || ' '
  from video.channels c where c.zone_id = v.zone_id and c.id = v.channel_id
$$;

-- Keeps what everyone may find in step with the video, whoever changes it: tags, search, words, the channel's count.
create function video.keep_listing() returns trigger
  language plpgsql
as $$
declare
  was boolean := tg_op <> 'INSERT' and old.visibility = 'public' and old.published_at is not null;
  now_is boolean := tg_op <> 'DELETE' and new.visibility = 'public' and new.published_at is not null;
begin
  if was then
    update video.search_words s set uses = s.uses - 1
      from video.words_of(old.title, old.tags) w where s.zone_id = old.zone_id and s.word = w.word;
    delete from video.search_words s using video.words_of(old.title, old.tags) w
      where s.zone_id = old.zone_id and s.word = w.word and s.uses <= 0;
  end if;
  if was and tg_op = 'UPDATE' then
    delete from video.tags where zone_id = old.zone_id and video_id = old.id;
    if not now_is then
      delete from video.search where zone_id = old.zone_id and video_id = old.id;
    end if;
  end if;
  if now_is then
    insert into video.tags (zone_id, tag, video_id, published_at)
      select distinct new.zone_id, lower(normalize(tag, nfkc) collate pg_c_utf8), new.id, new.published_at from unnest(new.tags) tag;
    insert into video.search (zone_id, video_id, title, words)
      values (new.zone_id, new.id, video.fold(new.title), video.searched_words(new))
      on conflict (zone_id, video_id) do update set title = excluded.title, words = excluded.words;
    insert into video.search_words as s (zone_id, word, label, uses)
      select new.zone_id, word, label, 1 from video.words_of(new.title, new.tags) order by word
      on conflict (zone_id, word) do update set uses = s.uses + 1;
  end if;
  if was <> now_is then
    update video.channels set videos = videos + now_is::integer - was::integer
      where zone_id = coalesce(new.zone_id, old.zone_id) and id = coalesce(new.channel_id, old.channel_id);
  end if;
  return null;
end
$$;
create trigger keep_listing_on_update
  after update of title, tags, description, visibility, published_at, channel_id on video.videos
  for each row execute function video.keep_listing();
create trigger keep_listing
  after insert or delete on video.videos
  for each row execute function video.keep_listing();

create function video.keep_channel_name() returns trigger
  language plpgsql
as $$
begin
  update video.search s set words = video.searched_words(v) from video.videos v
    where v.zone_id = new.zone_id and v.channel_id = new.id and s.zone_id = v.zone_id and s.video_id = v.id;
  return null;
end
$$;
create trigger keep_channel_name
  after update of name on video.channels
  for each row when (old.name is distinct from new.name) execute function video.keep_channel_name();

-- Row-level security keeps trigram indexes from being used (their operators are not leakproof). These functions run as their
-- owner, apply the zone themselves, and answer ids of what is public only.

-- `sought` are the words of the query (without Korean particles), at least one. First the videos that have all of them, at the
-- beginning of a word where a word is shorter than three letters; where these are few, also those that have words like them.
-- Best first: title begins so, words of the title, likeness; then how much and how recently watched.
create function video.find_videos(sought text[], most integer)
returns table (video_id text, score double precision)
language plpgsql
stable
security definer
set search_path = pg_catalog, public
set plan_cache_mode = 'auto'
set pg_trgm.similarity_threshold = 0.34
as $$
declare
  stems text[] := array(select distinct f from unnest(sought) w, video.fold(w) f where f <> '');
  whole text := video.fold(array_to_string(sought, ' '));
  patterns text[];
  likely text;
  rest text[];
  found integer;
  enough constant integer := 1500;
  among constant integer := 1500;
  candidates text[];
  alternatives text[];
  hits text[];
begin
  if cardinality(stems) = 0 then return; end if;
  patterns := array(
    select case when char_length(replace(s, ' ', '')) < 3 then '% ' || s || '%' else '%' || s || '%' end
    from unnest(stems) s order by char_length(s) desc);
  likely := patterns[1];
  rest := patterns[2:];
  candidates := array(
    select s.video_id from video.search s
    where s.zone_id = madang.zone() and s.words like likely and (s.words || '') like all (rest) limit enough);
  found := cardinality(candidates);
  if found = enough then
    -- a word many have: those worth seeing are among the most watched and the newest
    candidates := candidates || array(
      select s.video_id from (
        (select v.id from video.videos v where v.zone_id = madang.zone() and v.visibility = 'public' and v.published_at is not null
           order by v.views desc, v.id desc limit among)
        union (select v.id from video.videos v where v.zone_id = madang.zone() and v.visibility = 'public' and v.published_at is not null
           order by v.published_at desc, v.id limit among)) t
      join video.search s on s.zone_id = madang.zone() and s.video_id = t.id
      where (s.words || '') like all (patterns));
  elsif found < most then
    alternatives := '{}';
    for i in 1 .. cardinality(stems) loop
      hits := array(
        select w.word from video.search_words w
        where w.zone_id = madang.zone() and w.word % stems[i]
        order by similarity(w.word, stems[i]) desc, w.uses desc, w.word limit 8);
      if cardinality(hits) = 0 then hits := array[stems[i]]; end if;
      alternatives := alternatives || ('\m(' || array_to_string(hits, '|') || ')');
    end loop;
    alternatives := array(select a from unnest(alternatives) a order by char_length(a));
    likely := alternatives[1];
    rest := alternatives[2:];
    candidates := candidates || array(
      select s.video_id from video.search s
      where s.zone_id = madang.zone() and s.words ~ likely and (s.words || '') ~ all (rest) limit enough);
  end if;
  return query
    select s.video_id,
      (case when s.title like whole || '%' then 6 else 0 end
        + case when (' ' || s.title) like all (array(select '% ' || x || '%' from unnest(stems) x)) then 3 else 0 end
        + case when s.words like all (patterns) then 2 else 0 end
        + 2 * word_similarity(whole, s.title) + similarity(whole, s.title)
        + 0.05 * ln(1 + v.views) + 0.5 * exp(-extract(epoch from now() - v.published_at) / 15552000.0))::double precision as score
    from (select distinct c from unnest(candidates) c) d
    join video.search s on s.zone_id = madang.zone() and s.video_id = d.c
    join video.videos v on v.zone_id = s.zone_id and v.id = s.video_id
    order by score desc, s.video_id desc
    limit most;
end
$$;
revoke all on function video.find_videos(text[], integer) from public;
grant execute on function video.find_videos(text[], integer) to madang_app;

-- `wanted` is the query. Channels that begin so, then those that are called something like it.
create function video.find_channels(wanted text, most integer)
returns table (channel_id text, score double precision)
language sql
stable
security definer
set search_path = pg_catalog, public
set plan_cache_mode = 'auto'
set pg_trgm.word_similarity_threshold = 0.6
as $$
  select c.id,
    (case when video.fold(c.name) like f || '%' then 2 else 0 end + word_similarity(f, video.fold(c.name || ' ' || c.handle))
      + 0.02 * ln(1 + c.subscribers))::double precision as score
  from video.fold(wanted) f, video.channels c
  where c.zone_id = madang.zone() and f <> ''
    and (video.fold(c.name || ' ' || c.handle) like '%' || f || '%' or f <% video.fold(c.name || ' ' || c.handle))
  order by score desc, c.id
  limit most
$$;
revoke all on function video.find_channels(text, integer) from public;
grant execute on function video.find_channels(text, integer) to madang_app;

-- How a search may go on: titles with a word that begins so, the most watched first; then words and tags, the most used first.
create function video.suggest(wanted text, most integer)
returns table (suggestion text)
language plpgsql
stable
security definer
set search_path = pg_catalog, public
set plan_cache_mode = 'auto'
as $$
declare
  f text := video.fold(wanted);
begin
  if f = '' then return; end if;
  return query
    with words as materialized (
      select w.label, w.uses from (
        select x.label, x.uses from video.search_words x
        where x.zone_id = madang.zone() and x.word >= f and x.word < f || U&'\+10FFFF' order by x.word limit 200) w
      order by w.uses desc, char_length(w.label) limit most
    ), titles as materialized (
      select t.title, t.views from (
        select v.title, v.views from video.search s join video.videos v on v.zone_id = s.zone_id and v.id = s.video_id
        where s.zone_id = madang.zone() and s.words like '% ' || f || '%' and (' ' || s.title) like '% ' || f || '%' limit 200) t
      order by t.views desc, t.title limit most
    )
    select l.text from (
      select label as text, 0 as kind, uses::bigint as weight from words where char_length(label) > 0
      union all select title, 1, views from titles
    ) l group by l.text order by min(l.kind), max(l.weight) desc, l.text limit most;
end
$$;
revoke all on function video.suggest(text, integer) from public;
grant execute on function video.suggest(text, integer) to madang_app;
