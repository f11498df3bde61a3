import { type AuditWriter, type Clock, fail, type PeopleDirectory, type Principal, sql, type ZoneContext } from '@madang/kernel';
import type { Broadcasts } from './broadcasts.ts';
import { chatErrors } from './chat-errors.ts';
import { outranks, requireModerate } from './chat-policies.ts';
import type { Ban } from './contract.ts';
import { findRole, removeMember } from './member-store.ts';
import { isPersonId } from './message-id.ts';
import type { MessageViews } from './message-views.ts';
import { parseListCursor } from './person-cursor.ts';
import type { RoomAccess } from './room-access.ts';

export type Restriction = 'bans' | 'mutes';

interface RestrictionRow {
  readonly user_id: string;
  readonly by_id: string | null;
  readonly reason: string;
  readonly until: Date | null;
  readonly created_at: Date;
}

export interface RestrictPerson {
  /** Restricting again replaces reason and end. */
  set(
    zone: ZoneContext,
    principal: Principal,
    input: { kind: Restriction; roomId: string; userId: string; until: string | null; reason: string },
  ): Promise<Ban>;
  /** Idempotent. */
  lift(zone: ZoneContext, principal: Principal, input: { kind: Restriction; roomId: string; userId: string }): Promise<void>;
  list(
    zone: ZoneContext,
    principal: Principal,
    input: { kind: Restriction; roomId: string; cursor?: string | undefined; limit: number },
  ): Promise<{ items: Ban[]; nextCursor: string | undefined }>;
}

/** [CH34] [CH35] Bans and mutes: the same rules, two tables. */
export function createRestrictPerson(deps: {
  access: RoomAccess;
  views: MessageViews;
  people: PeopleDirectory;
  audit: AuditWriter;
  broadcasts: Broadcasts;
  clock: Clock;
}): RestrictPerson {
  const present = async (zone: ZoneContext, rows: readonly RestrictionRow[]): Promise<Ban[]> => {
    const person = await deps.views.people(zone, [
      ...new Set(rows.flatMap((row) => [row.user_id, ...(row.by_id === null ? [] : [row.by_id])])),
    ]);
    return rows.map((row) => ({
      person: person(row.user_id),
      by: row.by_id === null ? null : person(row.by_id),
      reason: row.reason,
      until: row.until?.toISOString() ?? null,
      createdAt: row.created_at.toISOString(),
    }));
  };
  const verbs = { bans: 'ban', mutes: 'mute' } as const;

  return {
    async set(zone, principal, { kind, roomId, userId, until, reason }) {
      if (!isPersonId(userId) || !(await deps.people.existing(zone, [userId])).has(userId)) fail(chatErrors.person_not_found);
      const row: RestrictionRow = {
        user_id: userId,
        by_id: principal.id,
        reason,
        until: until === null ? null : new Date(until),
        created_at: deps.clock.now(),
      };
      await zone.db.transaction(async (tx) => {
        const { standing } = await deps.access.lock(tx, zone, principal, roomId);
        requireModerate(standing);
        if (userId === principal.id || !outranks(standing, await findRole(tx, roomId, userId))) fail(chatErrors.not_allowed);
        await tx.run(
          sql(
            `insert into chat.${kind} (zone_id, room_id, user_id, by_id, reason, until, created_at)
             values (madang.zone(), $1, $2, $3, $4, $5, $6)
             on conflict (room_id, user_id) do update
               set by_id = excluded.by_id, reason = excluded.reason, until = excluded.until, created_at = excluded.created_at`,
            roomId,
            userId,
            row.by_id,
            reason,
            row.until,
            row.created_at,
          ),
        );
        if (kind === 'bans') await removeMember(tx, roomId, userId, row.created_at);
        const details = { userId, until, reason };
        await deps.audit.record(tx, { action: verbs[kind], resourceType: 'room', resourceId: roomId, actor: principal, details });
        tx.afterCommit(() => {
          deps.broadcasts.standingChanged(zone.zone.id, userId, roomId, kind === 'bans' ? 'banned' : 'muted');
          if (kind === 'bans') {
            deps.broadcasts.evict(zone.zone.id, roomId, userId);
            deps.broadcasts.roomChanged(zone.zone.id, roomId, 'members');
          }
        });
      });
      return (await present(zone, [row]))[0] as Ban;
    },

    async lift(zone, principal, { kind, roomId, userId }) {
      await zone.db.transaction(async (tx) => {
        const { standing } = await deps.access.lock(tx, zone, principal, roomId);
        requireModerate(standing);
        const lifted = await tx.run(sql(`delete from chat.${kind} where room_id = $1 and user_id = $2`, roomId, userId));
        if (lifted === 0) return;
        const details = { userId };
        await deps.audit.record(tx, { action: `un${verbs[kind]}`, resourceType: 'room', resourceId: roomId, actor: principal, details });
        tx.afterCommit(() => deps.broadcasts.standingChanged(zone.zone.id, userId, roomId, 'role'));
      });
    },

    async list(zone, principal, { kind, roomId, cursor, limit }) {
      const { standing } = await deps.access.reach(zone, principal, roomId);
      requireModerate(standing);
      const after = parseListCursor(cursor);
      const rows = await zone.db.many(
        sql<RestrictionRow>(
          `select user_id, by_id, reason, until, created_at from chat.${kind}
           where room_id = $1 and (until is null or until > $2) and (date_trunc('milliseconds', created_at), user_id) < ($3::timestamptz, $4)
           order by date_trunc('milliseconds', created_at) desc, user_id desc limit $5`,
          roomId,
          deps.clock.now(),
          after.at,
          after.id,
          limit + 1,
        ),
      );
      const page = rows.slice(0, limit);
      return { items: await present(zone, page), nextCursor: after.next(rows.length > limit ? page.at(-1) : undefined) };
    },
  };
}
