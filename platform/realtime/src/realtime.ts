import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Authenticator,
  type Clock,
  type Closable,
  DEFAULT_LOCALE,
  fail,
  type Locale,
  type Logger,
  type Presence,
  personRoom,
  type RateLimiter,
  requestErrors,
  type SocketNamespace,
  systemClock,
  type ZoneDirectory,
} from '@madang/kernel';
import { Server as EngineServer, type Socket as EngineSocket } from 'engine.io';
import { type Namespace, Server, type Socket } from 'socket.io';
import type { BroadcastHub } from './broadcast-hub.ts';
import { takeConnection } from './connection-quota.ts';
import { ConnectionWriter } from './connection-writer.ts';
import { admitToNamespace, connectionOrigin, handshakeLocale, hollowOut } from './handshake.ts';
import { DEFAULT_LIMITS, type RealtimeLimits } from './limits.ts';
import { OpenConnection } from './open-connection.ts';
import { OpenSessions, SESSION_REVOKED } from './open-sessions.ts';
import { noMetrics, type RealtimeMetrics, type SocketDenial } from './realtime-hooks.ts';
import { type Refusal, refusalOf } from './refusal.ts';
import { type Admitted, type MemberDeps, SocketMember } from './socket-member.ts';

export interface RealtimeOptions {
  /** Whose upgrade requests on `/ws` are taken; the rest of it is left alone, and it is not closed with this. */
  readonly httpServer: HttpServer;
  readonly hub: BroadcastHub;
  readonly namespaces: readonly SocketNamespace[];
  readonly zones: ZoneDirectory;
  readonly authenticator: Authenticator;
  readonly rateLimiter: RateLimiter;
  readonly presence: Presence;
  readonly logger: Logger;
  /** The client's address behind trusted proxies. */
  readonly resolveIp: (request: IncomingMessage) => string;
  readonly limits?: Partial<RealtimeLimits>;
  readonly metrics?: RealtimeMetrics;
  readonly onDenied?: (denial: SocketDenial) => void;
  readonly clock?: Clock;
}

export interface Realtime extends Closable {
  /** Open connections of this node, whatever namespaces they are in. */
  socketCount(): number;
  /**
   * Lets every connection go, a thousand a second: clients come back and ask the database from their last sequence number.
   * For when messages between nodes may have been lost (`Shared.onGap`), which nobody would otherwise notice.
   */
  reconnectClients(): void;
}

const PATH = '/ws';
const BACKLOG_CHECK_MS = 1_000;
/** How long closing waits for handlers and for clients to say goodbye, ms. */
const FAREWELL_MS = 3_000;
const CLOSE_STEP_MS = 50;

/**
 * Socket.IO on `/ws`, WebSocket only, for the namespaces of all modules. Nothing is compressed (4.5 times the CPU), nothing
 * is recovered by the library (clients ask the database from their last sequence number).
 */
export async function createRealtime(options: RealtimeOptions): Promise<Realtime> {
  const limits: RealtimeLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const logger = options.logger.child({ part: 'realtime' });
  const { hub, presence, httpServer, authenticator, zones, metrics = noMetrics, onDenied = () => {}, clock = systemClock } = options;
  const sessions = new OpenSessions({ authenticator, logger, roundSeconds: limits.recheckSeconds });
  const connections = new Map<EngineSocket, OpenConnection>();
  const admissions = new WeakMap<Socket, Admitted>();
  const leaving = new Set<Promise<void>>();
  let warnedIndirect = false;
  let closing: Promise<void> | undefined;

  const engine = new EngineServer({
    transports: ['websocket'],
    allowUpgrades: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: limits.messageBytes,
  });
  engine.on('connection', (conn: EngineSocket) => {
    const writer = new ConnectionWriter(conn, limits);
    if (!writer.isDirect && !warnedIndirect) {
      warnedIndirect = true;
      logger.warn({}, 'ws or Engine.IO do not look as expected: events go through their queues, which costs more CPU');
    }
    const { request } = conn;
    const connection = new OpenConnection(conn, connectionOrigin(request, options.resolveIp(request)), writer, clock);
    hollowOut(request);
    (conn as { request: unknown }).request = null;
    connections.set(conn, connection);
    conn.once('close', () => {
      connections.delete(conn);
      connection.closed();
    });
  });
  const io = new Server({ serveClient: false, connectTimeout: limits.connectMs });
  io.bind(engine);

  const deps: MemberDeps = {
    hub,
    authenticator,
    rateLimiter: options.rateLimiter,
    limits,
    metrics,
    logger,
    clock,
    onDenied,
    onSessionOver: (member) => sessions.end(member.zone.zone.id, member.sessionId, SESSION_REVOKED),
  };

  // The library always has this one; nothing of ours is there.
  io.of('/').use((_, next) => {
    next(connectError({ code: requestErrors.not_found.code, message: requestErrors.not_found.message[DEFAULT_LOCALE] }));
  });
  for (const namespace of options.namespaces) serve(io.of(namespace.name), namespace);

  function serve(server: Namespace, namespace: SocketNamespace): void {
    server.use((socket, next) => {
      const auth: Record<string, unknown> = { ...socket.handshake.auth };
      socket.handshake.auth = {};
      const connection = connections.get(socket.conn);
      const locale = connection === undefined ? DEFAULT_LOCALE : handshakeLocale(auth, connection.origin);
      admit(socket, namespace, connection, auth, locale).then(
        () => next(),
        (error: unknown) => next(connectError(refusalOf(error, locale, logger, { namespace: namespace.name, handshake: true }))),
      );
    });
    server.on('connection', (socket) => welcome(socket, namespace));
  }

  async function admit(
    socket: Socket,
    namespace: SocketNamespace,
    connection: OpenConnection | undefined,
    auth: Record<string, unknown>,
    locale: Locale,
  ): Promise<void> {
    if (connection === undefined || closing !== undefined) fail(requestErrors.unavailable);
    connection.ask(namespace.name);
    try {
      const { origin } = connection;
      const { zone, principal } = await admitToNamespace({ zones, authenticator, onDenied }, namespace, origin, auth);
      const zoneId = zone.zone.id;
      const ids = { connectionId: connection.id, socketId: socket.id };
      const release = await takeConnection(presence, limits.connectionsPerPerson, { zoneId, userId: principal.id }, ids);
      connection.hold(namespace.name, () => {
        release().catch((error: unknown) => logger.warn({ err: error }, 'a connection was not given back'));
      });
      // Before the client hears that it is connected: what is sent to the person from then on must reach it.
      await hub.open({ namespace: namespace.name, zoneId, room: personRoom(principal.id) });
      admissions.set(socket, { zone, principal, ip: origin.ip, userAgent: origin.userAgent, locale });
    } catch (error) {
      connection.refused(namespace.name);
      throw error;
    }
  }

  function welcome(socket: Socket, namespace: SocketNamespace): void {
    const connection = connections.get(socket.conn);
    const admitted = admissions.get(socket);
    if (connection === undefined || admitted === undefined || closing !== undefined) {
      socket.conn.close();
      return;
    }
    const labels = { zoneId: admitted.zone.zone.id, namespace: namespace.name };
    const member = new SocketMember(socket, namespace, admitted, connection.writer, deps);
    sessions.add(member);
    metrics.sockets(1, labels);
    socket.once('disconnect', () => {
      sessions.remove(member);
      metrics.sockets(-1, labels);
      connection.left(namespace.name);
      const gone = member.closed().finally(() => leaving.delete(gone));
      leaving.add(gone);
    });
    member.open();
  }

  const onUpgrade = (request: IncomingMessage, tcp: Duplex, head: Buffer): void => {
    const path = request.url?.split('?', 1)[0];
    if (path !== PATH && path !== `${PATH}/`) {
      if (httpServer.listenerCount('upgrade') === 1) refuseUpgrade(tcp, '404 Not Found');
    } else if (closing !== undefined) refuseUpgrade(tcp, '503 Service Unavailable');
    else engine.handleUpgrade(request as Parameters<EngineServer['handleUpgrade']>[0], tcp, head);
  };

  // Answers and pongs leave by the libraries' own ways: who takes nothing of them is found here.
  const backlogCheck = setInterval(() => {
    for (const { writer } of connections.values()) if (writer.backlog > limits.outgoingBytes) writer.terminate();
  }, BACKLOG_CHECK_MS);
  backlogCheck.unref();

  await hub.onSessionEnd((zoneId, sessionId, reason) => sessions.end(zoneId, sessionId, reason));
  httpServer.on('upgrade', onUpgrade);

  async function close(): Promise<void> {
    clearInterval(backlogCheck);
    await sessions.close();
    const open = [...connections.values()];
    await letGo(open, limits.closeSpreadMs);
    const end = performance.now() + FAREWELL_MS;
    while ((leaving.size > 0 || open.some(({ writer }) => writer.isOpen)) && performance.now() < end) await sleep(10);
    for (const { writer } of open) writer.terminate();
    await io.close();
    httpServer.off('upgrade', onUpgrade);
  }

  return {
    socketCount: () => connections.size,
    reconnectClients() {
      const open = [...connections.values()];
      if (open.length > 0) logger.info({ connections: open.length }, 'clients are asked to come back: messages may have been missed');
      void letGo(open, open.length);
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** The transport, not the sockets: client libraries come back by themselves from that. */
async function letGo(connections: readonly OpenConnection[], spreadMs: number): Promise<void> {
  const perStep = Math.max(1, Math.ceil((connections.length * CLOSE_STEP_MS) / Math.max(CLOSE_STEP_MS, spreadMs)));
  for (let at = 0; at < connections.length; at += perStep) {
    for (const { conn } of connections.slice(at, at + perStep)) conn.close();
    if (at + perStep < connections.length) await sleep(CLOSE_STEP_MS);
  }
}

function connectError(refusal: Refusal): Error {
  return Object.assign(new Error(refusal.code), { data: refusal });
}

function refuseUpgrade(tcp: Duplex, status: string): void {
  tcp.on('error', () => {});
  tcp.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
