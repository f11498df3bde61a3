import { createHash } from 'node:crypto';
import { type Clock, newId, sql, type ZoneContext } from '@madang/kernel';
import type { RoomRole } from './contract.ts';
import { joinMembers } from './member-store.ts';
import { mentionedIds } from './mentions.ts';

export type SeedRoom = (
  zone: ZoneContext,
  room: {
    /** Names the room among the zone's seeds: seeding again finds it. */
    key: string;
    name: string;
    topic?: string;
    visibility?: 'public' | 'private';
    ownerId?: string | null;
    orgId?: string | null;
    members?: readonly { userId: string; role?: RoomRole }[];
    createdAt?: Date;
  },
) => Promise<string>;

export type SeedMessages = (
  zone: ZoneContext,
  roomId: string,
  messages: readonly {
    /** Idempotent by this. */
    clientId: string;
    senderId: string;
    body: string;
    /** Ascending; default now. */
    at?: Date;
    /** Client id of an earlier message of this list, or of an earlier seeding. */
    replyTo?: string;
    reactions?: readonly { reaction: string; userIds: readonly string[] }[];
  }[],
) => Promise<void>;

/** Rooms of the demo: the id follows from zone and key, so seeding again changes nothing. */
export function createSeedRoom(deps: { clock: Clock }): SeedRoom {
  return async (zone, room) => {
    const now = room.createdAt ?? deps.clock.now();
    const roomId = seededId(zone.zone.id, room.key, now);
    await zone.db.transaction(async (tx) => {
      const made = await tx.run(
        sql(
          `insert into chat.rooms (zone_id, id, name, topic, visibility, owner_id, org_id, created_at, last_at, active_at)
           values (madang.zone(), $1, $2, $3, $4, $5, $6, $7, $7, date_trunc('minute', $7::timestamptz)) on conflict do nothing`,
          roomId,
          room.name,
          room.topic ?? '',
          room.visibility ?? 'public',
          room.ownerId ?? null,
          room.orgId ?? null,
          now,
        ),
      );
      if (made === 0) return;
      const owner = room.ownerId == null ? [] : [{ roomId, userId: room.ownerId, role: 'owner' as const }];
      const members = (room.members ?? []).filter((member) => member.userId !== room.ownerId).map((member) => ({ roomId, ...member }));
      if (owner.length + members.length > 0) await joinMembers(tx, [...owner, ...members], now);
    });
    return roomId;
  };
}

/** `newId` has the right alphabet; only its shape is borrowed, every character comes from the hash. */
function seededId(zoneId: string, key: string, now: Date): string {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  const digest = createHash('sha256').update(`${zoneId} ${key}`).digest();
  const length = newId('room', now.getTime()).length - 'room_'.length;
  let suffix = '';
  for (let index = 0; index < length; index++) suffix += alphabet[(digest[index] ?? 0) % 32];
  return `room_${suffix}`;
}

/** Conversations of the demo, with their own times. Nobody is told: it runs before anyone is there. */
export function createSeedMessages(deps: { clock: Clock }): SeedMessages {
  return (zone, roomId, messages) =>
    zone.db.transaction(async (tx) => {
      const room = await tx.one(
        sql<{ seq: number; last_at: Date }>('select seq, last_at from chat.rooms where id = $1 for no key update', roomId),
      );
      const known = new Map(
        (
          await tx.many(
            sql<{ client_id: string; seq: number }>(
              'select client_id, seq from chat.messages where room_id = $1 and sender_id = any($2::text[])',
              roomId,
              [...new Set(messages.map((message) => message.senderId))],
            ),
          )
        ).map((row) => [row.client_id, row.seq]),
      );
      let seq = room.seq;
      let last = room.seq === 0 ? 0 : room.last_at.getTime();
      const spoken = new Set<string>();
      for (const message of messages) {
        if (known.has(message.clientId)) continue;
        last = Math.max(last, (message.at ?? deps.clock.now()).getTime());
        seq++;
        known.set(message.clientId, seq);
        spoken.add(message.senderId);
        const mentions = mentionedIds(message.body);
        await tx.run(
          sql(
            `insert into chat.messages (zone_id, room_id, seq, sender_id, client_id, body, reply_to, mentions, reacted, created_at)
             values (madang.zone(), $1, $2, $3, $4, $5, $6, $7::text[], $8, $9)`,
            roomId,
            seq,
            message.senderId,
            message.clientId,
            message.body,
            message.replyTo === undefined ? null : (known.get(message.replyTo) ?? null),
            mentions.length === 0 ? null : mentions,
            (message.reactions ?? []).length > 0,
            new Date(last),
          ),
        );
        for (const { reaction, userIds } of message.reactions ?? []) {
          await tx.run(
            sql(
              `insert into chat.reactions (zone_id, room_id, seq, reaction, user_id, created_at)
               select madang.zone(), $1, $2, $3, id, $5 from unnest($4::text[]) id on conflict do nothing`,
              roomId,
              seq,
              reaction,
              userIds,
              new Date(last),
            ),
          );
        }
      }
      if (seq === room.seq) return;
      await tx.run(
        sql(
          `update chat.rooms set seq = $2, last_at = $3, active_at = date_trunc('minute', $3::timestamptz) where id = $1`,
          roomId,
          seq,
          new Date(last),
        ),
      );
      await joinMembers(
        tx,
        [...spoken].map((userId) => ({ roomId, userId })),
        new Date(last),
      );
    });
}
