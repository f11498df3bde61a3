import {
  type AuditWriter,
  type Clock,
  type EventPublisher,
  fail,
  newId,
  type PeopleDirectory,
  type Principal,
  type Queries,
  requestErrors,
  sql,
  type ZoneContext,
} from '@madang/kernel';
import type { z } from 'zod';
import type { Broadcasts } from './broadcasts.ts';
import { chatErrors } from './chat-errors.ts';
import { roomCreated } from './chat-events.ts';
import { requireCreator } from './chat-policies.ts';
import type { createRoomBody, Visibility } from './contract.ts';
import { joinMembers } from './member-store.ts';
import { isPersonId } from './message-id.ts';

export type CreateRoom = (
  zone: ZoneContext,
  principal: Principal,
  input: z.output<typeof createRoomBody>,
) => Promise<{ roomId: string; fresh: boolean }>;

export interface NewRoom {
  readonly name: string;
  readonly topic?: string;
  readonly visibility: Visibility;
  readonly ownerId: string | null;
  readonly orgId?: string | null;
  readonly directKey?: string;
  readonly attachedTo?: { readonly type: string; readonly id: string };
}

/** The new room's id, or undefined where the pair or the thing has its room already. */
export async function insertRoom(tx: Queries, room: NewRoom, now: Date): Promise<string | undefined> {
  const made = await tx.maybeOne(
    sql<{ id: string }>(
      `insert into chat.rooms (zone_id, id, name, topic, visibility, owner_id, org_id, direct_key, attached_type, attached_id, created_at, last_at, active_at)
       values (madang.zone(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, date_trunc('minute', $10::timestamptz))
       on conflict do nothing returning id`,
      newId('room', now.getTime()),
      room.name,
      room.topic ?? '',
      room.visibility,
      room.ownerId,
      room.orgId ?? null,
      room.directKey ?? null,
      room.attachedTo?.type ?? null,
      room.attachedTo?.id ?? null,
      now,
    ),
  );
  return made?.id;
}

/** [CH32] [CH38] A direct room of a pair that has one is that one. */
export function createCreateRoom(deps: {
  people: PeopleDirectory;
  audit: AuditWriter;
  events: EventPublisher;
  broadcasts: Broadcasts;
  clock: Clock;
}): CreateRoom {
  return async (zone, principal, input) => {
    if (!zone.zone.features.includes('rooms')) fail(requestErrors.not_found);
    requireCreator(zone.zone, principal);
    const others = [...new Set(input.memberIds)].filter((id) => id !== principal.id);
    const known = others.length === 0 ? new Set<string>() : await deps.people.existing(zone, others.filter(isPersonId));
    if (others.some((id) => !known.has(id))) fail(chatErrors.person_not_found);
    const direct = input.visibility === 'direct';
    if (direct && others.length !== 1) invalid('body.memberIds', 'a direct room is with exactly one other person');
    if (!direct && input.name.trim() === '') invalid('body.name', 'a room needs a name');
    const directKey = direct ? [principal.id, ...others].sort().join(' ') : undefined;

    return zone.db.transaction(async (tx) => {
      const now = deps.clock.now();
      const roomId = await insertRoom(
        tx,
        {
          name: direct ? '' : input.name.trim(),
          topic: direct ? '' : input.topic,
          visibility: input.visibility,
          ownerId: direct ? null : principal.id,
          orgId: principal.orgId,
          ...(directKey !== undefined && { directKey }),
        },
        now,
      );
      if (roomId === undefined) {
        const existing = await tx.one(
          sql<{ id: string }>('select id from chat.rooms where direct_key = $1 and deleted_at is null', directKey),
        );
        return { roomId: existing.id, fresh: false };
      }
      const owner = { roomId, userId: principal.id, role: direct ? ('member' as const) : ('owner' as const) };
      await joinMembers(tx, [owner, ...others.map((userId) => ({ roomId, userId }))], now);
      await deps.events.publish(tx, roomCreated, { roomId, visibility: input.visibility });
      if (!direct) {
        const details = { visibility: input.visibility, members: others.length + 1 };
        await deps.audit.record(tx, { action: 'create', resourceType: 'room', resourceId: roomId, actor: principal, details });
      }
      tx.afterCommit(() => {
        for (const id of others) deps.broadcasts.standingChanged(zone.zone.id, id, roomId, 'joined');
      });
      return { roomId, fresh: true };
    });
  };
}

function invalid(path: string, message: string): never {
  fail(requestErrors.invalid, { fields: [{ path, code: 'invalid', message }] });
}
