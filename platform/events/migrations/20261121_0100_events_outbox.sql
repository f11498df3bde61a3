-- The transactional outbox and the durable positions of its readers.
create schema events;
grant usage on schema events to madang_app, madang_city;

-- One row per published fact, inserted in the transaction that made it true.
--
-- Order: (xid, position). `position` alone would lose events: it is taken at insert, so a lower one can become visible
-- after a higher one was read. `xid` is the writing transaction; every transaction below pg_snapshot_xmin() is over, so a
-- reader that stops there can never be overtaken from behind.
create table events.outbox (
  zone_id text not null,
  position bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  id text not null,
  name text not null,
  payload jsonb not null,
  at timestamptz not null default now()
);
create index outbox_order on events.outbox (xid, position);
create index outbox_by_name on events.outbox (name, xid, position);
create index outbox_age on events.outbox (at);

select madang.isolate('events.outbox');
select madang.open_to_city('events.outbox', 'select, update, delete');
revoke insert, update, delete on events.outbox from madang_app;
grant insert (zone_id, id, name, payload) on events.outbox to madang_app;

-- How far each `once` handler has come, and which node works for it until when.
create table events.positions (
  handler text primary key,
  event text not null,
  xid xid8 not null,
  position bigint not null,
  leased_by text,
  leased_until timestamptz not null default '-infinity'
);
select madang.open_to_city('events.positions', 'select, insert, update, delete');

-- What a handler could not take yet: the failed event, and behind it everything of the same zone, in `turn` order.
create table events.deferred (
  zone_id text not null,
  handler text not null,
  position bigint not null,
  turn bigint generated always as identity,
  id text not null,
  name text not null,
  payload jsonb not null,
  at timestamptz not null,
  tries integer not null,
  next_at timestamptz not null default now(),
  failure text,
  primary key (handler, position)
);
create index deferred_turns on events.deferred (handler, zone_id, turn);
select madang.isolate('events.deferred');
select madang.open_to_city('events.deferred', 'select, insert, update, delete');

-- Events given up for one handler after its last try; a person decides what becomes of them.
create table events.parked (
  zone_id text not null,
  handler text not null,
  position bigint not null,
  id text not null,
  name text not null,
  payload jsonb not null,
  at timestamptz not null,
  tries integer not null,
  failure text not null,
  parked_at timestamptz not null default now(),
  primary key (handler, position)
);
select madang.isolate('events.parked');
select madang.open_to_city('events.parked', 'select, insert, delete');

-- Transaction ids belong to one PostgreSQL cluster. After a restore into another one they start lower, and every reader
-- would wait for ids that come back only after millions of transactions. A position from the future gives that away:
-- what each handler still owes goes to its deferred queue, and the rest of the outbox becomes the oldest past.
create function events.realign() returns boolean language plpgsql as $$
declare
  ceiling xid8 := pg_snapshot_xmax(pg_current_snapshot());
begin
  perform pg_advisory_xact_lock(hashtextextended('events.realign', 0));
  if not exists (select from events.positions where xid > ceiling)
     and not exists (select from events.outbox where xid > ceiling) then
    return false;
  end if;
  insert into events.deferred (zone_id, handler, position, id, name, payload, at, tries)
    select o.zone_id, p.handler, o.position, o.id, o.name, o.payload, o.at, 0
      from events.positions p
      join events.outbox o on o.name = p.event and (o.xid, o.position) > (p.xid, p.position)
     order by o.xid, o.position
    on conflict do nothing;
  update events.outbox set xid = '0' where xid <> '0';
  update events.positions
     set xid = '0', position = coalesce((select max(position) from events.outbox), 0), leased_until = '-infinity';
  return true;
end
$$;
revoke execute on function events.realign() from public;
grant execute on function events.realign() to madang_city;
