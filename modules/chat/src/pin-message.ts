import { type AuditWriter, type Clock, fail, type Principal, sql, type ZoneContext } from '@madang/kernel';
import type { Broadcasts } from './broadcasts.ts';
import { chatErrors } from './chat-errors.ts';
import { requireModerate } from './chat-policies.ts';
import { PINS_PER_ROOM, type Pin } from './contract.ts';
import { parseMessageId } from './message-id.ts';
import type { MessageViews } from './message-views.ts';
import type { RoomAccess } from './room-access.ts';

interface PinRow {
  readonly seq: number;
  readonly by_id: string | null;
  readonly pinned_at: Date;
}
type Place = { roomId: string; messageId: string };

export interface Pins {
  list(zone: ZoneContext, principal: Principal, roomId: string): Promise<Pin[]>;
  /** Pinning again keeps the first pin. */
  pin(zone: ZoneContext, principal: Principal, place: Place): Promise<Pin>;
  /** Idempotent. */
  unpin(zone: ZoneContext, principal: Principal, place: Place): Promise<void>;
}

/** [CH35] [CH40] In a direct room both may pin. */
export function createPins(deps: {
  access: RoomAccess;
  views: MessageViews;
  audit: AuditWriter;
  broadcasts: Broadcasts;
  clock: Clock;
}): Pins {
  const present = async (zone: ZoneContext, principal: Principal, roomId: string, rows: readonly PinRow[]): Promise<Pin[]> => {
    const [messages, person] = await Promise.all([
      deps.views.findAll(
        zone,
        rows.map(({ seq }) => ({ roomId, seq })),
        principal.id,
      ),
      deps.views.people(zone, [...new Set(rows.flatMap((row) => row.by_id ?? []))]),
    ]);
    return rows.flatMap((row) => {
      const message = messages.find((candidate) => candidate.seq === row.seq);
      return message === undefined
        ? []
        : [{ message, by: row.by_id === null ? null : person(row.by_id), pinnedAt: row.pinned_at.toISOString() }];
    });
  };
  const change = async (zone: ZoneContext, principal: Principal, { roomId, messageId }: Place, on: boolean): Promise<number> => {
    const place = parseMessageId(messageId);
    if (place === undefined || place.roomId !== roomId) fail(chatErrors.message_not_found);
    const { seq } = place;
    await zone.db.transaction(async (tx) => {
      const { row, standing } = await deps.access.lock(tx, zone, principal, roomId);
      if (row.visibility !== 'direct') requireModerate(standing);
      if (on) {
        const known = await tx.one(
          sql<{ live: boolean; pins: number }>(
            `select exists (select from chat.messages where room_id = $1 and seq = $2 and deleted_at is null) as live,
                    (select count(*) from chat.pins where room_id = $1 and seq <> $2) as pins`,
            roomId,
            seq,
          ),
        );
        if (!known.live) fail(chatErrors.message_not_found);
        if (known.pins >= PINS_PER_ROOM) fail(chatErrors.too_many_pins);
      }
      const changed = await tx.run(
        on
          ? sql(
              `insert into chat.pins (zone_id, room_id, seq, by_id, pinned_at) values (madang.zone(), $1, $2, $3, $4) on conflict do nothing`,
              roomId,
              seq,
              principal.id,
              deps.clock.now(),
            )
          : sql('delete from chat.pins where room_id = $1 and seq = $2', roomId, seq),
      );
      if (changed === 0) return;
      await deps.audit.record(tx, { action: on ? 'pin' : 'unpin', resourceType: 'message', resourceId: messageId, actor: principal });
      tx.afterCommit(() => deps.broadcasts.roomChanged(zone.zone.id, roomId, 'pins'));
    });
    return seq;
  };

  return {
    async list(zone, principal, roomId) {
      await deps.access.reach(zone, principal, roomId);
      const rows = await zone.db.many(
        sql<PinRow>('select seq, by_id, pinned_at from chat.pins where room_id = $1 order by pinned_at desc, seq desc', roomId),
      );
      return present(zone, principal, roomId, rows);
    },
    async pin(zone, principal, place) {
      const seq = await change(zone, principal, place, true);
      const row = await zone.db.maybeOne(
        sql<PinRow>('select seq, by_id, pinned_at from chat.pins where room_id = $1 and seq = $2', place.roomId, seq),
      );
      const [pinned] = row === undefined ? [] : await present(zone, principal, place.roomId, [row]);
      if (pinned === undefined) fail(chatErrors.message_not_found);
      return pinned;
    },
    async unpin(zone, principal, place) {
      await change(zone, principal, place, false);
    },
  };
}
