import type { Broadcaster, BroadcastOptions, BroadcastTarget, Bus, Closable, Logger, ZoneId } from '@madang/kernel';
import { openEnvelope, type RoomAction, sealEnvelope } from './envelope.ts';
import { eventText, type Packet, packetOf } from './packet.ts';

/** A socket as the hub sees it. */
export interface Receiver {
  readonly id: string;
  readonly userId: string;
  /** Never throws. */
  deliver(packet: Packet, volatile: boolean): void;
  /** The hub took it out of the room. */
  evicted(room: string): void;
}

export type SessionEndListener = (zoneId: ZoneId, sessionId: string, reason: string) => void;

interface LocalRoom {
  readonly target: BroadcastTarget;
  readonly receivers: Set<Receiver>;
  /** Settles when other nodes' actions reach this one; resolves to the way to stop that. */
  readonly subscribed: Promise<() => Promise<void>>;
  /** Emptied in this sweep or an earlier one: the next sweep may give it up. */
  idle: boolean;
}

const SESSION_ENDS = 'realtime:session-ends';

const channelOf = ({ zoneId, namespace, room }: BroadcastTarget): string => `realtime:${zoneId}:${namespace}:${room}`;

/**
 * Rooms over all nodes. There is one bus channel per room; a node subscribes to it only while it has members, and serves
 * its own members directly. What is emitted in one turn of the event loop is encoded once, sent as one bus message per
 * room and written in one piece to each socket.
 *
 * Needs no server: a worker node emits through the same hub. `createRealtime` brings the receivers.
 */
export class BroadcastHub implements Broadcaster, Closable {
  readonly nodeId: string;
  readonly #bus: Bus;
  readonly #logger: Logger;
  readonly #rooms = new Map<string, LocalRoom>();
  readonly #sweep: NodeJS.Timeout;
  #outgoing = new Map<string, { target: BroadcastTarget; actions: RoomAction[] }>();
  #flushing: NodeJS.Immediate | undefined;
  #onSessionEnd: SessionEndListener | undefined;
  #stopSessionEnds: (() => Promise<void>) | undefined;

  /**
   * `nodeId` is unique per process start, without newline. `lingerMs`: how long an empty room keeps its subscription, so
   * that people who come and go do not cost one each time (up to twice that).
   */
  static create(options: { bus: Bus; nodeId: string; logger: Logger; lingerMs?: number }): BroadcastHub {
    return new BroadcastHub(options);
  }

  private constructor(options: { bus: Bus; nodeId: string; logger: Logger; lingerMs?: number }) {
    this.nodeId = options.nodeId;
    this.#bus = options.bus;
    this.#logger = options.logger;
    this.#sweep = setInterval(() => this.#giveUpIdleRooms(), options.lingerMs ?? 5_000);
    this.#sweep.unref();
  }

  emit(target: BroadcastTarget, event: string, payload: unknown, options: BroadcastOptions = {}): void {
    let text: string;
    try {
      text = eventText(target.namespace, event, payload);
    } catch (error) {
      // Whoever emits has already committed: a payload that cannot be said must not undo that.
      this.#logger.error({ err: error, namespace: target.namespace, event }, 'an event cannot be written as JSON');
      return;
    }
    this.#enqueue(target, { kind: 'event', text, exceptSocketId: options.exceptSocketId ?? '', volatile: options.volatile ?? false });
  }

  evict(target: BroadcastTarget, userId: string): void {
    this.#enqueue(target, { kind: 'evict', userId });
  }

  endSession(zoneId: ZoneId, sessionId: string, reason: string): void {
    this.#flush();
    this.#bus.publish(SESSION_ENDS, JSON.stringify({ node: this.nodeId, zoneId, sessionId, reason }));
    this.#onSessionEnd?.(zoneId, sessionId, reason);
  }

  /** Whose sockets end with a session, here. Resolves when other nodes' endings are heard too. */
  async onSessionEnd(listener: SessionEndListener): Promise<void> {
    this.#onSessionEnd = listener;
    this.#stopSessionEnds = await this.#bus.subscribe(SESSION_ENDS, (message) => {
      const ending = parseSessionEnd(message);
      if (ending !== undefined && ending.node !== this.nodeId) this.#onSessionEnd?.(ending.zoneId, ending.sessionId, ending.reason);
    });
  }

  /** Resolves when the room's events from every node reach this one; they keep doing so for a while even without members. */
  async open(target: BroadcastTarget): Promise<void> {
    const room = this.#room(target);
    room.idle = false;
    await room.subscribed;
  }

  /** A member from now on; resolves when events of other nodes reach it too. */
  async join(target: BroadcastTarget, receiver: Receiver): Promise<void> {
    const room = this.#room(target);
    room.receivers.add(receiver);
    await room.subscribed;
  }

  leave(target: BroadcastTarget, receiver: Receiver): void {
    this.#rooms.get(channelOf(target))?.receivers.delete(receiver);
  }

  /** Sends what waits and lets go of the bus. */
  async close(): Promise<void> {
    clearInterval(this.#sweep);
    this.#flush();
    const rooms = [...this.#rooms.values()];
    this.#rooms.clear();
    await Promise.all(rooms.map(async (room) => (await room.subscribed)()));
    await this.#stopSessionEnds?.();
    this.#stopSessionEnds = undefined;
  }

  #room(target: BroadcastTarget): LocalRoom {
    const channel = channelOf(target);
    const known = this.#rooms.get(channel);
    if (known !== undefined) return known;
    const room: LocalRoom = {
      target,
      receivers: new Set(),
      subscribed: this.#bus.subscribe(channel, (message) => {
        const actions = openEnvelope(this.nodeId, message);
        if (actions !== undefined) this.#deliver(room, actions);
      }),
      idle: false,
    };
    this.#rooms.set(channel, room);
    return room;
  }

  #giveUpIdleRooms(): void {
    for (const [channel, room] of this.#rooms) {
      if (room.receivers.size > 0) room.idle = false;
      else if (!room.idle) room.idle = true;
      else {
        this.#rooms.delete(channel);
        void room.subscribed.then((stop) => stop());
      }
    }
  }

  #enqueue(target: BroadcastTarget, action: RoomAction): void {
    const channel = channelOf(target);
    const waiting = this.#outgoing.get(channel);
    if (waiting !== undefined) waiting.actions.push(action);
    else this.#outgoing.set(channel, { target, actions: [action] });
    this.#flushing ??= setImmediate(() => this.#flush());
  }

  #flush(): void {
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
    const outgoing = this.#outgoing;
    if (outgoing.size === 0) return;
    this.#outgoing = new Map();
    for (const [channel, { actions }] of outgoing) {
      this.#bus.publish(channel, sealEnvelope(this.nodeId, actions));
      const room = this.#rooms.get(channel);
      if (room !== undefined) this.#deliver(room, actions);
    }
  }

  #deliver(room: LocalRoom, actions: readonly RoomAction[]): void {
    if (room.receivers.size === 0) return;
    if (actions.every((action) => action.kind === 'event' && !action.volatile && action.exceptSocketId === '')) {
      const packet = packetOf(actions.map((action) => (action as RoomAction & { kind: 'event' }).text));
      for (const receiver of room.receivers) receiver.deliver(packet, false);
      return;
    }
    for (const action of actions) {
      if (action.kind === 'evict') this.#evict(room, action.userId);
      else {
        const packet = packetOf([action.text]);
        for (const receiver of room.receivers) if (receiver.id !== action.exceptSocketId) receiver.deliver(packet, action.volatile);
      }
    }
  }

  #evict(room: LocalRoom, userId: string): void {
    for (const receiver of room.receivers) {
      if (receiver.userId !== userId) continue;
      room.receivers.delete(receiver);
      receiver.evicted(room.target.room);
    }
  }
}

function parseSessionEnd(message: string): { node: string; zoneId: ZoneId; sessionId: string; reason: string } | undefined {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}
