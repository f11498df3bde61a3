export { createNotificationsModule, type NotificationsModule, type NotificationsModuleDeps } from './module.ts';
export { defineNotification, type NotificationKind, type Notifier } from './notification-kind.ts';
