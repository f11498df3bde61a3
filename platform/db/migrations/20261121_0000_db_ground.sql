-- Roles, the zone of a transaction and the two ways a table is opened to the program.

create schema if not exists madang;

-- Roles belong to the whole server: another database of it, or another node migrating at this moment, may have made them.
do $$
declare
  wanted text;
begin
  foreach wanted in array array['madang_app', 'madang_city'] loop
    begin
      if not exists (select from pg_roles where rolname = wanted) then
        execute format('create role %I nologin nosuperuser nobypassrls nocreatedb nocreaterole noinherit', wanted);
      end if;
    exception when duplicate_object or unique_violation then
      null;
    end;
    begin
      if not exists (
        select from pg_auth_members m
        where m.roleid = wanted::regrole and m.member = session_user::regrole and m.set_option
      ) then
        execute format('grant %I to %I with set true, inherit false', wanted, session_user);
      end if;
    exception when unique_violation or internal_error then -- the same grant at the same moment
      null;
    end;
  end loop;
end
$$;

-- Named, as a search path that begins with "$user" would put them into this schema for an owner called madang.
create extension if not exists pg_trgm with schema public;
create extension if not exists btree_gin with schema public;

-- The zone of the running transaction, null outside of one. Plain SQL, so that it is inlined into policies and indexes are used.
create function madang.zone() returns text
  language sql stable parallel safe
  return nullif(current_setting('app.zone', true), '');

-- Confines a table to the zone of the transaction, for every role that cannot bypass row-level security, its owner too.
create function madang.isolate(target regclass) returns void
  language plpgsql as $$
begin
  if not exists (
    select from pg_attribute
    where attrelid = target and attname = 'zone_id' and atttypid = 'text'::regtype and attnotnull and not attisdropped
  ) then
    raise exception '% needs a column zone_id text not null to be isolated', target;
  end if;
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('drop policy if exists zone on %s', target);
  execute format(
    'create policy zone on %s using (zone_id = madang.zone()) with check (zone_id = madang.zone())', target);
  execute format('grant select, insert, update, delete on %s to madang_app', target);
end
$$;

-- Opens a table across zones to the listed statements of the city: 'select' or 'select, insert, update (state), delete'.
create function madang.open_to_city(target regclass, privileges text) returns void
  language plpgsql as $$
begin
  if privileges !~ '^(select|insert|update|delete)( \([a-z0-9_, ]+\))?(, (select|insert|update|delete)( \([a-z0-9_, ]+\))?)*$' then
    raise exception '% is not a list of privileges', privileges;
  end if;
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('drop policy if exists city on %s', target);
  execute format('create policy city on %s to madang_city using (true) with check (true)', target);
  execute format('grant %s on %s to madang_city', privileges, target);
end
$$;

grant usage on schema madang to madang_app, madang_city;

-- The policy of a zone runs before any operator that might leak, so trigram and ILIKE indexes lie idle under it. These
-- functions say nothing about their arguments but the result. Only a superuser may vouch for that; elsewhere search goes
-- through listed SECURITY DEFINER functions.
do $$
declare
  vouched regprocedure;
begin
  if not (select rolsuper from pg_roles where rolname = current_user) then
    return;
  end if;
  for vouched in
    select p.oid::regprocedure
    from pg_proc p
    where p.pronamespace = 'pg_catalog'::regnamespace
      and p.proname in ('textlike', 'textnlike', 'texticlike', 'texticnlike', 'bpcharlike', 'bpcharnlike', 'bpchariclike', 'bpcharicnlike')
    union all
    select p.oid::regprocedure
    from pg_proc p
    join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
    join pg_extension e on d.refclassid = 'pg_extension'::regclass and e.oid = d.refobjid and e.extname = 'pg_trgm'
    where p.proname in (
      'similarity', 'similarity_op', 'word_similarity', 'word_similarity_op', 'word_similarity_commutator_op',
      'strict_word_similarity', 'strict_word_similarity_op', 'strict_word_similarity_commutator_op')
  loop
    execute format('alter function %s leakproof', vouched);
  end loop;
end
$$;
