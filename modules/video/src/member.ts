import {
  type AuditWriter,
  type Clock,
  fail,
  ID_PATTERN,
  mayReach,
  type PeopleDirectory,
  type Principal,
  sql,
  type ZoneContext,
} from '@madang/kernel';
import { defineNotification, type Notifier } from '@madang/notifications';
import { z } from 'zod';
import type { CommentsLive } from './comment-live.ts';
import { cursorOf, type Page, pageOf, timePlaceOf } from './list-cursor.ts';
import type { Channels } from './social-part.ts';
import { videoErrors } from './video-errors.ts';
import { channelPath } from './web-paths.ts';

export const memberInvited = defineNotification({
  name: 'video.member-invited',
  payload: z.object({ handle: z.string(), channel: z.string() }),
  label: { ko: '채널 멤버 초대', en: 'Channel memberships', ja: 'チャンネルのメンバー招待', es: 'Invitaciones de miembros' },
  text: {
    ko: '‘{channel}’ 채널의 멤버가 되었어요. 멤버 전용 영상을 볼 수 있어요.',
    en: 'You are now a member of “{channel}” and can watch its members-only videos.',
    ja: '「{channel}」のメンバーになりました。メンバー限定の動画を視聴できます。',
    es: 'Ya eres miembro de «{channel}» y puedes ver sus vídeos para miembros.',
  },
  link: ({ handle }) => channelPath(handle),
});

export interface Member {
  readonly id: string;
  readonly name: string;
  readonly colour: number;
  readonly avatarUrl: string | null;
  readonly since: string;
}

export interface Members {
  list(
    zone: ZoneContext,
    principal: Principal,
    channelId: string,
    page: { cursor?: string | undefined; limit: number },
  ): Promise<Page<Member>>;
  add(zone: ZoneContext, principal: Principal, target: { channelId: string; userId: string }): Promise<void>;
  remove(zone: ZoneContext, principal: Principal, target: { channelId: string; userId: string }): Promise<void>;
}

interface Deps {
  readonly channels: Channels;
  readonly people: PeopleDirectory;
  readonly live: Pick<CommentsLive, 'memberLeft'>;
  readonly notifier: Notifier;
  readonly audit: AuditWriter;
  readonly clock: Clock;
}

/** [VI112] Who may watch a channel's videos for members: its creator says so. */
export function createMembers(deps: Deps): Members {
  async function own(zone: ZoneContext, principal: Principal, channelId: string) {
    const channel = await deps.channels.find(zone.db, channelId);
    const mine = channel.ownerId === principal.id;
    if (!mine && !mayReach(principal, 'channel:update', { ownerId: channel.ownerId })) fail(videoErrors.not_allowed);
    return channel;
  }
  const entry = (principal: Principal, action: string, channelId: string, userId: string) => ({
    action,
    resourceType: 'channel_member',
    resourceId: channelId,
    actor: principal,
    details: { userId },
  });

  return {
    async list(zone, principal, channelId, { cursor, limit }) {
      const channel = await own(zone, principal, channelId);
      const from = timePlaceOf(cursor);
      const found = await zone.db.many(
        sql<{ user_id: string; since: Date }>(
          `select user_id, since from video.channel_members where channel_id = $1 and (since, user_id) < ($2::timestamptz, $3::text)
           order by since desc, user_id desc limit $4`,
          channel.id,
          from?.at ?? 'infinity',
          from?.id ?? '',
          limit + 1,
        ),
      );
      const { rows, next } = pageOf(found, limit, (last) => cursorOf(last.since.getTime(), last.user_id));
      const cards = await deps.people.cards(
        zone,
        rows.map((row) => row.user_id),
      );
      const items = rows.map((row) => {
        const card = cards.get(row.user_id);
        return {
          id: row.user_id,
          name: card?.name ?? '',
          colour: card?.colour ?? 0,
          avatarUrl: card?.avatarUrl ?? null,
          since: row.since.toISOString(),
        };
      });
      return { items, next };
    },

    async add(zone, principal, { channelId, userId }) {
      const channel = await own(zone, principal, channelId);
      const known = ID_PATTERN.test(userId) && (await deps.people.existing(zone, [userId])).has(userId);
      if (!known) fail(videoErrors.person_not_found);
      const card = (await deps.channels.cardsOf(zone, [channel.id])).get(channel.id);
      await zone.db.transaction(async (tx) => {
        const made = await tx.run(
          sql(
            `insert into video.channel_members (zone_id, channel_id, user_id, since) values (madang.zone(), $1, $2, $3) on conflict do nothing`,
            channel.id,
            userId,
            deps.clock.now(),
          ),
        );
        if (made === 0) return;
        await deps.audit.record(tx, entry(principal, 'create', channel.id, userId));
        if (userId === principal.id) return;
        await deps.notifier.notify(tx, memberInvited, {
          to: [userId],
          about: `${channel.id}:${userId}`,
          actorId: principal.id,
          payload: { handle: card?.handle ?? '', channel: channel.name },
        });
      });
    },

    async remove(zone, principal, { channelId, userId }) {
      const channel = await own(zone, principal, channelId);
      await zone.db.transaction(async (tx) => {
        const gone = await tx.run(sql('delete from video.channel_members where channel_id = $1 and user_id = $2', channel.id, userId));
        if (gone === 0) return;
        await deps.audit.record(tx, entry(principal, 'delete', channel.id, userId));
        await deps.notifier.retract(tx, memberInvited, `${channel.id}:${userId}`);
      });
      await deps.live.memberLeft(zone, channel.id, userId);
    },
  };
}
