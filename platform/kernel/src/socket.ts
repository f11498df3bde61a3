import type { ZodType, z } from 'zod';
import type { RateRule } from './bus.ts';
import type { Policy } from './policy.ts';
import type { Principal } from './principal.ts';
import type { ZoneContext, ZoneId } from './zone.ts';

export interface SocketContext {
  readonly zone: ZoneContext;
  /** Current at each event, not as of the handshake. */
  readonly principal: Principal;
  readonly socketId: string;
  readonly ip: string;
  /** Joins or leaves a broadcast room of this namespace and zone; the name is the module's own (`room:<id>`). */
  join(room: string): Promise<void>;
  leave(room: string): Promise<void>;
  isIn(room: string): boolean;
  rooms(): readonly string[];
  /** To this socket only. */
  emit(event: string, payload: unknown): void;
}

export interface SocketEventDefinition {
  readonly policy: Policy;
  readonly payload: ZodType;
  readonly rate?: RateRule;
  /** The acknowledgement without `ok: true`; a thrown `MadangError` acks `{ok:false, error:{code, message}}`. */
  readonly handler: (context: SocketContext, payload: never) => Promise<Record<string, unknown> | void>;
}

/** `payload` is checked before the handler runs; what fails it acks `request.invalid`. */
export function socketEvent<Schema extends ZodType>(options: {
  policy: Policy;
  payload: Schema;
  rate?: RateRule;
  handler: (context: SocketContext, payload: z.output<Schema>) => Promise<Record<string, unknown> | void>;
}): SocketEventDefinition {
  return options as unknown as SocketEventDefinition;
}

export interface SocketNamespace {
  /** `/chat` */
  readonly name: `/${string}`;
  readonly policy: Policy;
  readonly events: Readonly<Record<string, SocketEventDefinition>>;
  onConnect?(context: SocketContext): Promise<void>;
  /** After the socket is gone; `rooms` it was in. */
  onDisconnect?(context: SocketContext, rooms: readonly string[]): Promise<void>;
}

export interface BroadcastTarget {
  readonly namespace: `/${string}`;
  readonly zoneId: ZoneId;
  readonly room: string;
}

export interface BroadcastOptions {
  readonly exceptSocketId?: string;
  /** Only worth something now (typing, counters): not kept for a receiver that lags. */
  readonly volatile?: boolean;
}

/** Sends projections of facts to sockets, on all nodes that have members of the room. At most once: receivers fill gaps from the database. */
export interface Broadcaster {
  emit(target: BroadcastTarget, event: string, payload: unknown, options?: BroadcastOptions): void;
  /** Removes every socket of a person from a room, on all nodes (ban, leave, private). */
  evict(target: BroadcastTarget, userId: string): void;
  /** Emits `session:ended {reason}` to a session's sockets in every namespace and closes them, on all nodes. */
  endSession(zoneId: ZoneId, sessionId: string, reason: string): void;
}

/** The room every socket of a person is in from its handshake. */
export const personRoom = (userId: string): string => `person:${userId}`;
