import { type AnyEventHandler, MadangError, type ZoneDirectory } from '@madang/kernel';
import type { StoredEvent } from './outbox-statements.ts';

export type Deliver = (handler: AnyEventHandler, event: StoredEvent) => Promise<void>;

/** How long a handler may take, milliseconds. */
export interface TimeLimits {
  readonly onceMs: number;
  readonly everyNodeMs: number;
}

/**
 * Hands one fact to one handler: payload checked again (the publisher may run other code than this node), bounded in
 * time so that a handler that hangs fails like any other.
 */
export function createDeliver({ zones, limits }: { zones: () => Pick<ZoneDirectory, 'context'>; limits: TimeLimits }): Deliver {
  return async (handler, event) => {
    const payload = handler.event.payload.parse(event.payload);
    const context = {
      zoneId: event.zoneId,
      zone: () => zones().context(event.zoneId),
      eventId: event.id,
      at: event.at,
    };
    const ms = handler.delivery === 'once' ? limits.onceMs : limits.everyNodeMs;
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
    });
    try {
      await Promise.race([handler.handle(context, payload), limit]);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** What went wrong, short enough for a column and a log line. */
export function failureText(error: unknown): string {
  const text = error instanceof MadangError ? `${error.code}: ${error.message}` : error instanceof Error ? error.message : String(error);
  return text.replaceAll('\0', '').slice(0, 500) || 'unknown failure';
}

/** Zones side by side, the facts of one zone one after the other, in the order given. */
export async function forEachZone<Event extends StoredEvent>(
  events: readonly Event[],
  work: (ofZone: readonly Event[]) => Promise<void>,
): Promise<void> {
  await Promise.all([...Map.groupBy(events, (event) => event.zoneId).values()].map(work));
}
