-- Row-level security keeps the trigram index from being used (its operators are not leakproof). This function runs as its
-- owner, applies the zone itself, and answers places only: the messages are then read under row-level security.
-- `word` is the longest word of the query and does the index's work: as a LIKE pattern (`likes`), or, when it has fewer than
-- three characters, as itself. A short word has three padded trigrams, and two of them are found wherever a word begins with
-- it: that is `<%` at its threshold of 0.6. `rest` are regular expressions that decide; joined with an empty string they are
-- kept from the index, which can do nothing for them.
create function chat.find_messages(
  person text, in_room text, word text, likes boolean, rest text[],
  before_at timestamptz, before_room text, before_seq bigint, most integer
)
returns table (room_id text, seq bigint)
language plpgsql
stable
security definer
set search_path = pg_catalog, public
set pg_trgm.word_similarity_threshold = 0.6
as $$
begin
  if in_room is not null then
    if likes then
      return query
        select m.room_id, m.seq from chat.messages m
        where m.zone_id = madang.zone() and m.room_id = in_room and m.body ilike word and (m.body || '') ~* all (rest)
          and m.deleted_at is null and m.seq < before_seq
        order by m.seq desc limit most;
    else
      return query
        select m.room_id, m.seq from chat.messages m
        where m.zone_id = madang.zone() and m.room_id = in_room and word <% m.body and (m.body || '') ~* all (rest)
          and m.deleted_at is null and m.seq < before_seq
        order by m.seq desc limit most;
    end if;
    return;
  end if;
  return query
    with readable as materialized (
      select r.id from chat.rooms r
      where r.zone_id = madang.zone() and r.visibility = 'public' and r.deleted_at is null
      union
      select r.id from chat.members p join chat.rooms r on r.id = p.room_id
      where p.zone_id = madang.zone() and p.user_id = person and p.left_at is null
        and r.deleted_at is null and r.visibility <> 'attached'
      except
      select b.room_id from chat.bans b
      where b.zone_id = madang.zone() and b.user_id = person and (b.until is null or b.until > now())
    ),
    found as materialized (
      select m.room_id, m.seq, m.created_at from chat.messages m
      where likes and m.zone_id = madang.zone() and m.body ilike word and (m.body || '') ~* all (rest) and m.deleted_at is null
      union all
      select m.room_id, m.seq, m.created_at from chat.messages m
      where not likes and m.zone_id = madang.zone() and word <% m.body and (m.body || '') ~* all (rest) and m.deleted_at is null
    )
    select f.room_id, f.seq from found f
    where f.room_id in (select id from readable)
      and (f.created_at, f.room_id, f.seq) < (before_at, before_room, before_seq)
    order by f.created_at desc, f.room_id desc, f.seq desc
    limit most;
end
$$;
revoke all on function chat.find_messages(text, text, text, boolean, text[], timestamptz, text, bigint, integer) from public;
grant execute on function chat.find_messages(text, text, text, boolean, text[], timestamptz, text, bigint, integer) to madang_app;
