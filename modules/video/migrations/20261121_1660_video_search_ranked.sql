-- A video's row of the search says all that it is ranked by, so that ranking reads one row of each candidate.

-- `watched` is ln(1 + views), kept to a quarter of a unit: what it weighs in the ranking is less than what a reader could see.
alter table video.search add column watched real not null default 0, add column published_at timestamptz;
update video.search s set watched = ln(1 + v.views), published_at = v.published_at
  from video.videos v where v.zone_id = s.zone_id and v.id = s.video_id;
alter table video.search alter column published_at set not null, alter column watched drop default;
-- Room on the page for a row that was watched more: it moves no index entry.
alter table video.search set (fillfactor = 90);
-- Titles by how they begin; folded, one may be longer than an index entry.
create index search_beginnings on video.search (zone_id, left(title, 60));
create index channels_called on video.channels (zone_id, left(called, 60));

create or replace function video.enter_search(v video.videos) returns void
  language plpgsql
as $$
declare
  said text := v.title || ' ' || array_to_string(v.tags, ' ');
  rest text;
begin
  select c.name || ' ' || left(v.description, 200) into rest from video.channels c where c.zone_id = v.zone_id and c.id = v.channel_id;
  insert into video.search (zone_id, video_id, title, title_terms, terms, watched, published_at)
    select v.zone_id, v.id, video.fold(v.title),
      array_to_tsvector(array(select video.words_of(said))), array_to_tsvector(array(select video.words_of(said || ' ' || rest))),
      ln(1 + v.views), v.published_at;
  insert into video.search_words as s (zone_id, word, uses)
    select v.zone_id, w, 1 from video.words_of(said || ' ' || rest) w order by w
    on conflict (zone_id, word) do update set uses = s.uses + 1;
end
$$;

create function video.keep_watched() returns trigger
  language plpgsql
as $$
begin
  update video.search set watched = ln(1 + new.views) where zone_id = new.zone_id and video_id = new.id;
  return null;
end
$$;
create trigger keep_watched
  after update of views on video.videos
  for each row when (floor(4 * ln(1 + old.views)) <> floor(4 * ln(1 + new.views)))
  execute function video.keep_watched();

-- Title begins so, words of the title begin so, likeness where words were guessed; then how much and how recently watched.
create function video.search_score(title text, watched real, published_at timestamptz, whole text, starts text[], guessed boolean)
  returns double precision
  language sql stable parallel safe
  return case when starts_with(title, whole) then 6 else 0 end
    + case when (' ' || title) like all (starts) then 3 else 0 end
    + case when guessed then 3 * public.word_similarity(whole, title) else 0 end
    + 0.05 * watched + 0.5 * exp(date_part('epoch', published_at - now()) / 15552000);

drop function video.find_videos(text[], integer);

-- `sought` are the words of the query without Korean particles, `said` the same words as they were written. Each stands for the
-- words that begin with it; where few videos have such, also for those that contain it; where next to none, for those most like
-- it, with or without what looked like a particle. Videos have all of them, in title and tags first.
-- The plans are generic and know one way only: what is estimated of a word says nothing of the next.
create function video.find_videos(sought text[], said text[], most integer)
returns table (video_id text, score double precision)
language plpgsql
stable
security definer
set search_path = pg_catalog, public
set plan_cache_mode = 'force_generic_plan'
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set pg_trgm.similarity_threshold = 0.3
as $$
declare
  zone constant text := madang.zone();
  whole constant text := video.fold(array_to_string(sought, ' '));
  alternatives constant integer := 48;
  enough constant integer := 400;
  best constant integer := 200;
  stems text[];
  uncut text[];
  starts text[];
  hits text[];
  more text[];
  uses_found bigint;
  asked text := '';
  q tsquery;
  guessed boolean := false;
  ids text[];
  scores double precision[];
begin
  select array_agg(x.f), array_agg(x.as_said), array_agg('% ' || x.f || '%') into stems, uncut, starts from (
    select f, max(case when u.s <> u.w then video.fold(u.s) end) as as_said
    from unnest(sought, said) u (w, s), string_to_table(video.fold(u.w), ' ') f where f <> '' group by f) x;
  if stems is null then return; end if;
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
      hits := hits || video.words_like(zone, stems[i]);
      if uncut[i] is not null then hits := hits || video.words_like(zone, uncut[i]); end if;
    end if;
    if cardinality(hits) = 0 then return; end if;
    asked := asked || case when i = 1 then '(' else ' & (' end || (select string_agg(quote_literal(h), ' | ') from unnest(hits) h) || ')';
  end loop;
  q := asked::tsquery;
  select array_agg(x.id), array_agg(x.score) into ids, scores from (
    select s.video_id as id, 2 + video.search_score(s.title, s.watched, s.published_at, whole, starts, guessed) as score
    from video.search s where s.zone_id = zone and s.title_terms @@ q limit enough) x;
  if cardinality(ids) = enough then
    -- a word many have: those worth seeing begin so, or are among the most watched and the newest
    return query
      select x.id, max(x.score) as score from (
        select * from unnest(ids, scores) u (id, score)
        union all
        (select b.video_id, 2 + video.search_score(b.title, b.watched, b.published_at, whole, starts, guessed) from video.search b
         where b.zone_id = zone and left(b.title, 60) >= left(whole, 60) and left(b.title, 60) < left(whole, 60) || U&'\+10FFFF' limit best)
        union all
        select s.video_id, 2 + video.search_score(s.title, s.watched, s.published_at, whole, starts, guessed) from (
          (select v.id from video.videos v where v.zone_id = zone and v.visibility = 'public' and v.published_at is not null
             order by v.views desc, v.id desc limit best)
          union (select v.id from video.videos v where v.zone_id = zone and v.visibility = 'public' and v.published_at is not null
             order by v.published_at desc, v.id limit best)) t
        join video.search s on s.zone_id = zone and s.video_id = t.id
        where s.title_terms @@ q) x
      group by x.id order by max(x.score) desc, x.id desc limit most;
  elsif coalesce(cardinality(ids), 0) < most then
    return query
      select x.id, max(x.score) as score from (
        select * from unnest(ids, scores) u (id, score)
        union all
        (select s.video_id, video.search_score(s.title, s.watched, s.published_at, whole, starts, guessed)
         from video.search s where s.zone_id = zone and s.terms @@ q limit enough)) x
      group by x.id order by max(x.score) desc, x.id desc limit most;
  else
    return query select u.id, u.score from unnest(ids, scores) u (id, score) order by u.score desc, u.id desc limit most;
  end if;
end
$$;
revoke all on function video.find_videos(text[], text[], integer) from public;
grant execute on function video.find_videos(text[], text[], integer) to madang_app;

-- What may have been meant: two letters swapped or one too many are looked up; one wrong or missing costs three trigrams of both
-- words. For `find_videos` alone, with its plans.
create function video.words_like(in_zone text, sought text) returns text[]
  language plpgsql
  stable
as $$
declare
  letters constant integer := char_length(sought);
begin
  return array(
      select w.word from video.search_words w where w.zone_id = in_zone and w.word = any (array(
        select overlay(sought placing reverse(substr(sought, at, 2)) from at for 2) from generate_series(1, letters - 1) at
        union select overlay(sought placing '' from at for 1) from generate_series(1, letters) at)))
    || array(
      select w.word from video.search_words w
      where w.zone_id = in_zone and w.word % sought and similarity(w.word, sought) > (letters - 2.0) / (letters + 4) - 0.01
      order by similarity(w.word, sought) desc, w.uses desc, w.word limit 6);
end
$$;
revoke all on function video.words_like(text, text) from public;

-- `wanted` is the query. Channels that are called so, those that begin so first; where there are few, those called something like it.
create or replace function video.find_channels(wanted text, most integer)
returns table (channel_id text, score double precision)
language plpgsql
stable
security definer
set search_path = pg_catalog, public
set plan_cache_mode = 'force_generic_plan'
set enable_seqscan = off
set pg_trgm.word_similarity_threshold = 0.6
as $$
declare
  zone constant text := madang.zone();
  f constant text := video.fold(wanted);
  enough constant integer := 200;
  ids text[];
begin
  if f = '' then return; end if;
  ids := array(
    select c.id from video.channels c
    where c.zone_id = zone and left(c.called, 60) >= left(f, 60) and left(c.called, 60) < left(f, 60) || U&'\+10FFFF'
      and starts_with(c.called, f) limit enough);
  if cardinality(ids) < most and char_length(f) > 2 then
    ids := ids || array(select c.id from video.channels c where c.zone_id = zone and c.called like '%' || f || '%' limit enough);
    if cardinality(ids) < most then
      ids := ids || array(select c.id from video.channels c where c.zone_id = zone and f <% c.called limit enough);
    end if;
  end if;
  if cardinality(ids) = 0 then return; end if;
  return query
    select c.id,
      (case when starts_with(c.called, f) then 2 else 0 end + word_similarity(f, c.called) + 0.02 * ln(1 + c.subscribers))::double precision as score
    from video.channels c where c.zone_id = zone and c.id = any (ids)
    order by score desc, c.id
    limit most;
end
$$;
