-- As before, but for how the words of a query are looked up together; and so many rows come out, not a thousand: what is joined to
-- them is looked up, not read whole.

-- `sought` are the words of the query without Korean particles, `said` the same words as they were written. Each stands for the
-- words that begin with it; where few videos have such, also for those that contain it; where next to none, for those most like
-- it, with or without what looked like a particle. Videos have all of them, in title and tags first.
-- The plans are generic and know one way only: what is estimated of a word says nothing of the next.
create or replace function video.find_videos(sought text[], said text[], most integer)
returns table (video_id text, score double precision)
language plpgsql
stable
rows 60
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
  asked tsquery[] := '{}';
  keys text;
  guessed boolean := false;
  matches constant text :=
    'select array_agg(x.id), array_agg(x.score) from ('
    '  select s.video_id as id, %s + video.search_score(s.title, s.watched, s.published_at, $3, $4, $5) as score'
    '  from video.search s where s.zone_id = $1 and %s limit $6) x';
  ids text[];
  scores double precision[];
  more_scores double precision[];
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
    asked := asked || (select string_agg(quote_literal(h), ' | ')::tsquery from unnest(hits) h);
  end loop;
  -- Each word is a key of its own, so that the index leaps from match to match.
  keys := (select string_agg(format('%%s @@ ($2)[%s]', i), ' and ') from generate_series(1, cardinality(asked)) i);
  execute format(matches, 2, replace(keys, '%s', 's.title_terms')) into ids, scores using zone, asked, whole, starts, guessed, enough;
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
        where s.title_terms @@ all (asked)) x
      group by x.id order by max(x.score) desc, x.id desc limit most;
  elsif coalesce(cardinality(ids), 0) < most then
    execute format(matches, 0, replace(keys, '%s', 's.terms')) into more, more_scores using zone, asked, whole, starts, guessed, enough;
    return query
      select u.id, max(u.score) as score from unnest(ids || more, scores || more_scores) u (id, score)
      group by u.id order by max(u.score) desc, u.id desc limit most;
  else
    return query select u.id, u.score from unnest(ids, scores) u (id, score) order by u.score desc, u.id desc limit most;
  end if;
end
$$;

alter function video.find_channels(text, integer) rows 5;
