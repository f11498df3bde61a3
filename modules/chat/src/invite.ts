import { createHash, randomBytes } from 'node:crypto';
import {
  type AuditWriter,
  type Clock,
  fail,
  newId,
  type PeopleDirectory,
  type Principal,
  requestErrors,
  sql,
  type ZoneContext,
} from '@madang/kernel';
import type { Broadcasts } from './broadcasts.ts';
import { chatErrors } from './chat-errors.ts';
import { requireModerate } from './chat-policies.ts';
import type { Invitation } from './contract.ts';
import { findRole, joinMembers } from './member-store.ts';
import { isPersonId } from './message-id.ts';
import type { MessageViews } from './message-views.ts';
import type { RoomAccess } from './room-access.ts';

interface InvitationRow {
  readonly id: string;
  readonly room_id: string;
  readonly room_name: string;
  readonly invitee_id: string | null;
  readonly by_id: string;
  readonly uses: number;
  readonly max_uses: number | null;
  readonly expires_at: Date | null;
  readonly created_at: Date;
}
type Page = { items: Invitation[]; nextCursor: string | undefined };
type PageRequest = { cursor?: string | undefined; limit: number };

export interface Invitations {
  /** Without a person it makes a link, whose token is answered this once. */
  make(
    zone: ZoneContext,
    principal: Principal,
    input: { roomId: string; userId: string | null; maxUses: number | null; expiresAt: string | null },
  ): Promise<Invitation>;
  ofRoom(zone: ZoneContext, principal: Principal, roomId: string, page: PageRequest): Promise<Page>;
  ofPerson(zone: ZoneContext, principal: Principal, page: PageRequest): Promise<Page>;
  /** Idempotent. */
  withdraw(zone: ZoneContext, principal: Principal, input: { roomId: string; invitationId: string }): Promise<void>;
  /** The room that was joined. A member who accepts again stays one and uses nothing up. */
  accept(zone: ZoneContext, principal: Principal, token: string): Promise<string>;
}

const COLUMNS = 'i.id, i.room_id, r.name as room_name, i.invitee_id, i.by_id, i.uses, i.max_uses, i.expires_at, i.created_at';
const FROM = 'from chat.invitations i join chat.rooms r on r.id = i.room_id and r.deleted_at is null';
const INVITATION_ID = /^invite_[0-9a-z]{26}$/;
const hash = (token: string): Buffer => createHash('sha256').update(token).digest();

/** [CH41] */
export function createInvitations(deps: {
  access: RoomAccess;
  views: MessageViews;
  people: PeopleDirectory;
  audit: AuditWriter;
  broadcasts: Broadcasts;
  clock: Clock;
}): Invitations {
  const present = async (zone: ZoneContext, rows: readonly InvitationRow[], token: string | null = null): Promise<Invitation[]> => {
    const person = await deps.views.people(zone, [
      ...new Set(rows.flatMap((row) => [row.by_id, ...(row.invitee_id === null ? [] : [row.invitee_id])])),
    ]);
    return rows.map((row) => ({
      id: row.id,
      roomId: row.room_id,
      roomName: row.room_name,
      invitee: row.invitee_id === null ? null : person(row.invitee_id),
      by: person(row.by_id),
      token,
      uses: row.uses,
      maxUses: row.max_uses,
      expiresAt: row.expires_at?.toISOString() ?? null,
      createdAt: row.created_at.toISOString(),
    }));
  };
  const pageOf = async (zone: ZoneContext, where: string, value: string, page: PageRequest): Promise<Page> => {
    const cursor = page.cursor ?? 'invite_~';
    if (page.cursor !== undefined && !INVITATION_ID.test(cursor)) {
      fail(requestErrors.invalid, { fields: [{ path: 'query.cursor', code: 'invalid', message: 'not a cursor of this list' }] });
    }
    const rows = await zone.db.many(
      sql<InvitationRow>(
        `select ${COLUMNS} ${FROM} where ${where} = $1 and i.id < $2 and (i.expires_at is null or i.expires_at > $3)
           and (i.max_uses is null or i.uses < i.max_uses) order by i.id desc limit $4`,
        value,
        cursor,
        deps.clock.now(),
        page.limit + 1,
      ),
    );
    const items = rows.slice(0, page.limit);
    return { items: await present(zone, items), nextCursor: rows.length > page.limit ? items.at(-1)?.id : undefined };
  };

  return {
    async make(zone, principal, { roomId, userId, maxUses, expiresAt }) {
      if (userId !== null && !(isPersonId(userId) && (await deps.people.existing(zone, [userId])).has(userId)))
        fail(chatErrors.person_not_found);
      const token = userId === null ? randomBytes(18).toString('base64url') : null;
      const row = await zone.db.transaction(async (tx) => {
        const { row: room, standing } = await deps.access.lock(tx, zone, principal, roomId);
        requireModerate(standing);
        if (room.visibility === 'attached')
          fail(chatErrors.not_allowed, { detail: 'who enters an attached room is decided where it is attached' });
        const now = deps.clock.now();
        const made = await tx.one(
          sql<Omit<InvitationRow, 'room_name'>>(
            `insert into chat.invitations as i (zone_id, id, room_id, invitee_id, token_hash, by_id, max_uses, expires_at, created_at)
             values (madang.zone(), $1, $2, $3, $4, $5, $6, $7, $8)
             on conflict (room_id, invitee_id) where invitee_id is not null do update
               set by_id = excluded.by_id, expires_at = excluded.expires_at, uses = 0
             returning id, room_id, invitee_id, by_id, uses, max_uses, expires_at, created_at`,
            newId('invite', now.getTime()),
            roomId,
            userId,
            token === null ? null : hash(token),
            principal.id,
            userId === null ? maxUses : 1,
            expiresAt === null ? null : new Date(expiresAt),
            now,
          ),
        );
        const details = { invitation: made.id, userId };
        await deps.audit.record(tx, { action: 'invite', resourceType: 'room', resourceId: roomId, actor: principal, details });
        if (userId !== null) tx.afterCommit(() => deps.broadcasts.standingChanged(zone.zone.id, userId, roomId, 'invited'));
        return { ...made, room_name: room.name };
      });
      return (await present(zone, [row], token))[0] as Invitation;
    },

    async ofRoom(zone, principal, roomId, page) {
      const { standing } = await deps.access.reach(zone, principal, roomId);
      requireModerate(standing);
      return pageOf(zone, 'i.room_id', roomId, page);
    },

    ofPerson: (zone, principal, page) => pageOf(zone, 'i.invitee_id', principal.id, page),

    async withdraw(zone, principal, { roomId, invitationId }) {
      await zone.db.transaction(async (tx) => {
        const { standing } = await deps.access.lock(tx, zone, principal, roomId);
        requireModerate(standing);
        const withdrawn = await tx.run(sql('delete from chat.invitations where room_id = $1 and id = $2', roomId, invitationId));
        if (withdrawn === 0) return;
        const details = { invitation: invitationId };
        await deps.audit.record(tx, { action: 'uninvite', resourceType: 'room', resourceId: roomId, actor: principal, details });
      });
    },

    async accept(zone, principal, token) {
      const personal = INVITATION_ID.test(token);
      return zone.db.transaction(async (tx) => {
        const now = deps.clock.now();
        const found = await tx.maybeOne(
          sql<{ id: string; room_id: string; banned: boolean }>(
            `select i.id, i.room_id,
               exists (select from chat.bans b where b.room_id = i.room_id and b.user_id = $2 and (b.until is null or b.until > $3)) as banned
             ${FROM} where ${personal ? 'i.id = $1 and i.invitee_id = $2' : 'i.token_hash = $1 and $2::text is not null'}
               and (i.expires_at is null or i.expires_at > $3)`,
            personal ? token : hash(token),
            principal.id,
            now,
          ),
        );
        if (found === undefined) fail(chatErrors.invitation_not_found);
        if (found.banned) fail(chatErrors.banned);
        if ((await findRole(tx, found.room_id, principal.id)) !== null) return found.room_id;
        const used = await tx.run(
          sql('update chat.invitations set uses = uses + 1 where id = $1 and (max_uses is null or uses < max_uses)', found.id),
        );
        if (used === 0) fail(chatErrors.invitation_not_found);
        await joinMembers(tx, [{ roomId: found.room_id, userId: principal.id }], now);
        const details = { invitation: found.id };
        await deps.audit.record(tx, { action: 'accept', resourceType: 'room', resourceId: found.room_id, actor: principal, details });
        tx.afterCommit(() => {
          deps.broadcasts.standingChanged(zone.zone.id, principal.id, found.room_id, 'joined');
          deps.broadcasts.roomChanged(zone.zone.id, found.room_id, 'members');
        });
        return found.room_id;
      });
    },
  };
}
