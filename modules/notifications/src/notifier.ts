import { type Clock, type EventPublisher, type JobQueue, newId, type Queries } from '@madang/kernel';
import type { KindRegistry } from './kind-registry.ts';
import { countsChanged, notificationsMade } from './notification-events.ts';
import type { NotificationKind, Notifier } from './notification-kind.ts';
import { deleteAbout, insertItems } from './notification-store.ts';
import { PEOPLE_PER_JOB, tellPeople } from './tell-people.job.ts';

/** So few are told in the caller's own transaction. */
const TOLD_AT_ONCE = 20;

export interface Telling {
  readonly kind: NotificationKind;
  readonly to: readonly string[];
  readonly about: string;
  readonly actorId: string | null;
  readonly payload: unknown;
}
export type Tell = (tx: Queries, telling: Telling) => Promise<void>;

interface NotifierDeps {
  readonly kinds: KindRegistry;
  readonly events: EventPublisher;
  readonly jobs: JobQueue;
  readonly clock: Clock;
}

/** Rows for these people, and the event from which their bells ring. Idempotent. */
export function createTell({ events, clock }: NotifierDeps): Tell {
  return async (tx, { kind, to, about, actorId, payload }) => {
    const now = clock.now();
    const ids = to.map(() => newId('note', now.getTime()));
    const made = await tx.many(insertItems(ids, to, kind.name, about, actorId, JSON.stringify(payload), kind.onByDefault ?? true, now));
    if (made.length > 0) await events.publish(tx, notificationsMade, { ids: made.map((row) => row.id) });
  };
}

export function createNotifier(deps: NotifierDeps, tell: Tell): Notifier {
  const declared = (kind: NotificationKind<never>): NotificationKind => {
    const known = deps.kinds.find(kind.name);
    if (known === undefined) throw new TypeError(`the kind ${kind.name} was not registered`);
    return known;
  };
  return {
    async notify(tx, kind, { to, about, actorId = null, payload }) {
      const known = declared(kind as unknown as NotificationKind<never>);
      const people = [...new Set(to)];
      const checked = known.payload.parse(payload);
      if (people.length <= TOLD_AT_ONCE) {
        if (people.length > 0) await tell(tx, { kind: known, to: people, about, actorId, payload: checked });
        return;
      }
      for (let from = 0; from < people.length; from += PEOPLE_PER_JOB) {
        const some = people.slice(from, from + PEOPLE_PER_JOB);
        await deps.jobs.enqueue(tx, tellPeople, { kind: known.name, about, actorId, payload: checked, to: some });
      }
    },
    async retract(tx, kind, about) {
      const gone = await tx.many(deleteAbout(declared(kind as unknown as NotificationKind<never>).name, about));
      const userIds = gone.filter((row) => row.unread).map((row) => row.user_id);
      if (userIds.length > 0) await deps.events.publish(tx, countsChanged, { userIds });
    },
  };
}
