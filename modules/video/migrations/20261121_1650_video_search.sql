-- Text as it is searched: compatibility forms, case and accents folded, Hangul taken apart into its letters (a wrong or
-- missing letter is then a small difference, and a half-typed syllable a prefix), everything else one space.
create function video.fold(words text) returns text
  language sql immutable parallel safe strict
  return btrim(regexp_replace(
    regexp_replace(lower(normalize(words, nfkd) collate pg_c_utf8), '[\u0300-\u036f]+', '', 'g'),
    '[^[:alnum:]\u3099\u309a]+', ' ', 'g'));

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

-- Public, published videos by their folded words: those of title and tags, and with them those of the channel's name and the
-- beginning of the description.
create table video.search (
  zone_id text not null,
  video_id text not null,
  title text collate "C" not null,
  title_terms tsvector not null,
  terms tsvector not null,
  primary key (zone_id, video_id),
  foreign key (zone_id, video_id) references video.videos (zone_id, id) on delete cascade
);
create index search_title_terms on video.search using gin (zone_id, title_terms) with (fastupdate = off);
create index search_terms on video.search using gin (zone_id, terms) with (fastupdate = off);

-- Every word of `video.search`, once: a query's words are looked for here (as they begin, as they contain, as they may have been
-- meant), and the videos by what was found.
create table video.search_words (
  zone_id text not null,
  word text collate "C" not null,
  -- Videos that have it.
  uses integer not null,
  primary key (zone_id, word)
);
create index search_words_alike on video.search_words using gin (zone_id, word gin_trgm_ops) with (fastupdate = off);

-- A channel's name and handle, folded.
alter table video.channels add column called text collate "C" not null generated always as (video.fold(name || ' ' || handle)) stored;
create index channels_alike on video.channels using gin (zone_id, called gin_trgm_ops) with (fastupdate = off);
create index videos_watched on video.videos (zone_id, views desc, id desc) where visibility = 'public' and published_at is not null;
create index videos_category_watched on video.videos (zone_id, category, views desc, id desc)
  where visibility = 'public' and published_at is not null;

select madang.isolate('video.tags');
select madang.isolate('video.search');
select madang.isolate('video.search_words');

create function video.words_of(words text) returns setof text
  language sql immutable parallel safe
as $$
  select distinct left(word, 80) from string_to_table(video.fold(words), ' ') word where word <> ''
$$;

-- Takes a video out of search and its words out of the vocabulary where nobody else has them.
create function video.leave_search(in_zone text, id text) returns void
  language plpgsql
as $$
declare
  gone text[];
begin
  delete from video.search s where s.zone_id = in_zone and s.video_id = id returning tsvector_to_array(s.terms) into gone;
  if gone is null then return; end if;
  update video.search_words w set uses = uses - 1 where w.zone_id = in_zone and w.word = any (gone);
  delete from video.search_words w where w.zone_id = in_zone and w.word = any (gone) and w.uses <= 0;
end
$$;

create function video.enter_search(v video.videos) returns void
  language plpgsql
as $$
declare
  said text := v.title || ' ' || array_to_string(v.tags, ' ');
  rest text;
begin
  select c.name || ' ' || left(v.description, 200) into rest from video.channels c where c.zone_id = v.zone_id and c.id = v.channel_id;
  insert into video.search (zone_id, video_id, title, title_terms, terms)
    select v.zone_id, v.id, video.fold(v.title),
      array_to_tsvector(array(select video.words_of(said))), array_to_tsvector(array(select video.words_of(said || ' ' || rest)));
  insert into video.search_words as s (zone_id, word, uses)
    select v.zone_id, w, 1 from video.words_of(said || ' ' || rest) w order by w
    on conflict (zone_id, word) do update set uses = s.uses + 1;
end
$$;

-- Keeps what everyone may find in step with the video, whoever changes it: tags, search, the channel's count.
create function video.keep_listing() returns trigger
  language plpgsql
as $$
declare
  was boolean := tg_op <> 'INSERT' and old.visibility = 'public' and old.published_at is not null;
  now_is boolean := tg_op <> 'DELETE' and new.visibility = 'public' and new.published_at is not null;
begin
  if was then
    perform video.leave_search(old.zone_id, old.id);
    delete from video.tags where zone_id = old.zone_id and video_id = old.id;
  end if;
  if now_is then
    perform video.enter_search(new);
    insert into video.tags (zone_id, tag, video_id, published_at)
      select distinct new.zone_id, lower(normalize(tag, nfkc) collate pg_c_utf8), new.id, new.published_at from unnest(new.tags) tag;
  end if;
  if was <> now_is then
    update video.channels set videos = videos + now_is::integer - was::integer
      where zone_id = coalesce(new.zone_id, old.zone_id) and id = coalesce(new.channel_id, old.channel_id);
  end if;
  return coalesce(new, old);
end
$$;
create trigger keep_listing_of_changed
  after update of title, tags, description, visibility, published_at, channel_id on video.videos
  for each row
  when ((old.title, old.tags, old.description, old.visibility, old.published_at, old.channel_id)
    is distinct from (new.title, new.tags, new.description, new.visibility, new.published_at, new.channel_id))
  execute function video.keep_listing();
create trigger keep_listing_of_new after insert on video.videos for each row execute function video.keep_listing();
-- Before, as long as the words it leaves are there to be read.
create trigger keep_listing_of_deleted before delete on video.videos for each row execute function video.keep_listing();

create function video.keep_channel_name() returns trigger
  language plpgsql
as $$
declare
  v video.videos;
begin
  for v in select * from video.videos x
    where x.zone_id = new.zone_id and x.channel_id = new.id and x.visibility = 'public' and x.published_at is not null
  loop
    perform video.leave_search(v.zone_id, v.id);
    perform video.enter_search(v);
  end loop;
  return null;
end
$$;
create trigger keep_channel_name
  after update of name on video.channels
  for each row when (old.name is distinct from new.name) execute function video.keep_channel_name();

-- Row-level security keeps trigram and text indexes from being used (their operators are not leakproof). These functions run
-- as their owner, apply the zone themselves, and answer ids of what is public only.

-- `sought` are the words of the query, without Korean particles. Each stands for the words that begin with it; where few videos
-- have such, also for those that contain it; where next to none, for those most like it. Videos have all of them, in title and
-- tags first. Best first: title begins so, words of the title begin so, likeness; then how much and how recently watched.
create function video.find_videos(sought text[], most integer)
returns table (video_id text, score double precision)
language plpgsql
stable
security definer
set search_path = pg_catalog, public
set plan_cache_mode = 'force_custom_plan'
set pg_trgm.similarity_threshold = 0.3
as $$
declare
  zone constant text := madang.zone();
  whole constant text := video.fold(array_to_string(sought, ' '));
  stems constant text[] := array(select distinct f from unnest(sought) w, string_to_table(video.fold(w), ' ') f where f <> '');
  starts constant text[] := array(select '% ' || s || '%' from unnest(stems) s);
  alternatives constant integer := 48;
  enough constant integer := 400;
  best constant integer := 300;
  hits text[];
  more text[];
  uses_found bigint;
  asked text := '';
  q tsquery;
  guessed boolean := false;
  candidates text[];
begin
  if cardinality(stems) = 0 then return; end if;
  for i in 1 .. cardinality(stems) loop
    select array_agg(x.word), sum(x.uses) into hits, uses_found from (
      select w.word, w.uses, sum(w.uses) over (order by (w.word = stems[i]) desc, w.uses desc, w.word) - w.uses as before
      from video.search_words w
      where w.zone_id = zone and w.word >= stems[i] and w.word < stems[i] || U&'\+10FFFF'
      order by (w.word = stems[i]) desc, w.uses desc, w.word limit alternatives) x
    -- alone, a word needs no more alternatives than fill the candidates; among others any may be the one
    where cardinality(stems) > 1 or x.before < 2 * enough;
    hits := coalesce(hits, '{}');
    if coalesce(uses_found, 0) < most and (char_length(stems[i]) > 2 or stems[i] ~ '[\u3040-\u30ff\u3400-\u9fff]') then
      select array_agg(x.word), coalesce(uses_found, 0) + sum(x.uses) into more, uses_found from (
        select w.word, w.uses from video.search_words w
        where w.zone_id = zone and w.word like '%' || stems[i] || '%' and not starts_with(w.word, stems[i])
        order by w.uses desc limit alternatives) x;
      hits := hits || coalesce(more, '{}');
    end if;
    if coalesce(uses_found, 0) < 3 and char_length(stems[i]) > 2 then
      guessed := true;
      -- two letters swapped or one too many, looked up as what was meant; one wrong or missing costs three trigrams of both words
      hits := hits || array(
        select w.word from video.search_words w where w.zone_id = zone and w.word = any (array(
          select overlay(stems[i] placing reverse(substr(stems[i], at, 2)) from at for 2) from generate_series(1, char_length(stems[i]) - 1) at
          union select overlay(stems[i] placing '' from at for 1) from generate_series(1, char_length(stems[i])) at)));
      hits := hits || array(
        select w.word from video.search_words w
        where w.zone_id = zone and w.word % stems[i]
          and similarity(w.word, stems[i]) > (char_length(stems[i]) - 2.0) / (char_length(stems[i]) + 4) - 0.01
        order by similarity(w.word, stems[i]) desc, w.uses desc, w.word limit 6);
    end if;
    if cardinality(hits) = 0 then return; end if;
    asked := asked || case when i = 1 then '(' else ' & (' end || (select string_agg(quote_literal(h), ' | ') from unnest(hits) h) || ')';
  end loop;
  q := asked::tsquery;
  candidates := array(select s.video_id from video.search s where s.zone_id = zone and s.title_terms @@ q limit enough);
  if cardinality(candidates) = enough then
    -- a word many have: those worth seeing are among the most watched and the newest
    candidates := candidates || array(
      select s.video_id from (
        (select v.id from video.videos v where v.zone_id = zone and v.visibility = 'public' and v.published_at is not null
           order by v.views desc, v.id desc limit best)
        union (select v.id from video.videos v where v.zone_id = zone and v.visibility = 'public' and v.published_at is not null
           order by v.published_at desc, v.id limit best)) t
      join video.search s on s.zone_id = zone and s.video_id = t.id
      where s.title_terms @@ q);
  elsif cardinality(candidates) < most then
    candidates := candidates || array(select s.video_id from video.search s where s.zone_id = zone and s.terms @@ q limit enough);
  end if;
  return query
    select s.video_id,
      (case when starts_with(s.title, whole) then 6 else 0 end
        + case when (' ' || s.title) like all (starts) then 3 else 0 end
        + case when s.title_terms @@ q then 2 else 0 end
        + case when guessed then 3 * word_similarity(whole, s.title) else 0 end
        + 0.05 * ln(1 + v.views) + 0.5 * exp(-extract(epoch from now() - v.published_at) / 15552000.0))::double precision as score
    from (select distinct c from unnest(candidates) c) d
    join video.search s on s.zone_id = zone and s.video_id = d.c
    join video.videos v on v.zone_id = zone and v.id = d.c
    order by score desc, s.video_id desc
    limit most;
end
$$;
revoke all on function video.find_videos(text[], integer) from public;
grant execute on function video.find_videos(text[], integer) to madang_app;

-- `wanted` is the query. Channels that begin so, then those that are called something like it.
create function video.find_channels(wanted text, most integer)
returns table (channel_id text, score double precision)
language plpgsql
stable
security definer
set search_path = pg_catalog, public
set plan_cache_mode = 'force_custom_plan'
set pg_trgm.word_similarity_threshold = 0.6
as $$
declare
  zone constant text := madang.zone();
  f constant text := video.fold(wanted);
begin
  if f = '' then return; end if;
  return query
    select x.id,
      (case when starts_with(x.called, f) then 2 else 0 end + word_similarity(f, x.called) + 0.02 * ln(1 + x.subscribers))::double precision as score
    from (
      select c.id, c.subscribers, c.called from video.channels c
      where c.zone_id = zone and (c.called like '%' || f || '%' or f <% c.called) limit 200) x
    order by score desc, x.id
    limit most;
end
$$;
revoke all on function video.find_channels(text, integer) from public;
grant execute on function video.find_channels(text, integer) to madang_app;

-- How a search may go on: words that begin as its last one does, the most used first, then titles with such a word, the most watched first.
create function video.suggest(wanted text, most integer)
returns table (suggestion text)
language plpgsql
stable
security definer
set search_path = pg_catalog, public
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  zone constant text := madang.zone();
  f constant text := video.fold(wanted);
  words text[];
  hits text[];
begin
  if f = '' then return; end if;
  select array_agg(normalize(x.word, nfc) order by x.uses desc, char_length(x.word)), array_agg(x.word) into words, hits from (
    select w.word, w.uses from video.search_words w
    where w.zone_id = zone and w.word >= f and w.word < f || U&'\+10FFFF' order by w.uses desc limit 40) x;
  if hits is null then
    -- several words: titles with all of them, the last one perhaps half typed
    hits := array(
      select w.word from video.search_words w, (select (string_to_array(f, ' '))[cardinality(string_to_array(f, ' '))] as part) l
      where w.zone_id = zone and w.word >= l.part and w.word < l.part || U&'\+10FFFF' order by w.uses desc limit 40);
    if cardinality(hits) = 0 then return; end if;
  end if;
  return query
    with titles as materialized (
      select v.title, v.views from (
        select s.video_id from video.search s
        where s.zone_id = zone and s.title_terms @@ (select string_agg(quote_literal(h), ' | ')::tsquery from unnest(hits) h)
          and (' ' || s.title) like '% ' || f || '%' limit 200) t
      join video.videos v on v.zone_id = zone and v.id = t.video_id
      order by v.views desc, v.title limit most
    )
    select l.said from (
      (select w.said, 0 as kind, w.place from unnest(words[1:greatest(1, most / 2)]) with ordinality w(said, place))
      union all (select t.title, 1, row_number() over (order by t.views desc, t.title) from titles t)
    ) l group by l.said order by min(l.kind), min(l.place) limit most;
end
$$;
revoke all on function video.suggest(text, integer) from public;
grant execute on function video.suggest(text, integer) to madang_app;
