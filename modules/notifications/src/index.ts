export { defineNotification, type NotificationKind, type Notifier } from './notification-kind.ts';
