import {
  type Authenticator,
  type BroadcastTarget,
  type Clock,
  enforcePolicy,
  fail,
  hasCode,
  type Locale,
  type Logger,
  MadangError,
  type Principal,
  personRoom,
  type RateLimiter,
  requestErrors,
  type SocketContext,
  type SocketEventDefinition,
  type SocketNamespace,
  type ZoneContext,
} from '@madang/kernel';
import type { Socket } from 'socket.io';
import type { BroadcastHub, Receiver } from './broadcast-hub.ts';
import type { ConnectionWriter } from './connection-writer.ts';
import { EventGate } from './event-gate.ts';
import { EventLine } from './event-line.ts';
import type { RealtimeLimits } from './limits.ts';
import { eventText, type Packet, packetOf } from './packet.ts';
import type { RealtimeMetrics, SocketDenial } from './realtime-hooks.ts';
import { invalidPayload, type Refusal, refusalOf } from './refusal.ts';

export interface MemberDeps {
  readonly hub: BroadcastHub;
  readonly authenticator: Authenticator;
  readonly rateLimiter: RateLimiter;
  readonly limits: RealtimeLimits;
  readonly metrics: RealtimeMetrics;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly onDenied: (denial: SocketDenial) => void;
  /** The person's session has ended: all its sockets, not only this one. */
  readonly onSessionOver: (member: SocketMember) => void;
}

export interface Admitted {
  readonly zone: ZoneContext;
  readonly principal: Principal;
  readonly ip: string;
  readonly userAgent: string | null;
  readonly locale: Locale;
}

interface Incoming {
  readonly name: string;
  readonly definition: SocketEventDefinition;
  readonly payload: unknown;
  readonly ack: ((answer: unknown) => void) | undefined;
  readonly at: number;
}

/** One person's socket in one namespace: takes in its events, belongs to rooms, receives their events. */
export class SocketMember implements Receiver {
  readonly id: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly zone: ZoneContext;
  readonly principal: Principal;
  readonly #socket: Socket;
  readonly #admitted: Admitted;
  readonly #namespace: SocketNamespace;
  readonly #writer: ConnectionWriter;
  readonly #deps: MemberDeps;
  readonly #gate: EventGate;
  readonly #line: EventLine<Incoming>;
  readonly #rooms = new Set<string>();
  /** Whether `onConnect` went through. */
  #ready: Promise<boolean> = Promise.resolve(false);
  #gone = false;

  constructor(socket: Socket, namespace: SocketNamespace, admitted: Admitted, writer: ConnectionWriter, deps: MemberDeps) {
    this.id = socket.id;
    this.userId = admitted.principal.id;
    this.sessionId = admitted.principal.sessionId;
    this.zone = admitted.zone;
    this.principal = admitted.principal;
    this.#socket = socket;
    this.#admitted = admitted;
    this.#namespace = namespace;
    this.#writer = writer;
    this.#deps = deps;
    this.#gate = new EventGate(deps.limits, deps.clock);
    this.#line = new EventLine(
      (event) => this.#admit(event),
      { concurrent: deps.limits.concurrentEvents, queued: deps.limits.queuedEvents },
      (high) => (high ? writer.hold(this) : writer.letGo(this)),
    );
  }

  /** From here on events come in and go out; they are handled once `onConnect` is through. */
  open(): void {
    void this.#deps.hub.join(this.#target(personRoom(this.userId)), this);
    // A middleware that never goes on: events are taken here, in the order of arrival, known names or not.
    this.#socket.use((event) => this.#take(event));
    this.#ready = this.#start();
  }

  get namespace(): string {
    return this.#namespace.name;
  }

  deliver(packet: Packet, volatile: boolean): void {
    if (this.#gone || this.#writer.write(packet, volatile) !== 'overflowed') return;
    this.#deps.metrics.cutOff({ zoneId: this.zone.zone.id, namespace: this.namespace });
    this.#writer.terminate();
  }

  evicted(room: string): void {
    this.#rooms.delete(room);
  }

  emit(event: string, payload: unknown): void {
    this.deliver(packetOf([eventText(this.namespace, event, payload)]), false);
  }

  /** Tells why, then leaves the namespace. The client library does not come back by itself from this. */
  end(reason: string): void {
    if (this.#gone) return;
    this.#line.close();
    this.emit('session:ended', { reason });
    this.#socket.disconnect();
  }

  /** The socket is gone. Resolves when nothing of it runs any more; `onDisconnect` has run by then. */
  async closed(): Promise<void> {
    if (this.#gone) return;
    this.#gone = true;
    const rooms = [...this.#rooms];
    this.#rooms.clear();
    for (const room of [...rooms, personRoom(this.userId)]) this.#deps.hub.leave(this.#target(room), this);
    // What was received before the client left is still handled; a handler must not outlive the farewell.
    await this.#line.idle();
    this.#writer.letGo(this);
    try {
      if (await this.#ready) await this.#namespace.onDisconnect?.(this.#context(this.principal), rooms);
    } catch (error) {
      this.#deps.logger.error({ err: error, namespace: this.namespace }, 'onDisconnect failed');
    }
  }

  /** False when the namespace's own `onConnect` failed: the socket is then let go. */
  async #start(): Promise<boolean> {
    try {
      await this.#namespace.onConnect?.(this.#context(this.principal));
      return true;
    } catch (error) {
      this.#refusal(error, { onConnect: true });
      this.#line.close();
      this.#socket.disconnect();
      return false;
    }
  }

  #take([name, ...values]: readonly unknown[]): void {
    const last = values.at(-1);
    const ack = typeof last === 'function' ? (last as Incoming['ack']) : undefined;
    const payload = ack !== undefined && values.length === 1 ? undefined : values[0];
    const definition = typeof name === 'string' && Object.hasOwn(this.#namespace.events, name) ? this.#namespace.events[name] : undefined;
    if (definition === undefined) {
      this.#refuse(ack, '(unknown)', new MadangError(requestErrors.not_found));
      return;
    }
    const event = { name: name as string, definition, payload, ack, at: performance.now() };
    if (!this.#gate.admit() || !this.#line.push(event)) {
      this.#refuse(ack, event.name, new MadangError(requestErrors.rate_limited, { retryAfterSeconds: 1 }));
    }
  }

  async #admit(event: Incoming): Promise<(() => Promise<void>) | undefined> {
    const { definition } = event;
    try {
      if (!(await this.#ready)) return undefined;
      const principal = await this.#deps.authenticator.current(this.zone, this.principal);
      if (principal === undefined) {
        this.#answer(event, new MadangError(requestErrors.unauthenticated));
        this.#deps.onSessionOver(this);
        return undefined;
      }
      enforcePolicy(definition.policy, principal);
      if (definition.rate !== undefined) {
        const key = `${this.zone.zone.id}:${principal.id}`;
        const { allowed, retryAfterSeconds } = await this.#deps.rateLimiter.consume(definition.rate, key);
        if (!allowed) fail(requestErrors.rate_limited, { retryAfterSeconds });
      }
      const parsed = definition.payload.safeParse(event.payload);
      if (!parsed.success) throw invalidPayload(parsed.error);
      return () => this.#handle(event, principal, parsed.data);
    } catch (error) {
      if (hasCode(error, requestErrors.forbidden)) this.#denied(event.name, error.code);
      this.#answer(event, error);
      return undefined;
    }
  }

  async #handle(event: Incoming, principal: Principal, payload: unknown): Promise<void> {
    try {
      const result = await event.definition.handler(this.#context(principal), payload as never);
      this.#acknowledge(event.ack, { ok: true, ...result });
      this.#count(event, 'ok');
    } catch (error) {
      if (hasCode(error, requestErrors.forbidden)) this.#denied(event.name, error.code);
      this.#answer(event, error);
    }
  }

  #answer(event: Incoming, error: unknown): void {
    const refusal = this.#refusal(error, { event: event.name });
    this.#acknowledge(event.ack, { ok: false, error: refusal });
    this.#count(event, refusal.code);
  }

  #refuse(ack: Incoming['ack'], name: string, error: MadangError): void {
    this.#acknowledge(ack, { ok: false, error: this.#refusal(error, { event: name }) });
    this.#deps.metrics.event({ zoneId: this.zone.zone.id, namespace: this.namespace, event: name, outcome: error.code }, 0);
  }

  #refusal(error: unknown, context: object): Refusal {
    const where = { namespace: this.namespace, zone: this.zone.zone.id, user: this.userId, ...context };
    return refusalOf(error, this.#admitted.locale, this.#deps.logger, where);
  }

  /** Throws what JSON cannot say. After the socket is gone it goes nowhere. */
  #acknowledge(ack: Incoming['ack'], answer: unknown): void {
    ack?.(answer);
  }

  #count(event: Incoming, outcome: string): void {
    const labels = { zoneId: this.zone.zone.id, namespace: this.namespace, event: event.name, outcome };
    this.#deps.metrics.event(labels, (performance.now() - event.at) / 1000);
  }

  #denied(event: string, code: string): void {
    const { ip, userAgent } = this.#admitted;
    this.#deps.onDenied({ zoneId: this.zone.zone.id, principal: this.principal, namespace: this.namespace, event, code, ip, userAgent });
  }

  #target(room: string): BroadcastTarget {
    return { namespace: this.#namespace.name, zoneId: this.zone.zone.id, room };
  }

  #context(principal: Principal): SocketContext {
    return {
      zone: this.zone,
      principal,
      socketId: this.id,
      ip: this.#admitted.ip,
      join: async (room) => {
        if (this.#gone) return;
        this.#rooms.add(room);
        await this.#deps.hub.join(this.#target(room), this);
      },
      leave: async (room) => {
        if (this.#rooms.delete(room)) this.#deps.hub.leave(this.#target(room), this);
      },
      isIn: (room) => this.#rooms.has(room),
      rooms: () => [...this.#rooms],
      emit: (event, payload) => this.emit(event, payload),
    };
  }
}
