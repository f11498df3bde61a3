import { type Clock, type JobHandler, sql } from '@madang/kernel';
import type { PublishIfDue } from './publish-video.ts';

const STEP = 100;

/** One transaction per video: the lock and the condition inside it make two nodes agree on who publishes. */
export function createHandler(deps: { publishIfDue: PublishIfDue; clock: Clock }): JobHandler<Record<string, never>> {
  return async ({ zone, signal, log }) => {
    let after = '';
    let published = 0;
    for (;;) {
      signal.throwIfAborted();
      const due = await zone.db.many(
        sql<{ id: string }>(
          `select id from video.videos
           where published_at is null and publish_at is not null and publish_at <= $1 and id > $2
             and visibility <> 'private' and status in ('playable', 'ready')
           order by id limit $3`,
          deps.clock.now(),
          after,
          STEP,
        ),
      );
      for (const { id } of due) {
        signal.throwIfAborted();
        if (await zone.db.transaction((tx) => deps.publishIfDue(tx, id))) published++;
        after = id;
      }
      if (due.length < STEP) break;
    }
    if (published > 0) log.info({ published }, 'scheduled videos were published');
  };
}
