import { afterCommit, type Bus, type Clock, ID_PATTERN, type JobQueue, newId } from '@madang/kernel';
import { announce, CANCEL_CHANNEL, READY_CHANNEL } from './channels.ts';
import { cancelJob, findJob, insertJob } from './job-statements.ts';

/**
 * The zone's side of the queue: rows of the caller's transaction, then a hint on the bus once it is committed. A payload
 * that fails its schema is a defect of the caller and throws the `ZodError`. Keys are a definition's own: two definitions
 * may use the same one.
 */
export function createQueue({ bus, clock }: { bus: Bus; clock: Clock }): JobQueue {
  return {
    async enqueue(tx, definition, payload, { key, priority = 0, startAfter } = {}) {
      const valid = JSON.stringify(definition.payload.parse(payload));
      const id = newId('job', clock.now().getTime());
      const job = await tx.one(insertJob(id, definition.name, key ?? null, priority, valid, startAfter ?? null));
      if (job.fresh) afterCommit(tx, () => bus.publish(READY_CHANNEL, definition.name));
      return job.id;
    },

    async cancel(zone, jobId) {
      if (!ID_PATTERN.test(jobId)) return;
      const cancelled = await zone.db.maybeOne(cancelJob(jobId));
      if (cancelled?.state === 'running') bus.publish(CANCEL_CHANNEL, jobId);
      if (cancelled?.state === 'cancelled') announce(bus, zone.zone.id, jobId, { state: 'cancelled', percent: 0, detail: null });
    },

    async find(zone, jobId) {
      return ID_PATTERN.test(jobId) ? zone.db.maybeOne(findJob(jobId)) : undefined;
    },
  };
}
