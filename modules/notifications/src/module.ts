import { guestMerged } from '@madang/identity';
import {
  type Broadcaster,
  type Clock,
  type EventPublisher,
  type JobQueue,
  job,
  type MadangModule,
  onEvent,
  type PeopleDirectory,
  type RoleGrants,
  type SocketNamespace,
  signedIn,
} from '@madang/kernel';
import { createBell } from './bell.ts';
import { NOTIFICATIONS_NAMESPACE } from './contract.ts';
import { createKindRegistry } from './kind-registry.ts';
import { countsChanged, notificationsMade } from './notification-events.ts';
import type { NotificationKind, Notifier } from './notification-kind.ts';
import { forgetPerson, moveItems, movePreferences } from './notification-store.ts';
import { notificationRoutes } from './notifications.routes.ts';
import { createNotifier, createTell } from './notifier.ts';
import { nightlySweep, sweepNotifications, tellPeople } from './tell-people.job.ts';

export interface NotificationsModuleDeps {
  readonly events: EventPublisher;
  readonly jobs: JobQueue;
  readonly people: PeopleDirectory;
  readonly broadcaster: Broadcaster;
  readonly clock: Clock;
}

export interface NotificationsModule {
  readonly module: MadangModule;
  readonly notifier: Notifier;
  /** Once per kind, while the program is wired. */
  registerKind<Payload>(kind: NotificationKind<Payload>): void;
}

/** Nothing comes in on it: every socket is in its person's room from the start. */
const namespace: SocketNamespace = {
  name: NOTIFICATIONS_NAMESPACE,
  policy: signedIn('everyone has a bell, and hears only their own'),
  events: {},
};

const grants: RoleGrants = { zone_admin: [{ permission: 'notification:*', scope: 'zone' }] };

export function createNotificationsModule(deps: NotificationsModuleDeps): NotificationsModule {
  const kinds = createKindRegistry();
  const bell = createBell({ ...deps, kinds });
  const tell = createTell({ ...deps, kinds });

  return {
    notifier: createNotifier({ ...deps, kinds }, tell),
    registerKind: (kind) => kinds.register(kind as unknown as NotificationKind<never>),
    module: {
      name: 'notifications',
      routes: notificationRoutes({ ...deps, bell, kinds }),
      sockets: [namespace],
      grants,
      schedules: [nightlySweep],
      jobs: [
        job(tellPeople, async () => (await import('./tell-people.job-handler.ts')).createHandler({ kinds, tell })),
        job(sweepNotifications, async () => (await import('./sweep-notifications.job-handler.ts')).createHandler(deps)),
      ],
      handlers: [
        onEvent({
          event: notificationsMade,
          delivery: 'once',
          name: 'notifications.ring',
          handle: async ({ zone }, { ids }) => bell.ring(await zone(), ids),
        }),
        onEvent({
          event: countsChanged,
          delivery: 'once',
          name: 'notifications.recount',
          handle: async ({ zone }, { userIds }) => bell.recount(await zone(), userIds),
        }),
        onEvent({
          event: guestMerged,
          delivery: 'once',
          name: 'notifications.merge-guest',
          handle: async ({ zone }, { guestId, userId }) => {
            await (await zone()).db.transaction(async (tx) => {
              await tx.run(moveItems(guestId, userId));
              await tx.run(movePreferences(guestId, userId));
              await tx.run(forgetPerson(guestId));
            });
          },
        }),
      ],
    },
  };
}
