import { createMemoryShared } from '@madang/cache';
import { callRoute } from '@madang/identity/testing';
import { newId, type PersonCard, type Principal, type Role, type SocketContext, silentLogger, type ZoneContext } from '@madang/kernel';
import { recordingAudit, recordingEvents, type TestClock, testClock, testPrincipal } from '@madang/testing';
import { createVideoModule, type VideoModule, type VideoModuleDeps } from './module.ts';
import { memoryAssets, recordingNotifier } from './testing.ts';
import { videoGrants } from './video-policies.ts';

export interface TestSocket {
  readonly zone: ZoneContext;
  readonly principal: Principal;
  readonly rooms: Set<string>;
  readonly heard: { readonly event: string; readonly payload: unknown }[];
  ask(event: string, payload: unknown): Promise<unknown>;
}

/** Nodes share what the world has: films, people, the cache, the outbox, the bell. */
export function videoWorld(clock: TestClock = testClock(), nodes = 2) {
  const shared = createMemoryShared({ clock });
  const people = new Map<string, PersonCard>();
  const audit = recordingAudit();
  const events = recordingEvents();
  const assets = memoryAssets();
  const notifier = recordingNotifier();
  const enqueued: { readonly name: string; readonly startAfter: Date | undefined }[] = [];
  const creators = new Set<string>();
  const kinds = new Set<string>();
  const answerers: Parameters<VideoModuleDeps['registerAttachedRooms']>[1][] = [];
  const allowed = { allowed: true, remaining: 1, retryAfterSeconds: 0 };
  const detached: string[] = [];
  const sockets = new Set<TestSocket>();
  const heardBy = (zoneId: string, room: string) =>
    [...sockets].filter((socket) => socket.zone.zone.id === zoneId && socket.rooms.has(room));
  let delivered = 0;
  const deps: VideoModuleDeps = {
    assets,
    notifier,
    audit,
    events,
    clock,
    cache: shared.cache,
    broadcaster: {
      emit: ({ zoneId, room }, event, payload) => {
        for (const socket of heardBy(zoneId, room)) socket.heard.push({ event, payload });
      },
      evict: ({ zoneId, room }, userId) => {
        for (const socket of heardBy(zoneId, room)) if (socket.principal.id === userId) socket.rooms.delete(room);
      },
      endSession: () => {},
    },
    rateLimiter: { consume: async () => allowed, peek: async () => allowed, reset: async () => {} },
    blobs: {},
    attachRoom: async (_tx, { id }) => `room_${id.slice(6)}`,
    detachRoom: async (_tx, { id }) => void detached.push(id),
    registerAttachedRooms: (_type, access) => void answerers.push(access),
    registerKind: (kind) => void kinds.add(kind.name),
    grantCreator: async (_tx, userId) => void creators.add(userId),
    receiveMultipart: async () => ({}),
    serveDownload: async (object) => ({ status: 416, body: null, headers: { 'Content-Range': `bytes */${object.bytes}` } }),
    jobs: {
      enqueue: async (_tx, { name }, _payload, options) => {
        enqueued.push({ name, startAfter: options?.startAfter });
        return newId('job');
      },
      cancel: async () => {},
      find: async () => undefined,
    },
    people: {
      cards: async (_zone, ids) => new Map(ids.flatMap((id) => (people.has(id) ? [[id, people.get(id) as PersonCard]] : []))),
      existing: async (_zone, ids) => new Set(ids.filter((id) => people.has(id))),
    },
    logger: silentLogger,
    zoneContext: async () => {
      throw new Error('not asked here');
    },
  };
  const modules: VideoModule[] = Array.from({ length: nodes }, () => createVideoModule(deps));
  const [first] = modules as [VideoModule];
  const closing = modules.map(({ module }) => module.start?.());

  /** As the outbox would: `once` on the first node, `every-node` on all, until nothing is left. */
  async function deliver(zone: ZoneContext): Promise<void> {
    while (delivered < events.published.length) {
      const event = events.published[delivered++] as { name: string; payload: unknown };
      await hand(zone, event.name, event.payload);
    }
  }
  async function hand(zone: ZoneContext, name: string, payload: unknown): Promise<void> {
    const context = { zoneId: zone.zone.id, zone: async () => zone, eventId: `event_${delivered}`, at: clock.now() };
    for (const [index, { module }] of modules.entries()) {
      for (const handler of module.handlers ?? []) {
        if (handler.event.name !== name || (handler.delivery === 'once' && index > 0)) continue;
        await handler.handle(context, handler.event.payload.parse(payload));
      }
    }
  }

  const person = (name: string, role: Role = 'student', rest: Partial<Principal> = {}): Principal => {
    const id = newId(role === 'guest' ? 'guest' : 'user');
    people.set(id, { id, name, colour: 1, avatarUrl: null, role, guest: role === 'guest' });
    // What identity would say: every account holds what a student holds, and who made a channel is a creator.
    const inherited = role === 'guest' || role === 'student' ? [] : (videoGrants.student ?? []);
    return testPrincipal({ id, name, role, grants: inherited, roleGrants: videoGrants, ...rest });
  };

  return {
    clock,
    assets,
    audit,
    events,
    notifier,
    creators,
    kinds,
    detached,
    enqueued,
    people,
    modules,
    deliver,
    person,
    creator: (name: string) => person(name, 'student', { capabilities: ['creator'] }),
    room: (zone: ZoneContext, principal: Principal, videoId: string) => answerers[0]?.(zone, principal, videoId),
    /** The asset moved on: its event is delivered, and what followed from it. */
    async become(zone: ZoneContext, videoId: string, ...statuses: Parameters<typeof assets.become>[1][]): Promise<void> {
      for (const status of statuses) await hand(zone, 'media.asset-changed', assets.become(videoId, status));
      await deliver(zone);
    },
    /** On the first node unless `on` names another. */
    async call<Body>(
      zone: ZoneContext,
      principal: Principal | undefined,
      key: string,
      rest: { params?: Record<string, string>; query?: Record<string, unknown>; body?: unknown; on?: number } = {},
    ) {
      const { on = 0, ...input } = rest;
      const reply = await callRoute((modules[on] ?? first).module.routes ?? [], zone, key, { principal, ...input });
      return { status: reply.status, body: reply.body as Body, headers: reply.headers, cursor: reply.headers['X-Next-Cursor'] };
    },
    async job(zone: ZoneContext, name: string, on = 0): Promise<void> {
      const registration = (modules[on] ?? first).module.jobs?.find((candidate) => candidate.definition.name === name);
      const handler = await registration?.load();
      const context = {
        jobId: 'job_test',
        attempt: 1,
        zone,
        signal: new AbortController().signal,
        log: silentLogger,
        progress: async () => {},
      };
      await handler?.(context, {});
    },
    /** A socket of the namespace `/video`, on the first node. */
    socket(zone: ZoneContext, principal: Principal): TestSocket {
      const rooms = new Set<string>();
      const heard: TestSocket['heard'] = [];
      const context: SocketContext = {
        zone,
        principal,
        socketId: newId('socket'),
        ip: '198.51.100.7',
        join: async (room) => void rooms.add(room),
        leave: async (room) => void rooms.delete(room),
        isIn: (room) => rooms.has(room),
        rooms: () => [...rooms],
        emit: (event, payload) => void heard.push({ event, payload }),
      };
      const socket: TestSocket = {
        zone,
        principal,
        rooms,
        heard,
        ask: async (event, payload) => {
          const known = first.module.sockets?.[0]?.events[event];
          return known?.handler(context, known.payload.parse(payload) as never);
        },
      };
      sockets.add(socket);
      return socket;
    },
    async close() {
      for (const node of closing.splice(0)) await (await node)?.close();
      await shared.close();
    },
  };
}
export type VideoWorld = ReturnType<typeof videoWorld>;
