import { randomBytes } from 'node:crypto';
import { sql, systemClock, type ZoneContext } from '@madang/kernel';
import type { ChatFiles } from './chat-files.ts';
import type { FileCard } from './contract.ts';
import { joinMembers } from './member-store.ts';
import { messageId } from './message-id.ts';
import { createSeedMessages, createSeedRoom } from './seed-room.ts';

/** Parameters of every route of the module. */
export interface ChatFixtures {
  readonly roomId: string;
  readonly messageId: string;
  readonly userId: string;
  readonly invitationId: string;
  readonly token: string;
  readonly reaction: string;
}

/** A private room of `ownerId` with a message and an invitation: what nobody else, and no other zone, may reach. */
export async function isolationFixtures(zone: ZoneContext, ownerId = 'user_isolated'): Promise<ChatFixtures> {
  const key = randomBytes(8).toString('hex');
  const roomId = await createSeedRoom({ clock: systemClock })(zone, { key, name: 'Nobody else', visibility: 'private', ownerId });
  await createSeedMessages({ clock: systemClock })(zone, roomId, [
    { clientId: key, senderId: ownerId, body: 'between us', reactions: [{ reaction: '👍', userIds: [ownerId] }] },
  ]);
  const invitationId = `invite_${roomId.slice(5)}`;
  const inviteeId = 'user_invited';
  await zone.db.run(
    sql(
      `insert into chat.invitations (zone_id, id, room_id, invitee_id, by_id, max_uses, created_at)
       values (madang.zone(), $1, $2, $3, $4, 1, now()) on conflict do nothing`,
      invitationId,
      roomId,
      inviteeId,
      ownerId,
    ),
  );
  return { roomId, messageId: messageId(roomId, 1), userId: ownerId, invitationId, token: invitationId, reaction: '👍' };
}

/** Makes a person a member without asking anyone. */
export async function addMember(zone: ZoneContext, roomId: string, userId: string): Promise<void> {
  await joinMembers(zone.db, [{ roomId, userId }], new Date());
}

export interface MemoryFiles extends ChatFiles {
  readonly released: readonly string[];
  put(roomId: string, ownerId: string, card: Partial<FileCard> & { fileId: string }): void;
}

/** Attachments without bytes. */
export function memoryFiles(): MemoryFiles {
  const files = new Map<string, { roomId: string; ownerId: string; card: FileCard }>();
  const released: string[] = [];
  const put: MemoryFiles['put'] = (roomId, ownerId, card) => {
    const url = `/api/v1/files/${card.fileId}`;
    const blank = { name: 'file', contentType: 'image/png', bytes: 1, width: null, height: null, url, thumbnailUrl: null };
    files.set(card.fileId, { roomId, ownerId, card: { ...blank, ...card } });
  };
  return {
    released,
    put,
    async receive({ roomId, principal, stream }) {
      stream.resume();
      const fileId = `file_${randomBytes(8).toString('hex')}`;
      put(roomId, principal.id, { fileId });
      return (files.get(fileId) as { card: FileCard }).card;
    },
    async attach(_tx, { roomId, ownerId, fileIds }) {
      for (const id of fileIds) {
        const file = files.get(id);
        if (file === undefined || file.roomId !== roomId || file.ownerId !== ownerId) throw new TypeError(`${id} cannot be attached`);
      }
    },
    async release(_tx, fileIds) {
      released.push(...fileIds);
    },
    async cards(_zone, ids) {
      return new Map(ids.flatMap((id) => (files.has(id) ? [[id, (files.get(id) as { card: FileCard }).card]] : [])));
    },
    onAccess() {},
  };
}
