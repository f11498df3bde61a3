import { type Broadcaster, type BroadcastTarget, type Locale, type PeopleDirectory, personRoom, type ZoneContext } from '@madang/kernel';
import type { z } from 'zod';
import { NOTIFICATIONS_NAMESPACE, type Notification, type notificationServerEvents } from './contract.ts';
import { fillText, type KindRegistry } from './kind-registry.ts';
import { countUnread, findItems, type ItemRow, pageItems } from './notification-store.ts';

type LiveNotification = z.input<(typeof notificationServerEvents)['notification']>['notification'];

export interface Bell {
  page(
    zone: ZoneContext,
    personId: string,
    locale: Locale,
    query: { cursor?: string | undefined; limit: number },
  ): Promise<{ items: Notification[]; unread: number; nextCursor: string | undefined }>;
  unread(zone: ZoneContext, personId: string): Promise<number>;
  /** To the open pages of those who were told. */
  ring(zone: ZoneContext, ids: readonly string[]): Promise<void>;
  /** To the open pages of those whose count changed. */
  recount(zone: ZoneContext, userIds: readonly string[]): Promise<void>;
}

export function createBell(deps: { kinds: KindRegistry; people: PeopleDirectory; broadcaster: Broadcaster }): Bell {
  const { kinds, people, broadcaster } = deps;

  /** What the rows say in every language; those whose kind is gone or whose payload is of an older program are left out. */
  async function present(zone: ZoneContext, rows: readonly ItemRow[]): Promise<Map<string, LiveNotification>> {
    const cards = await people.cards(zone, [...new Set(rows.flatMap((row) => row.actor_id ?? []))]);
    const shown = new Map<string, LiveNotification>();
    for (const row of rows) {
      const kind = kinds.find(row.kind);
      const payload = kind?.payload.safeParse(row.payload);
      if (kind === undefined || payload?.success !== true) continue;
      const actor = row.actor_id === null ? undefined : cards.get(row.actor_id);
      shown.set(row.id, {
        id: row.id,
        kind: row.kind,
        texts: fillText(kind.text, { ...(payload.data as object), actor: actor?.name ?? '' }),
        link: kind.link(payload.data),
        image: kind.image?.(payload.data) ?? null,
        actor: actor === undefined ? null : { id: actor.id, name: actor.name, colour: actor.colour, avatarUrl: actor.avatarUrl },
        createdAt: row.created_at.toISOString(),
        readAt: row.read_at?.toISOString() ?? null,
      });
    }
    return shown;
  }

  const counts = async (zone: ZoneContext, ids: readonly string[]) =>
    new Map((await zone.db.many(countUnread([...new Set(ids)]))).map((row) => [row.user_id, row.unread]));
  const target = (zone: ZoneContext, userId: string): BroadcastTarget => ({
    namespace: NOTIFICATIONS_NAMESPACE,
    zoneId: zone.zone.id,
    room: personRoom(userId),
  });

  return {
    async page(zone, personId, locale, { cursor, limit }) {
      const names = kinds.all().map((kind) => kind.name);
      const [rows, unread] = await Promise.all([
        zone.db.many(pageItems(personId, cursor ?? null, names, limit + 1)),
        counts(zone, [personId]),
      ]);
      const few = rows.slice(0, limit);
      const shown = await present(zone, few);
      return {
        items: few.flatMap((row): Notification[] => {
          const one = shown.get(row.id);
          if (one === undefined) return [];
          const { texts, ...rest } = one;
          return [{ ...rest, text: texts[locale] }];
        }),
        unread: unread.get(personId) ?? 0,
        nextCursor: rows.length > limit ? few.at(-1)?.id : undefined,
      };
    },
    unread: async (zone, personId) => (await counts(zone, [personId])).get(personId) ?? 0,
    async ring(zone, ids) {
      const rows = await zone.db.many(findItems(ids));
      const [shown, unread] = await Promise.all([
        present(zone, rows),
        counts(
          zone,
          rows.map((row) => row.user_id),
        ),
      ]);
      for (const row of rows) {
        const notification = shown.get(row.id);
        if (notification === undefined) continue;
        broadcaster.emit(target(zone, row.user_id), 'notification', { notification, unread: unread.get(row.user_id) ?? 0 });
      }
    },
    async recount(zone, userIds) {
      for (const [userId, unread] of await counts(zone, userIds)) broadcaster.emit(target(zone, userId), 'unread', { unread });
    },
  };
}
