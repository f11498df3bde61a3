import { type Clock, MadangError, type Principal, statement, type ZoneContext, type ZoneTransaction } from '@madang/kernel';
import { chatErrors } from './chat-errors.ts';
import type { ChatFiles } from './chat-files.ts';
import { type AttachedGrant, requireSend } from './chat-policies.ts';
import { joinMembers } from './member-store.ts';
import { type ReplyRow, replyColumn } from './message-views.ts';
import { accessColumns, accessJoins, type RoomAccess, type RoomAccessRow } from './room-access.ts';

/** A send whose form was checked: what is left to decide needs the room. */
export interface Send {
  readonly principal: Principal;
  readonly roomId: string;
  readonly clientId: string;
  readonly body: string;
  /** A place in the same room. */
  readonly replyTo: number | null;
  readonly fileIds: readonly string[];
  readonly mentions: readonly string[];
  /** What the module that attached the room said; asked before the transaction, once it is known that the room is attached. */
  readonly attachedGrant?: AttachedGrant;
}

export type StoreOutcome =
  | {
      readonly kind: 'stored' | 'known';
      readonly seq: number;
      readonly createdAt: Date;
      readonly head: boolean;
      readonly reply: ReplyRow | null;
    }
  | { readonly kind: 'refused'; readonly error: MadangError }
  | { readonly kind: 'attached'; readonly row: RoomAccessRow };

/** Locks every room of the batch in the order of ids, so that two batches cannot wait for each other. */
const lockRooms = statement<
  RoomAccessRow & { place: number; last_sent_at: Date | null },
  [rooms: readonly string[], people: readonly string[]]
>(
  'chat.lock_rooms',
  `select p.place, m.last_sent_at, ${accessColumns}
   from unnest((select $1::text[]), (select $2::text[])) with ordinality p(room_id, person_id, place)
   join chat.rooms r on r.id = p.room_id and r.deleted_at is null ${accessJoins('p.person_id')}
   order by r.id, p.place
   for no key update of r`,
);

/** After the lock, as another node may have stored something while this one waited. */
const readPace = statement<
  { place: number; last_sent_at: Date | null; known: boolean },
  [rooms: readonly string[], people: readonly string[], clients: readonly string[]]
>(
  'chat.read_pace',
  `select p.place,
     (select m.last_sent_at from chat.members m where m.room_id = p.room_id and m.user_id = p.person_id) as last_sent_at,
     (select true from chat.messages k where k.room_id = p.room_id and k.sender_id = p.person_id and k.client_id = p.client_id) as known
   from unnest($1::text[], $2::text[], $3::text[]) with ordinality p(room_id, person_id, client_id, place)`,
);

/**
 * One statement: find what is known already, number the rest from each room's head without a hole, insert, move heads and
 * the senders' read markers. Look-ups are subqueries per row on purpose: they stay index probes of one partition each,
 * whatever the planner thinks of the table's size; the arrays stand in subqueries of their own, so that one plan serves
 * batches of every length. Each mention of the messages is paid for in all their partitions before the statement starts, so
 * replies are looked up only by the form of it for batches that hold one. A reply to a place that does not exist is left out.
 */
const storeBatch = (name: string, reply: string) =>
  statement<
    { place: number; seq: number; created_at: Date; fresh: boolean; head: number; reply: ReplyRow | null },
    [
      rooms: readonly string[],
      people: readonly string[],
      clients: readonly string[],
      bodies: readonly string[],
      replies: readonly (number | null)[],
      files: readonly (string | null)[],
      mentions: readonly (string | null)[],
      now: Date,
    ]
  >(
    name,
    `with input as materialized (
     select i.*, k.seq as known_seq, k.created_at as known_at, ${reply} as reply
     from unnest((select $1::text[]), (select $2::text[]), (select $3::text[]), (select $4::text[]), (select $5::bigint[]),
                 (select $6::text[]), (select $7::text[]))
       with ordinality i(room_id, sender_id, client_id, body, reply_to, files, mentions, place)
     left join lateral (
       select m.seq, m.created_at from chat.messages m
       where m.room_id = i.room_id and m.sender_id = i.sender_id and m.client_id = i.client_id offset 0) k on true
   ), fresh as materialized (
     select i.*, row_number() over (partition by i.room_id order by i.place) as step
     from input i where i.known_seq is null and (i.reply_to is null or i.reply is not null)
   ), heads as (
     update chat.rooms r
     set seq = r.seq + c.n, last_at = greatest(r.last_at, $8::timestamptz), active_at = date_trunc('minute', greatest(r.last_at, $8::timestamptz))
     from (select room_id, count(*) as n from fresh group by room_id) c
     where r.id = c.room_id
     returning r.id, r.seq as head, r.seq - c.n as base, r.last_at as at
   ), stored as (
     insert into chat.messages (zone_id, room_id, seq, sender_id, client_id, body, reply_to, file_ids, mentions, created_at)
     select madang.zone(), f.room_id, h.base + f.step, f.sender_id, f.client_id, f.body, f.reply_to, f.files::text[], f.mentions::text[], h.at
     from fresh f join heads h on h.id = f.room_id
   ), marked as (
     update chat.members m
     set read_seq = greatest(m.read_seq, s.seq), last_sent_at = s.at
     from (select f.room_id, f.sender_id, max(h.base + f.step) as seq, max(h.at) as at
           from fresh f join heads h on h.id = f.room_id group by f.room_id, f.sender_id) s
     where m.room_id = s.room_id and m.user_id = s.sender_id
   )
   select f.place, h.base + f.step as seq, h.at as created_at, true as fresh, h.head, f.reply
   from fresh f join heads h on h.id = f.room_id
   union all
   select i.place, i.known_seq, i.known_at, false, (select r.seq from chat.rooms r where r.id = i.room_id), null
   from input i where i.known_seq is not null`,
  );
const storePlain = storeBatch('chat.store_batch', 'null::jsonb');
const storeReplies = storeBatch(
  'chat.store_replies',
  `case when i.reply_to is not null then ${replyColumn('i.room_id', 'i.reply_to')} end`,
);

export type StoreMessages = (zone: ZoneContext, sends: readonly Send[]) => Promise<StoreOutcome[]>;

/** [CH1] [CH3] [CH4] One transaction for the batch; outcomes in the order of the sends. No two sends of a batch have the same name [CH3]. */
export function createStoreMessages(deps: { access: RoomAccess; files: ChatFiles; clock: Clock }): StoreMessages {
  const decide = (zone: ZoneContext, send: Send, row: RoomAccessRow | undefined): StoreOutcome | undefined => {
    if (row === undefined) return { kind: 'refused', error: new MadangError(chatErrors.room_not_found) };
    if (row.visibility === 'attached' && send.attachedGrant === undefined) return { kind: 'attached', row };
    return refusal(() => requireSend(deps.access.standing(zone, send.principal, row, send.attachedGrant ?? 'none')));
  };

  /** [CH12] */
  const slowDown = async (
    tx: ZoneTransaction,
    zone: ZoneContext,
    sends: readonly Send[],
    rows: readonly RoomAccessRow[],
    outcomes: (StoreOutcome | undefined)[],
  ) => {
    const slow = sends.flatMap((send, index) => {
      const row = rows[index];
      const open = row !== undefined && outcomes[index] === undefined && row.slow_mode_seconds > 0;
      return open && !deps.access.standing(zone, send.principal, row, send.attachedGrant ?? 'none').moderate ? [{ send, row, index }] : [];
    });
    if (slow.length === 0) return;
    const paces = await tx.many(
      readPace(
        slow.map(({ send }) => send.roomId),
        slow.map(({ send }) => send.principal.id),
        slow.map(({ send }) => send.clientId),
      ),
    );
    const now = deps.clock.now().getTime();
    const spoke = new Map<string, number>();
    for (const pace of paces) {
      const entry = slow[pace.place - 1];
      if (entry === undefined || pace.known) continue;
      const key = `${entry.send.roomId} ${entry.send.principal.id}`;
      const wait = secondsToWait(spoke.get(key) ?? pace.last_sent_at?.getTime(), entry.row.slow_mode_seconds, now);
      if (wait > 0) {
        outcomes[entry.index] = { kind: 'refused', error: new MadangError(chatErrors.slow_mode, { retryAfterSeconds: Math.ceil(wait) }) };
      } else spoke.set(key, now);
    }
  };

  return (zone, sends) =>
    zone.db.transaction(async (tx) => {
      const found = await tx.many(
        lockRooms(
          sends.map((send) => send.roomId),
          sends.map((send) => send.principal.id),
        ),
      );
      const rows: RoomAccessRow[] = [];
      for (const row of found) rows[row.place - 1] = row;
      const outcomes: (StoreOutcome | undefined)[] = sends.map((send, index) => decide(zone, send, rows[index]));
      await slowDown(tx, zone, sends, rows, outcomes);

      const accepted = sends.flatMap((send, index) => (outcomes[index] === undefined ? [{ send, index }] : []));
      if (accepted.length === 0) return outcomes as StoreOutcome[];
      const joining = accepted
        .filter(({ index }) => rows[index]?.role === null)
        .map(({ send }) => ({ roomId: send.roomId, userId: send.principal.id }));
      if (joining.length > 0) await joinMembers(tx, joining, deps.clock.now());
      const store = accepted.some(({ send }) => send.replyTo !== null) ? storeReplies : storePlain;
      const stored = await tx.many(
        store(
          accepted.map(({ send }) => send.roomId),
          accepted.map(({ send }) => send.principal.id),
          accepted.map(({ send }) => send.clientId),
          accepted.map(({ send }) => send.body),
          accepted.map(({ send }) => send.replyTo),
          accepted.map(({ send }) => arrayText(send.fileIds)),
          accepted.map(({ send }) => arrayText(send.mentions)),
          deps.clock.now(),
        ),
      );
      for (const row of stored) {
        const entry = accepted[row.place - 1];
        if (entry === undefined) continue;
        if (row.fresh && entry.send.fileIds.length > 0) {
          await deps.files.attach(tx, { roomId: entry.send.roomId, ownerId: entry.send.principal.id, fileIds: entry.send.fileIds });
        }
        outcomes[entry.index] = {
          kind: row.fresh ? 'stored' : 'known',
          seq: row.seq,
          createdAt: row.created_at,
          head: row.seq === row.head,
          reply: row.reply,
        };
      }
      return outcomes.map((outcome) => outcome ?? { kind: 'refused', error: new MadangError(chatErrors.reply_not_found) });
    });
}

/** Seconds until someone who spoke at `last` may speak again; 0 when now. A clock that went back counts as no time passed. */
export function secondsToWait(last: number | undefined, slowModeSeconds: number, now: number): number {
  if (last === undefined) return 0;
  return Math.max(0, slowModeSeconds - Math.max(0, now - last) / 1000);
}

/** Ids only, so nothing needs quoting; null for none. */
const arrayText = (ids: readonly string[]): string | null => (ids.length === 0 ? null : `{${ids.join(',')}}`);

/** A refusal as a value; anything else that is thrown fails the batch. */
function refusal(check: () => void): StoreOutcome | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof MadangError) return { kind: 'refused', error };
    throw error;
  }
}
