import { fail, type Principal, type Queries, sql, type ZoneContext } from '@madang/kernel';
import { chatErrors } from './chat-errors.ts';
import { type MessagePlace, parseMessageId } from './message-id.ts';
import type { Reached, RoomAccess } from './room-access.ts';

export interface StoredMessage {
  readonly seq: number;
  readonly sender_id: string;
  readonly body: string;
  readonly file_ids: string[] | null;
  readonly created_at: Date;
  readonly deleted_at: Date | null;
}
export interface FoundMessage extends Reached {
  readonly place: MessagePlace;
  readonly message: StoredMessage;
}

/** The message and the person's standing, the room locked for the change that follows. Throws 404, also for a deleted one. */
export async function lockMessage(
  tx: Queries,
  access: RoomAccess,
  zone: ZoneContext,
  principal: Principal,
  messageId: string,
): Promise<FoundMessage> {
  const place = parseMessageId(messageId);
  if (place === undefined) fail(chatErrors.message_not_found);
  const reached = await access.lock(tx, zone, principal, place.roomId);
  const message = await tx.maybeOne(
    sql<StoredMessage>(
      'select seq, sender_id, body, file_ids, created_at, deleted_at from chat.messages where room_id = $1 and seq = $2',
      place.roomId,
      place.seq,
    ),
  );
  if (message === undefined || message.deleted_at !== null) fail(chatErrors.message_not_found);
  return { ...reached, place, message };
}

const A_DAY_MS = 24 * 3600 * 1000;
/** [CH37] */
export function requireOwnAndRecent(found: FoundMessage, principal: Principal, now: Date): void {
  if (found.message.sender_id !== principal.id) fail(chatErrors.not_allowed);
  if (now.getTime() - found.message.created_at.getTime() > A_DAY_MS) fail(chatErrors.too_late);
}
