import { randomBytes } from 'node:crypto';
import { createMemoryShared } from '@madang/cache';
import {
  type Broadcaster,
  type JobQueue,
  newId,
  type PersonCard,
  type Principal,
  type Role,
  type SocketContext,
  silentLogger,
  type ZoneContext,
} from '@madang/kernel';
import { recordingAudit, recordingEvents, type TestClock, testClock, testPrincipal } from '@madang/testing';
import { chatGrants } from './chat-policies.ts';
import { type Acknowledgements, type ClientEvents, clientEvents } from './contract.ts';
import { type ChatModule, type ChatModuleDeps, createChatModule } from './module.ts';
import { memoryFiles } from './testing.ts';

export interface Emitted {
  readonly room: string;
  readonly event: string;
  readonly payload: unknown;
}

/** Two nodes share what `world` has: presence, counters, people. Sockets hear what any node emits. */
export function chatWorld(clock: TestClock = testClock()) {
  const shared = createMemoryShared();
  const sockets = new Set<TestSocket>();
  const emitted: Emitted[] = [];
  const people = new Map<string, PersonCard>();
  const enqueued: { name: string; payload: unknown }[] = [];
  const audit = recordingAudit();
  const events = recordingEvents();
  const files = memoryFiles();
  const broadcaster: Broadcaster = {
    emit({ zoneId, room }, event, payload, options) {
      const wire: unknown = JSON.parse(JSON.stringify(payload));
      emitted.push({ room, event, payload: wire });
      for (const socket of sockets) if (socket.hears(zoneId, room) && socket.id !== options?.exceptSocketId) socket.take(event, wire);
    },
    evict: ({ zoneId, room }, userId) => {
      for (const socket of sockets) if (socket.hears(zoneId, room) && socket.principal.id === userId) void socket.context.leave(room);
    },
    endSession: () => {},
  };
  const jobs: JobQueue = {
    enqueue: async (_tx, definition, payload) => {
      enqueued.push({ name: definition.name, payload });
      return newId('job');
    },
    cancel: async () => {},
    find: async () => undefined,
  };
  const deps: ChatModuleDeps = {
    audit,
    events,
    jobs,
    files,
    broadcaster,
    clock,
    logger: silentLogger,
    presence: shared.presence,
    rateLimiter: shared.rateLimiter,
    people: {
      cards: async (_zone, ids) => new Map(ids.flatMap((id) => (people.has(id) ? [[id, people.get(id) as PersonCard]] : []))),
      existing: async (_zone, ids) => new Set(ids.filter((id) => people.has(id))),
    },
    zoneContext: async () => {
      throw new Error('not asked here');
    },
  };
  const person = (name: string, role: Role = 'student', rest: Partial<Principal> = {}): Principal => {
    const id = newId(role === 'guest' ? 'guest' : 'user');
    people.set(id, { id, name, colour: 1, avatarUrl: null, role, guest: role === 'guest' });
    const inherited = role === 'guest' || role === 'student' ? [] : (chatGrants.student ?? []);
    return testPrincipal({ id, name, role, grants: inherited, roleGrants: chatGrants, ...rest });
  };
  const close = () => shared.close();
  return { clock, emitted, enqueued, audit, events, files, people, deps, person, sockets, close, node: () => createChatModule(deps) };
}
export type ChatWorld = ReturnType<typeof chatWorld>;

/** A socket of the namespace as the realtime host would hold it. */
export class TestSocket {
  readonly id = randomBytes(6).toString('hex');
  readonly principal: Principal;
  readonly context: SocketContext;
  readonly heard: { event: string; payload: unknown }[] = [];
  readonly #chat: ChatModule;
  readonly #zone: ZoneContext;
  readonly #rooms = new Set<string>();
  /** Set to lose what is emitted, as a broken network does. */
  deaf = false;

  constructor(world: ChatWorld, chat: ChatModule, zone: ZoneContext, principal: Principal) {
    this.#chat = chat;
    this.#zone = zone;
    this.principal = principal;
    this.context = {
      zone,
      principal,
      socketId: this.id,
      ip: '198.51.100.7',
      join: async (room) => void this.#rooms.add(room),
      leave: async (room) => void this.#rooms.delete(room),
      isIn: (room) => this.#rooms.has(room),
      rooms: () => [...this.#rooms],
      emit: (event, payload) => this.take(event, payload),
    };
    this.#rooms.add(`person:${principal.id}`);
    world.sockets.add(this);
  }

  hears(zoneId: string, room: string): boolean {
    return zoneId === this.#zone.zone.id && this.#rooms.has(room);
  }
  take(event: string, payload: unknown): void {
    if (!this.deaf) this.heard.push({ event, payload });
  }

  async emit<Name extends keyof ClientEvents>(name: Name, payload: ClientEvents[Name]): Promise<Acknowledgements[Name]> {
    const event = this.#chat.module.sockets?.[0]?.events[name];
    if (event === undefined) throw new Error(`no event ${name}`);
    const answer = await event.handler(this.context, clientEvents[name].parse(payload) as never);
    return JSON.parse(JSON.stringify(answer ?? {})) as Acknowledgements[Name];
  }
}
