import { afterCommit, type Bus, type Clock, type EventPublisher, newId } from '@madang/kernel';
import { insertEvent } from './outbox-statements.ts';

/** Says "there is something new in the outbox" and no more: what is new, each node reads from the database. */
export const HINT_CHANNEL = 'events:published';

/**
 * One insert in the caller's transaction, then a hint on the bus once it is committed. (Not NOTIFY: its commit takes a lock
 * that all notifying transactions of the database queue behind.) A payload that fails its schema is a defect of the
 * publisher and throws the `ZodError`, so the transaction fails.
 */
export function createPublisher({ bus, clock }: { bus: Bus; clock: Clock }): EventPublisher {
  return {
    async publish(tx, event, payload) {
      const valid = event.payload.parse(payload);
      await tx.run(insertEvent(newId('event', clock.now().getTime()), event.name, JSON.stringify(valid)));
      afterCommit(tx, () => bus.publish(HINT_CHANNEL, ''));
    },
  };
}
