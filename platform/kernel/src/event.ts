import type { ZodType } from 'zod';
import type { ZoneContext, ZoneId } from './zone.ts';
import type { Queries } from './zone-db.ts';

/** A past-tense fact: `defineEvent('identity.profile-changed', z.object({ userId: z.string() }))`. */
export interface EventDefinition<Payload = unknown> {
  readonly name: string;
  readonly payload: ZodType<Payload>;
}
export function defineEvent<Payload>(name: string, payload: ZodType<Payload>): EventDefinition<Payload> {
  return { name, payload };
}

/** Writes facts to the outbox, in the transaction that made them true. Delivered at least once, in order per zone. */
export interface EventPublisher {
  publish<Payload>(tx: Queries, event: EventDefinition<Payload>, payload: Payload): Promise<void>;
}

/**
 * `once`: durable, one node handles it, retried until it succeeds, so it must be idempotent.
 * `every-node`: each node hears it (cache drops, socket projections); a node that was down needs none of it.
 */
export interface EventHandler<Payload = never> {
  readonly event: EventDefinition<Payload>;
  readonly delivery: 'once' | 'every-node';
  /** Unique within the program; names the durable position of a `once` handler. */
  readonly name: string;
  handle(context: { zoneId: ZoneId; zone: () => Promise<ZoneContext>; eventId: string; at: Date }, payload: Payload): Promise<void> | void;
}

// biome-ignore lint/suspicious/noExplicitAny: handlers of different payloads stand in one list; each is built typed by `onEvent`
export type AnyEventHandler = EventHandler<any>;
export function onEvent<Payload>(handler: EventHandler<Payload>): AnyEventHandler {
  return handler;
}
