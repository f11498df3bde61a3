-- Row-level security keeps trigram and LIKE indexes from being used, because their operators are not leakproof. This
-- function runs as its owner, applies the zone itself, and answers ids only.
-- `wanted` is lower case; `pattern` the same with LIKE's own characters escaped. First who begins with it, then who is called something like it.
create function identity.find_people_by_name(wanted text, pattern text, guests_seen_after timestamptz, most integer)
returns table (user_id text, closeness real)
language sql
stable
security definer
set search_path = pg_catalog, public
as $$
  select u.id,
         case when lower(u.name) like pattern || '%' then 2 + similarity(lower(u.name), wanted)
              else word_similarity(wanted, lower(u.name)) end as closeness
  from identity.users u
  where u.zone_id = madang.zone()
    and u.status in ('active', 'invited')
    and u.home_zone_id is null
    and (u.kind = 'account' or u.last_seen_at > guests_seen_after)
    and (lower(u.name) like pattern || '%'
         or lower(u.name) like '%' || pattern || '%'
         or (char_length(wanted) >= 3 and wanted <% lower(u.name)))
  order by closeness desc, u.last_seen_at desc nulls last, u.id
  limit most
$$;
revoke all on function identity.find_people_by_name(text, text, timestamptz, integer) from public;
grant execute on function identity.find_people_by_name(text, text, timestamptz, integer) to madang_app;
