/** The bell: what a person was told, and of what they want to be told. Socket namespace `/notifications`: `notification` and `unread` arrive by themselves. */
import { endpoints } from '@madang/kernel';
import { z } from 'zod';

export const NOTIFICATIONS_NAMESPACE = '/notifications';

export const notification = z.object({
  id: z.string(),
  kind: z.string(),
  /** In the language asked for. */
  text: z.string(),
  /** Path on the zone's host. */
  link: z.string(),
  image: z.string().nullable(),
  actor: z.object({ id: z.string(), name: z.string(), colour: z.number(), avatarUrl: z.string().nullable() }).nullable(),
  createdAt: z.string(),
  readAt: z.string().nullable(),
});
export type Notification = z.output<typeof notification>;

export const preference = z.object({ kind: z.string(), label: z.string(), on: z.boolean() });

const page = z.object({ cursor: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(100).default(50) });

export const notificationEndpoints = endpoints({
  'GET /api/v1/notifications': {
    summary: 'What one was told, the latest first',
    query: page,
    responses: { 200: z.object({ items: z.array(notification), unread: z.number() }) },
  },
  'GET /api/v1/notifications/unread': { summary: 'How many are unread', responses: { 200: z.object({ unread: z.number() }) } },
  'POST /api/v1/notifications/read': {
    summary: 'Mark as read: those named, or all up to one',
    body: z.object({ ids: z.array(z.string().max(100)).max(100).optional(), upTo: z.string().max(100).optional() }),
    responses: { 200: z.object({ unread: z.number() }) },
  },
  'DELETE /api/v1/notifications/:notificationId': {
    summary: 'Remove one',
    params: z.object({ notificationId: z.string().min(1).max(100) }),
    responses: { 204: null },
  },
  'GET /api/v1/notifications/preferences': {
    summary: 'Kinds, and which of them ring',
    responses: { 200: z.object({ items: z.array(preference) }) },
  },
  'PUT /api/v1/notifications/preferences/:kind': {
    summary: 'Switch a kind on or off',
    params: z.object({ kind: z.string().min(1).max(100) }),
    body: z.object({ on: z.boolean() }),
    responses: { 200: preference },
  },
});

export const notificationServerEvents = {
  /** The languages a page may show it in. */
  notification: z.object({
    notification: notification
      .omit({ text: true })
      .extend({ texts: z.object({ ko: z.string(), en: z.string(), ja: z.string(), es: z.string() }) }),
    unread: z.number(),
  }),
  /** Changed elsewhere: another tab, a withdrawal. */
  unread: z.object({ unread: z.number() }),
} as const;
export type NotificationServerEvents = {
  [Name in keyof typeof notificationServerEvents]: z.output<(typeof notificationServerEvents)[Name]>;
};
