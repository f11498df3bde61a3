import {
  type Clock,
  type EventPublisher,
  fail,
  noContent,
  ok,
  type RouteDefinition,
  requirePrincipal,
  route,
  signedIn,
} from '@madang/kernel';
import type { Bell } from './bell.ts';
import { notificationEndpoints } from './contract.ts';
import type { KindRegistry } from './kind-registry.ts';
import { notificationErrors } from './notification-errors.ts';
import { countsChanged } from './notification-events.ts';
import { deleteItem, findPreferences, keepPreference, markRead, markReadUpTo } from './notification-store.ts';

const tag = 'notifications';
const policy = signedIn('everyone has a bell, and reaches only their own');

export function notificationRoutes(use: { bell: Bell; kinds: KindRegistry; events: EventPublisher; clock: Clock }): RouteDefinition[] {
  const { bell, kinds, events, clock } = use;
  return [
    route(notificationEndpoints, 'GET /api/v1/notifications', {
      policy,
      tag,
      handler: async (input) => {
        const { items, unread, nextCursor } = await bell.page(input.zone, requirePrincipal(input).id, input.locale, input.query);
        return ok({ items, unread }, nextCursor === undefined ? undefined : { 'X-Next-Cursor': nextCursor });
      },
    }),
    route(notificationEndpoints, 'GET /api/v1/notifications/unread', {
      policy,
      tag,
      handler: async (input) => ok({ unread: await bell.unread(input.zone, requirePrincipal(input).id) }),
    }),
    route(notificationEndpoints, 'POST /api/v1/notifications/read', {
      policy,
      tag,
      handler: async (input) => {
        const { id } = requirePrincipal(input);
        const { ids, upTo } = input.body;
        await input.zone.db.transaction(async (tx) => {
          let changed = 0;
          if (ids !== undefined && ids.length > 0) changed += await tx.run(markRead(id, ids, clock.now()));
          if (upTo !== undefined) changed += await tx.run(markReadUpTo(id, upTo, clock.now()));
          if (changed > 0) await events.publish(tx, countsChanged, { userIds: [id] });
        });
        return ok({ unread: await bell.unread(input.zone, id) });
      },
    }),
    route(notificationEndpoints, 'DELETE /api/v1/notifications/:notificationId', {
      policy,
      tag,
      handler: async (input) => {
        const { id } = requirePrincipal(input);
        await input.zone.db.transaction(async (tx) => {
          if ((await tx.run(deleteItem(id, input.params.notificationId))) === 0) fail(notificationErrors.not_found);
          await events.publish(tx, countsChanged, { userIds: [id] });
        });
        return noContent();
      },
    }),
    route(notificationEndpoints, 'GET /api/v1/notifications/preferences', {
      policy,
      tag,
      handler: async (input) => {
        const rows = await input.zone.db.many(findPreferences(requirePrincipal(input).id));
        const chosen = new Map(rows.map((row) => [row.kind, row.is_on]));
        return ok({
          items: kinds.all().map((kind) => ({
            kind: kind.name,
            label: kind.label[input.locale],
            on: chosen.get(kind.name) ?? kind.onByDefault ?? true,
          })),
        });
      },
    }),
    route(notificationEndpoints, 'PUT /api/v1/notifications/preferences/:kind', {
      policy,
      tag,
      handler: async (input) => {
        const kind = kinds.find(input.params.kind);
        if (kind === undefined) fail(notificationErrors.kind_unknown);
        await input.zone.db.run(keepPreference(requirePrincipal(input).id, kind.name, input.body.on));
        return ok({ kind: kind.name, label: kind.label[input.locale], on: input.body.on });
      },
    }),
  ];
}
