import { createServer, type IncomingMessage, type ServerOptions, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { fail, MadangError, type Method, type Principal, requestErrors, type ZoneContext } from '@madang/kernel';
import type { ApiAnswer } from '@madang/kernel/web';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { createApiDocs } from './api-docs.ts';
import { type CallOrigin, callRoute } from './call-route.ts';
import { createProxyTrust, type ProxyTrust } from './client-address.ts';
import { watchConnections } from './draining.ts';
import type { CallInput, HttpServerDeps } from './edge-options.ts';
import { Exchange, type ExchangeHost } from './exchange.ts';
import { ipList } from './ip-list.ts';
import { PROBLEM_TYPE, problemDocument } from './problem-document.ts';
import { createRawRoutes } from './raw-routes.ts';
import { newRequestId } from './request-id.ts';
import { ALL_METHODS, addPreflight, securityHeaders } from './response-headers.ts';
import { type CompiledRoute, compileRoutes, shapeOf } from './route-table.ts';
import { runPage } from './run-page.ts';
import { type Edge, refuse, runRoute, tellDenial } from './run-route.ts';
import { type Answer, API_ANSWER, FILE_ANSWER, PAGE_ANSWER, send } from './send.ts';
import { indexFiles } from './static-files.ts';
import { createReadiness, LIVE, metricsAnswer } from './system-paths.ts';
import { keepTickShape } from './tick-shape.ts';
import { createZoneFinder } from './zone-finder.ts';

export interface HttpServer {
  /** For what else lives on the port (`fastify.server` for sockets) and for `inject` in tests. */
  readonly fastify: FastifyInstance;
  /** The same rule for other listeners of the port. */
  readonly trust: ProxyTrust;
  /** Resolves with the port that was bound. */
  listen(options: { host: string; port: number }): Promise<number>;
  /** Lets what is under way finish, then closes. Close sockets on `fastify.server` first. Idempotent. */
  close(): Promise<void>;
  /** Runs a route in the process: policy, validation, handler, response. For loaders that have no `PageContext`. */
  call(zone: ZoneContext, principal: Principal | undefined, key: string, input?: CallInput, origin?: CallOrigin): Promise<ApiAnswer>;
}

const DRAIN_MS = 10_000;
const SERVER_OPTIONS: ServerOptions = {
  /** Time for the head of a request; slow senders of bodies meet their route's time limit. */
  headersTimeout: 15_000,
  requestTimeout: 0,
  /** Above what proxies keep idle connections, so that it is they who close them. */
  keepAliveTimeout: 72_000,
  /** A request without a body is a stream that has ended, which saves most of what a stream costs. */
  optimizeEmptyRequests: true,
};
const MAX_PARAM_LENGTH = 2_000;
const METHODS: readonly Method[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The edge: hosts, credentials, limits, routes, files and pages on one port. See README.md. */
export function createHttpServer(deps: HttpServerDeps): HttpServer {
  const table = compileRoutes(deps.routes, deps.metrics);
  const trust = createProxyTrust(deps.trustedProxies);
  const edge: Edge = {
    deps,
    zoneFinder: createZoneFinder(deps.zones),
    admins: deps.adminAllowList === undefined ? undefined : ipList(deps.adminAllowList),
  };
  const files = deps.staticFiles && indexFiles(deps.staticFiles);
  const host = exchangeHost(deps, table, edge);
  const dispatchRaw = createRawRoutes(deps.rawRoutes ?? [], { edge, host, trust, answerOptions });

  const fastify = Fastify({
    logger: false,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    forceCloseConnections: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    serverFactory: (handler) =>
      createServer(SERVER_OPTIONS, (request, response) => {
        if (!dispatchRaw(request, response)) handler(request, response);
      }),
    rewriteUrl: (request) => apiAlias(request, trust),
    frameworkErrors: (error, request, reply) => refuseFrameworkError(error, request as FastifyRequest, reply as FastifyReply),
    clientErrorHandler: refuseUnreadable,
  });
  // bodies are read by whoever knows the route's limit, after the sender is known
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));
  fastify.server.on('checkContinue', (request, response) => {
    host.awaitingContinue.add(request);
    fastify.server.emit('request', request, response);
  });
  const draining = watchConnections(fastify.server);
  const tickShape = keepTickShape();

  const timers = {
    system: deps.metrics.routeTimer('*', 'system'),
    page: deps.metrics.routeTimer('GET', 'page'),
    unknown: deps.metrics.routeTimer('*', 'unknown'),
  };
  const open = (request: FastifyRequest, reply: FastifyReply, key: string, timer: CompiledRoute['timer']): Exchange => {
    reply.hijack();
    return new Exchange(host, request.raw, reply.raw, trust.resolve(request.raw), key, timer);
  };

  for (const route of table.values()) {
    const alsoHead = route.method === 'GET' && !table.has(`HEAD ${route.path}`);
    fastify.route({
      method: alsoHead ? ['GET', 'HEAD'] : route.method,
      url: route.path,
      handler(request, reply) {
        const exchange = open(request, reply, route.key, route.timer);
        if (route.method === 'OPTIONS' && isPreflight(request.raw)) {
          void answerOptions(exchange);
          return;
        }
        exchange.params = request.params as Record<string, unknown>;
        exchange.query = request.query as Record<string, unknown>;
        void runRoute(edge, route, exchange);
      },
    });
  }
  registerOtherMethods();
  registerSystemPaths();

  fastify.setNotFoundHandler((request, reply) => {
    const { raw } = request;
    const page = !isApiPath(raw.url ?? '/');
    const exchange = open(request, reply, page ? 'page' : 'unknown', page ? timers.page : timers.unknown);
    if (raw.method === 'OPTIONS') void answerOptions(exchange);
    else if (page) void runPage(edge, exchange, files);
    else void refuseInZone(exchange, new MadangError(requestErrors.not_found, { detail: 'no such route' }));
  });
  fastify.setErrorHandler((error, request, reply) => refuseFrameworkError(error as Error, request, reply));

  /** A known path with another method: 405 and what it does take, rather than "nothing is here". */
  function registerOtherMethods(): void {
    const shapes = new Map<string, { path: string; methods: Set<Method> }>();
    for (const route of table.values()) {
      const shape = shapeOf(route.path);
      const known = shapes.get(shape) ?? { path: route.path, methods: new Set() };
      known.methods.add(route.method);
      if (route.method === 'GET') known.methods.add('HEAD');
      shapes.set(shape, known);
    }
    for (const { path, methods } of shapes.values()) {
      const others = METHODS.filter((method) => !methods.has(method));
      if (others.length === 0) continue;
      const allow = [...methods, 'OPTIONS'].join(', ');
      fastify.route({
        method: others,
        url: path,
        handler: (request, reply) =>
          void refuseInZone(open(request, reply, 'unknown', timers.unknown), new MadangError(requestErrors.method_not_allowed), {
            Allow: allow,
          }),
      });
    }
  }

  function registerSystemPaths(): void {
    const ready = createReadiness(deps.health, () => deps.clock.now().getTime());
    const docs = createApiDocs(deps.routes, deps.version ?? '0.0.0');
    const system = (url: string, kind: typeof API_ANSWER, answer: (exchange: Exchange) => Answer | Promise<Answer>) =>
      fastify.route({
        method: ['GET', 'HEAD'],
        url,
        handler(request, reply) {
          const exchange = open(request, reply, url, timers.system);
          Promise.resolve(exchange)
            .then(answer)
            .then((made) => send(exchange, kind, made))
            .catch((error: unknown) => refuse(edge, exchange, error));
        },
      });
    system('/health', API_ANSWER, () => LIVE);
    system('/api/health', API_ANSWER, () => LIVE);
    system('/ready', API_ANSWER, ready);
    system('/metrics', API_ANSWER, (exchange) => metricsAnswer(deps, exchange));
    system('/openapi.json', FILE_ANSWER, docs.document);
    system('/docs', PAGE_ANSWER, docs.page);
    system('/docs/', PAGE_ANSWER, docs.page);
    system('/docs/scalar.js', FILE_ANSWER, docs.script);
  }

  /** Finds the zone first, so that allowed pages may read the refusal and an unknown host is told so. */
  async function refuseInZone(exchange: Exchange, error: MadangError, headers?: Record<string, string>): Promise<void> {
    try {
      if ((await edge.zoneFinder.find(exchange)) === undefined) fail(requestErrors.zone_unknown);
      fail(error.definition, error.details);
    } catch (refusal) {
      await refuse(edge, exchange, refusal, undefined, headers);
    }
  }

  async function answerOptions(exchange: Exchange): Promise<void> {
    try {
      const match = await edge.zoneFinder.find(exchange);
      if (match === undefined) fail(requestErrors.zone_unknown);
      const flat =
        isPreflight(exchange.request) && exchange.corsOrigin !== undefined ? preflightHeaders() : { Allow: `${ALL_METHODS}, OPTIONS` };
      await send(exchange, API_ANSWER, { status: 204, headers: flat, body: null });
    } catch (error) {
      await refuse(edge, exchange, error);
    }
  }

  function refuseFrameworkError(error: Error & { statusCode?: number; code?: string }, request: FastifyRequest, reply: FastifyReply): void {
    const exchange = open(request, reply, 'unknown', timers.unknown);
    void refuse(edge, exchange, refusalOfFramework(error));
  }

  let closing: Promise<void> | undefined;
  return {
    fastify,
    trust,
    async listen(options) {
      await fastify.listen(options);
      const address = fastify.server.address();
      return typeof address === 'object' && address !== null ? address.port : options.port;
    },
    close() {
      closing ??= draining
        .drain(deps.drainMs ?? DRAIN_MS)
        .then(() => fastify.close())
        .finally(tickShape.forget);
      return closing;
    },
    call: (zone, principal, key, input = {}, origin = {}) =>
      callRoute(table.get(key), zone, principal, input, { log: deps.logger, ...origin }, (error) => {
        if (error.definition.status >= 500) deps.logger.error({ route: key, err: error.cause ?? error }, 'a call failed');
      }),
  };
}

function exchangeHost(deps: HttpServerDeps, table: ReadonlyMap<string, CompiledRoute>, edge: Edge): ExchangeHost {
  const { logger } = deps;
  const everyRequest = logger.isLevelEnabled?.('debug') ?? false;
  const logs = (status: number): boolean => status >= 400 || everyRequest;
  return {
    logs,
    logger,
    awaitingContinue: new WeakSet<IncomingMessage>(),
    call(exchange, key, input) {
      const route = table.get(key);
      return callRoute(route, exchange.zone, exchange.principal, input, exchange, (error) => {
        if (error.definition.status >= 500) exchange.log.error({ route: key, err: error.cause ?? error }, 'a call failed');
        if (route !== undefined) tellDenial(edge, exchange, error, route);
      });
    },
    finished(exchange, status, milliseconds) {
      if (!logs(status)) return;
      const fields = {
        method: exchange.request.method,
        route: exchange.routeKey,
        status,
        ms: Math.round(milliseconds * 10) / 10,
        zone: exchange.zoneId,
        ip: exchange.ip,
        requestId: exchange.requestId,
      };
      if (status < 400 || status === 499) logger.debug(fields, 'answered');
      else logger.info(fields, 'refused');
    },
  };
}

/** `api.` hosts also serve the API without the `/api` before it. */
function apiAlias(request: { url?: string }, trust: ProxyTrust): string {
  const url = request.url ?? '/';
  if (!url.startsWith('/v1/')) return url;
  return trust.resolve(request as IncomingMessage).host?.startsWith('api.') ? `/api${url}` : url;
}

/** Paths of programs, never pages: answered with problem documents and never redirected. */
function isApiPath(url: string): boolean {
  return /^\/(?:api|v1|ws|\.well-known)(?:[/?]|$)/.test(url);
}

function isPreflight(request: IncomingMessage): boolean {
  return request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
}

function preflightHeaders(): Record<string, string> {
  const flat: string[] = [];
  addPreflight(flat);
  const headers: Record<string, string> = {};
  for (let i = 0; i < flat.length; i += 2) headers[flat[i] as string] = flat[i + 1] as string;
  return headers;
}

function refusalOfFramework(error: Error & { statusCode?: number; code?: string }): unknown {
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new MadangError(requestErrors.unsupported_type);
  if (error.code === 'FST_ERR_MAX_PARAM_LENGTH')
    return new MadangError(requestErrors.not_found, { detail: 'a part of the path is too long' });
  if (error.statusCode !== undefined && error.statusCode < 500)
    return new MadangError(requestErrors.invalid, { detail: 'the address cannot be read' });
  return error;
}

/** What Node could not read as HTTP at all: there is no request to answer, only a connection to close with a reason. */
function refuseUnreadable(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable || socket.destroyed) {
    socket.destroy();
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const problem = problemDocument(
    new MadangError(requestErrors.invalid, { detail: 'the request is not readable HTTP' }),
    'en',
    newRequestId(),
  );
  const body = JSON.stringify({ ...problem, status });
  const headers = [
    ...securityHeaders(false),
    'Content-Type',
    PROBLEM_TYPE,
    'Content-Length',
    String(Buffer.byteLength(body)),
    'Connection',
    'close',
  ];
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  socket.end(`${head}\r\n${body}`);
}
