import type { JobHandler } from '@madang/kernel';
import type { z } from 'zod';
import type { KindRegistry } from './kind-registry.ts';
import type { Tell } from './notifier.ts';
import type { tellPeople } from './tell-people.job.ts';

export function createHandler(deps: { kinds: KindRegistry; tell: Tell }): JobHandler<z.output<typeof tellPeople.payload>> {
  return async ({ zone, log }, { kind: name, to, about, actorId, payload }) => {
    const kind = deps.kinds.find(name);
    if (kind === undefined) return log.warn({ kind: name }, 'nobody declares this kind of notification any more');
    await zone.db.transaction((tx) => deps.tell(tx, { kind, to, about, actorId, payload }));
  };
}
