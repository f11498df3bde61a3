import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import { createMemoryShared, type Shared } from '@madang/cache';
import {
  type Authenticator,
  type Clock,
  fail,
  type Logger,
  type Principal,
  permits,
  requestErrors,
  type SocketNamespace,
  signedIn,
  silentLogger,
  socketEvent,
  type Zone,
  type ZoneContext,
  type ZoneDb,
  type ZoneDirectory,
} from '@madang/kernel';
import { type Socket as ClientSocket, io as connectClient } from 'socket.io-client';
import { z } from 'zod';
import { BroadcastHub } from '../broadcast-hub.ts';
import type { RealtimeLimits } from '../limits.ts';
import { createRealtime, type Realtime } from '../realtime.ts';
import type { SocketDenial } from '../realtime-hooks.ts';

/** For tests: zones `talk` and `univ` on `<zone>.localhost` (the bare address is `talk`), tokens `<zone>/<user>/<session>[/mute]`, sessions that can be revoked. */
export class FakeWorld {
  readonly revoked = new Set<string>();

  readonly zones: ZoneDirectory = {
    findByHost: async (host) => {
      const id = host?.startsWith('127.0.0.1') ? 'talk' : host?.split('.')[0];
      return id === 'talk' || id === 'univ' ? { zone: zoneOf(id), prefix: '' } : undefined;
    },
    findById: async (id) => zoneOf(id),
    list: async () => [zoneOf('talk'), zoneOf('univ')],
    context: async (id): Promise<ZoneContext> => ({ zone: zoneOf(id), db: undefined as unknown as ZoneDb }),
    allowsOrigin: (zone, origin) => origin.startsWith(`http://${zone.id}.localhost`),
  };

  readonly authenticator: Authenticator = {
    cookieName: () => 'session',
    authenticate: async ({ zone }, { bearer = '' }) => {
      const [zoneId, id, sessionId, mute] = bearer.split('/');
      if (zoneId === undefined || id === undefined || sessionId === undefined || this.revoked.has(sessionId))
        fail(requestErrors.unauthenticated);
      if (zoneId !== zone.id) fail(requestErrors.wrong_zone);
      return principalOf(zoneId, id, sessionId, mute !== undefined);
    },
    current: async (_, principal) => (this.revoked.has(principal.sessionId) ? undefined : principal),
  };
}

function zoneOf(id: string): Zone {
  return { id, status: 'open' } as Zone;
}

function principalOf(zoneId: string, id: string, sessionId: string, mute: boolean): Principal {
  return {
    id,
    kind: 'guest',
    zoneId,
    orgId: null,
    role: 'guest',
    capabilities: [],
    sessionId,
    name: id,
    scopeOf: (permission) => (permission === 'message:create' && !mute ? 'own' : undefined),
  };
}

export interface TestNode {
  readonly hub: BroadcastHub;
  readonly shared: Shared;
  readonly realtime: Realtime;
  readonly http: HttpServer;
  readonly port: number;
  readonly denials: SocketDenial[];
  /** What the handlers of the test namespace did, in order. */
  readonly log: string[];
  readonly release: () => void;
  close(): Promise<void>;
}

/** A namespace whose handlers do what a chat does, in small. */
function testNamespace(hub: BroadcastHub, log: string[], held: Promise<void>): SocketNamespace {
  const room = z.object({ room: z.string().max(50) });
  return {
    name: '/test',
    policy: signedIn('tests'),
    onConnect: async (context) => {
      log.push(`connect ${context.principal.id}`);
    },
    onDisconnect: async (context, rooms) => {
      log.push(`disconnect ${context.principal.id} from ${rooms.join(',')}`);
    },
    events: {
      join: socketEvent({
        policy: signedIn('tests'),
        payload: room,
        handler: async (context, payload) => {
          await context.join(payload.room);
          return { rooms: context.rooms() };
        },
      }),
      leave: socketEvent({ policy: signedIn('tests'), payload: room, handler: async (context, payload) => context.leave(payload.room) }),
      say: socketEvent({
        policy: permits('message:create'),
        payload: z.object({ room: z.string(), text: z.string() }),
        handler: async (context, payload) => {
          log.push(`say ${payload.text}`);
          hub.emit({ namespace: '/test', zoneId: context.zone.zone.id, room: payload.room }, 'said', {
            from: context.principal.id,
            text: payload.text,
          });
          return { length: payload.text.length };
        },
      }),
      limited: socketEvent({
        policy: signedIn('tests'),
        payload: z.object({}),
        rate: { name: 'limited', points: 2, windowSeconds: 60 },
        handler: async () => {},
      }),
      fail: socketEvent({
        policy: signedIn('tests'),
        payload: z.unknown(),
        handler: async () => {
          throw new Error('on purpose');
        },
      }),
      hold: socketEvent({
        policy: signedIn('tests'),
        payload: z.object({ n: z.number() }),
        handler: async (context, { n }) => {
          log.push(`hold ${n}`);
          await held;
          await context.join('late');
          log.push(`held ${n}`);
        },
      }),
    },
  };
}

export async function startNode(
  world: FakeWorld,
  options: { shared?: Shared; nodeId?: string; limits?: Partial<RealtimeLimits>; logger?: Logger; clock?: Clock; lingerMs?: number } = {},
): Promise<TestNode> {
  const { nodeId = 'one', logger = silentLogger, clock } = options;
  const shared = options.shared ?? createMemoryShared({ logger });
  const hub = BroadcastHub.create({ bus: shared.bus, nodeId, logger, lingerMs: options.lingerMs });
  const [denials, log]: [SocketDenial[], string[]] = [[], []];
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const http = createServer((_, response) => response.writeHead(404).end());
  const realtime = await createRealtime({
    httpServer: http,
    hub,
    namespaces: [testNamespace(hub, log, held), { name: '/closed', policy: permits('admin:read'), events: {} }],
    zones: world.zones,
    authenticator: world.authenticator,
    rateLimiter: shared.rateLimiter,
    presence: shared.presence,
    logger,
    resolveIp: (request) => request.socket.remoteAddress ?? '',
    limits: { closeSpreadMs: 0, ...options.limits },
    onDenied: (denial) => denials.push(denial),
    clock,
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  assert.ok(address !== null && typeof address === 'object');
  return {
    hub,
    shared,
    realtime,
    http,
    port: address.port,
    denials,
    log,
    release,
    async close() {
      release();
      await realtime.close();
      await hub.close();
      http.close();
      if (options.shared === undefined) await shared.close();
    },
  };
}

export interface ConnectOptions {
  readonly zone?: string;
  readonly namespace?: string;
  readonly headers?: Record<string, string>;
  readonly locale?: string;
  readonly reconnection?: boolean;
}

/** A client as the web has it. `token` is sent as it stands. */
export function newClient(node: Pick<TestNode, 'port'>, token: string | undefined, options: ConnectOptions = {}): ClientSocket {
  const { zone = 'talk', namespace = '/test', headers = {}, locale, reconnection = false } = options;
  return connectClient(`http://127.0.0.1:${node.port}${namespace}`, {
    path: '/ws',
    transports: ['websocket'],
    forceNew: true,
    reconnection,
    reconnectionDelay: 20,
    reconnectionDelayMax: 50,
    extraHeaders: { host: `${zone}.localhost:${node.port}`, ...headers },
    auth: { ...(token !== undefined && { token }), ...(locale !== undefined && { locale }) },
  });
}

export async function connect(node: Pick<TestNode, 'port'>, token: string, options?: ConnectOptions): Promise<ClientSocket> {
  const client = newClient(node, token, options);
  await new Promise<void>((resolve, reject) => {
    client.once('connect', resolve);
    client.once('connect_error', reject);
  });
  return client;
}

export interface RefusedConnection {
  readonly message: string;
  readonly data?: { readonly code: string; readonly message: string };
}

export async function refused(
  node: Pick<TestNode, 'port'>,
  token: string | undefined,
  options?: ConnectOptions,
): Promise<RefusedConnection> {
  const client = newClient(node, token, options);
  try {
    return await new Promise((resolve, reject) => {
      client.once('connect_error', (error) => resolve(error as unknown as RefusedConnection));
      client.once('connect', () => reject(new Error('was not refused')));
    });
  } finally {
    client.disconnect();
  }
}

/** Collects the payloads of an event. */
export function collect<T>(client: ClientSocket, event: string): T[] {
  const payloads: T[] = [];
  client.on(event, (payload: T) => payloads.push(payload));
  return payloads;
}
