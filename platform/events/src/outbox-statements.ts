import { statement } from '@madang/kernel';

/** A place in the outbox: `xid` orders transactions, `position` the facts inside one. Both are 64-bit, so strings. */
export interface Cursor {
  readonly xid: string;
  readonly position: string;
}

export interface StoredEvent {
  readonly position: string;
  readonly zoneId: string;
  readonly id: string;
  readonly name: string;
  readonly payload: unknown;
  readonly at: Date;
}
export interface OutboxEvent extends StoredEvent, Cursor {}

export interface DeferredEvent extends StoredEvent {
  readonly tries: number;
  readonly due: boolean;
}

export interface ParkedEvent {
  readonly zoneId: string;
  readonly handler: string;
  readonly id: string;
  readonly name: string;
  readonly tries: number;
  readonly failure: string;
  readonly at: Date;
  readonly parkedAt: Date;
}

const EVENT_COLUMNS = `position::text, zone_id as "zoneId", id, name, payload, at`;

export const insertEvent = statement<unknown, [id: string, name: string, payload: string]>(
  'events.publish',
  'insert into events.outbox (zone_id, id, name, payload) values (madang.zone(), $1, $2, $3::text::jsonb)',
);

export const findFloor = statement<{ floor: string }, []>('events.floor', 'select pg_snapshot_xmin(pg_current_snapshot())::text as floor');

/**
 * Everything visible from `floor` on that this node has not seen, and the floor of the same snapshot. Unlike a durable
 * reader it does not stop at the oldest running transaction: what was seen is remembered by position instead, so a long
 * transaction anywhere delays nobody. One row with a null id when there is nothing.
 */
export const tailOutbox = statement<
  { floor: string } & { [Column in keyof OutboxEvent]: OutboxEvent[Column] | null },
  [floor: string, seen: readonly string[], names: readonly string[], limit: number]
>(
  'events.tail',
  `select pg_snapshot_xmin(now.snapshot)::text as floor, o.*
     from (select pg_current_snapshot() as snapshot) now
     left join lateral (
       select xid::text, ${EVENT_COLUMNS} from events.outbox
        where xid >= $1::text::xid8 and position <> all($2::bigint[]) and name = any($3::text[])
        order by events.outbox.xid, events.outbox.position limit $4::int
     ) o on true`,
);

/** The next facts for a durable reader: after its cursor, and only of transactions that nothing older can follow. */
export const nextEvents = statement<OutboxEvent, [name: string, xid: string, position: string, limit: number]>(
  'events.next',
  `select xid::text, ${EVENT_COLUMNS} from events.outbox
    where name = $1 and (xid, position) > ($2::text::xid8, $3::text::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot())
    order by events.outbox.xid, events.outbox.position limit $4::int`,
);

export const realign = statement<{ realigned: boolean }, []>('events.realign', 'select events.realign() as realigned');

/**
 * Gives new handlers a position. The very first of a database start at the beginning, so that what was published while it
 * was being set up is not lost; one that is added later starts now, so that it does not replay history.
 */
export const registerHandlers = statement<unknown, [handlers: readonly string[], events: readonly string[]]>(
  'events.register',
  `insert into events.positions (handler, event, xid, position)
   select h.handler, h.event,
          case when exists (select from events.positions) then pg_snapshot_xmin(pg_current_snapshot()) else '0'::xid8 end, 0
     from unnest($1::text[], $2::text[]) as h (handler, event)
   on conflict (handler) do update set event = excluded.event where events.positions.event <> excluded.event`,
);

/** Takes what is free and keeps what this node holds; `due` where a deferred fact may be tried again. */
export const claimLeases = statement<
  Cursor & { handler: string; due: boolean },
  [node: string, handlers: readonly string[], seconds: number]
>(
  'events.claim',
  `update events.positions p set leased_by = $1, leased_until = clock_timestamp() + make_interval(secs => $3)
    where handler = any($2::text[]) and (leased_by = $1 or leased_until < clock_timestamp())
   returning handler, xid::text, position::text,
     exists (select from events.deferred d where d.handler = p.handler and d.next_at <= clock_timestamp()) as due`,
);

export const releaseLeases = statement<unknown, [node: string]>(
  'events.release',
  `update events.positions set leased_until = '-infinity', leased_by = null where leased_by = $1`,
);

/** Changes nothing when the lease went to another node meanwhile. */
export const advancePosition = statement<unknown, [handler: string, node: string, xid: string, position: string]>(
  'events.advance',
  'update events.positions set xid = $3::text::xid8, position = $4::text::bigint where handler = $1 and leased_by = $2',
);

/** First of each zone that has anything deferred for the handler. */
export const deferredHeads = statement<DeferredEvent, [handler: string]>(
  'events.deferred_heads',
  `select distinct on (zone_id) ${EVENT_COLUMNS}, tries, next_at <= clock_timestamp() as due
     from events.deferred where handler = $1 order by zone_id, turn`,
);

export const deferEvent = statement<
  unknown,
  [
    handler: string,
    zoneId: string,
    position: string,
    id: string,
    name: string,
    payload: string,
    at: Date,
    tries: number,
    seconds: number,
    failure: string | null,
  ]
>(
  'events.defer',
  `insert into events.deferred (handler, zone_id, position, id, name, payload, at, tries, next_at, failure)
   values ($1, $2, $3::text::bigint, $4, $5, $6::text::jsonb, $7, $8, clock_timestamp() + make_interval(secs => $9), $10)
   on conflict do nothing`,
);

export const retryLater = statement<unknown, [handler: string, position: string, tries: number, seconds: number, failure: string]>(
  'events.retry_later',
  `update events.deferred set tries = $3, next_at = clock_timestamp() + make_interval(secs => $4), failure = $5
    where handler = $1 and position = $2::text::bigint`,
);

export const settleDeferred = statement<unknown, [handler: string, position: string]>(
  'events.settle',
  'delete from events.deferred where handler = $1 and position = $2::text::bigint',
);

export const parkEvent = statement<unknown, [handler: string, position: string, tries: number, failure: string]>(
  'events.park',
  `with given_up as (delete from events.deferred where handler = $1 and position = $2::text::bigint returning *)
   insert into events.parked (zone_id, handler, position, id, name, payload, at, tries, failure)
   select zone_id, handler, position, id, name, payload, at, $3, $4 from given_up
   on conflict do nothing`,
);

export const listParked = statement<ParkedEvent, [limit: number]>(
  'events.list_parked',
  `select zone_id as "zoneId", handler, id, name, tries, failure, at, parked_at as "parkedAt"
     from events.parked order by parked_at desc limit $1::int`,
);

export const unparkAll = statement<unknown, []>(
  'events.unpark_all',
  `with back as (delete from events.parked returning *)
   insert into events.deferred (zone_id, handler, position, id, name, payload, at, tries)
   select zone_id, handler, position, id, name, payload, at, 0 from back order by position
   on conflict do nothing`,
);

/**
 * Removes a bounded number of old facts that every handler has passed. A handler nobody has run for as long as the
 * retention (its code is gone) holds nothing back.
 */
export const sweepOutbox = statement<unknown, [retentionSeconds: number, limit: number]>(
  'events.sweep',
  `delete from events.outbox where position in (
     select o.position from events.outbox o
      where o.at < clock_timestamp() - make_interval(secs => $1)
        and not exists (
          select from events.positions p
           where p.event = o.name and (p.xid, p.position) < (o.xid, o.position)
             and p.leased_until > clock_timestamp() - make_interval(secs => $1))
      order by o.at limit $2::int)`,
);

/** What this package runs across zones, for the program's one list. */
export const EVENT_CITY_STATEMENTS: readonly string[] = [
  'events.floor',
  'events.tail',
  'events.next',
  'events.realign',
  'events.register',
  'events.claim',
  'events.release',
  'events.advance',
  'events.deferred_heads',
  'events.defer',
  'events.retry_later',
  'events.settle',
  'events.park',
  'events.list_parked',
  'events.unpark_all',
  'events.sweep',
];
