import { type Clock, type Queries, sql, type ZoneTransaction } from '@madang/kernel';
import { insertRoom } from './create-room.ts';
import type { EndRoom } from './delete-room.ts';

export type AttachRoom = (
  tx: Queries,
  thing: { type: string; id: string; name: string; ownerId?: string | null; orgId?: string | null },
) => Promise<string>;

/**
 * [CH33] The room of a video, stream, session or exam; one per thing, the same when asked again. It joins the transaction
 * that makes the thing. Who may enter is asked of whoever registered for `type`.
 */
export function createAttachRoom(deps: { clock: Clock }): AttachRoom {
  return async (tx, thing) => {
    const room = {
      name: thing.name,
      visibility: 'attached' as const,
      ownerId: thing.ownerId ?? null,
      orgId: thing.orgId ?? null,
      attachedTo: { type: thing.type, id: thing.id },
    };
    const made = await insertRoom(tx, room, deps.clock.now());
    if (made !== undefined) return made;
    const known = await tx.one(
      sql<{ id: string }>(
        'select id from chat.rooms where attached_type = $1 and attached_id = $2 and deleted_at is null',
        thing.type,
        thing.id,
      ),
    );
    return known.id;
  };
}

export type DetachRoom = (tx: ZoneTransaction, thing: { type: string; id: string }) => Promise<void>;

/** [CH33] Its thing is gone, and with it the room; nothing happens where there is none. It joins the transaction that ends the thing. */
export function createDetachRoom(deps: { endRoom: EndRoom }): DetachRoom {
  return async (tx, { type, id }) => {
    const room = await tx.maybeOne(
      sql<{ id: string }>(
        'select id from chat.rooms where attached_type = $1 and attached_id = $2 and deleted_at is null for no key update',
        type,
        id,
      ),
    );
    if (room !== undefined) await deps.endRoom(tx, room.id);
  };
}
