import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  fail,
  type Logger,
  MadangError,
  type RawRouteContext,
  type RawRouteDefinition,
  requestErrors,
  type ZoneContext,
} from '@madang/kernel';
import type { RouteTimer } from '@madang/telemetry';
import type { ClientAddress, ProxyTrust } from './client-address.ts';
import { Exchange, type ExchangeHost } from './exchange.ts';
import { discardRest } from './read-body.ts';
import { addCors, transferHeaders } from './response-headers.ts';
import { type Edge, refuse } from './run-route.ts';
import { done, left } from './send.ts';

/** To the head of an answer. */
const HEAD_LIMIT_MS = 15_000;
/** Without a byte leaving; then the connection is cut. Node measures it by what the socket still has to send. */
const STALL_LIMIT_MS = 60_000;
/** How long a host is taken for the zone it was: waiting for the directory costs more than many answers do. */
const HOST_MS = 250;
const MAX_HOSTS = 1000;

interface RawRoutesDeps {
  readonly edge: Edge;
  readonly host: ExchangeHost;
  readonly trust: ProxyTrust;
  /** Answers OPTIONS as everywhere else. */
  answerOptions(exchange: Exchange): Promise<void>;
}

/** Takes a request whose path lies under one of the prefixes; false, having touched nothing, for every other. */
type DispatchRaw = (request: IncomingMessage, response: ServerResponse) => boolean;

interface RawRoute {
  readonly definition: RawRouteDefinition;
  readonly timer: RouteTimer;
  readonly allow: string;
}

/**
 * Serves prefixes without Fastify. Whatever a handler does, the server lives on and the client has an answer or an end.
 * Throws `TypeError` for definitions that contradict each other or ask who somebody is.
 */
export function createRawRoutes(definitions: readonly RawRouteDefinition[], deps: RawRoutesDeps): DispatchRaw {
  const { edge, host, trust } = deps;
  const routes = definitions.map((definition, at): RawRoute => {
    const { prefix, policy, methods } = definition;
    if (!/^\/[\w/-]+\/$/.test(prefix)) throw new TypeError(`the prefix ${prefix} of a raw route must begin and end with a slash`);
    if (policy.kind !== 'public') throw new TypeError(`the raw route ${prefix} knows nobody, so its policy can only be public`);
    const other = definitions.slice(0, at).find((each) => each.prefix.startsWith(prefix) || prefix.startsWith(each.prefix));
    if (other !== undefined) throw new TypeError(`the raw routes ${prefix} and ${other.prefix} overlap`);
    return { definition, timer: edge.deps.metrics.routeTimer(methods.join('|'), prefix), allow: [...methods, 'OPTIONS'].join(', ') };
  });
  const zones = new Map<string, { readonly at: number; readonly zone: ZoneContext }>();
  const onWriteError = (error: Error) => host.logger.error({ err: error }, 'a raw route wrote to a response that had ended');

  /** The plain case at once: a method that is served, on a host that was asked for a moment ago. */
  function serve(raw: RawExchange): void {
    const { request, route } = raw;
    const known = zones.get(raw.address.host ?? '');
    const isPlain = (route.definition.methods as readonly string[]).includes(request.method as string) && !hasBody(request);
    if (known === undefined || raw.startedAt - known.at > HOST_MS || !isPlain) {
      void admit(raw);
      return;
    }
    raw.zone = known.zone;
    const { origin } = request.headers;
    if (origin !== undefined && edge.deps.zones.allowsOrigin(known.zone.zone, origin)) raw.corsOrigin = origin;
    run(raw);
  }

  /** Everything that has to be waited for, or refused. */
  async function admit(raw: RawExchange): Promise<void> {
    const { request, route, exchange } = raw;
    if (request.method === 'OPTIONS') return deps.answerOptions(exchange);
    try {
      const match = await edge.zoneFinder.find(exchange);
      if (match === undefined) fail(requestErrors.zone_unknown);
      if (match.prefix !== 'admin') remember(raw.address.host ?? '', exchange.zone);
      else if (edge.admins !== undefined && !edge.admins.has(exchange.ip)) {
        fail(requestErrors.forbidden, { detail: 'this address is not on the admin allow-list' });
      }
      if (!(route.definition.methods as readonly string[]).includes(request.method as string)) fail(requestErrors.method_not_allowed);
    } catch (error) {
      const notAllowed = error instanceof MadangError && error.definition === requestErrors.method_not_allowed;
      return refuse(edge, exchange, error, undefined, notAllowed ? { Allow: route.allow } : undefined);
    }
    if (hasBody(request)) discardRest(request);
    raw.zone = exchange.zone;
    raw.corsOrigin = exchange.corsOrigin;
    run(raw);
  }

  function remember(name: string, zone: ZoneContext): void {
    if (zones.size >= MAX_HOSTS) zones.clear();
    zones.set(name, { at: performance.now(), zone });
  }

  function run(raw: RawExchange): void {
    try {
      const answering = raw.route.definition.handler(raw.request, raw.response, raw);
      if (answering === undefined) finish(raw);
      else void wait(raw, answering);
    } catch (error) {
      void fallBack(raw, error);
    }
  }

  async function wait(raw: RawExchange, answering: Promise<void>): Promise<void> {
    raw.request.socket.setTimeout(STALL_LIMIT_MS);
    const timer = setTimeout(expire, HEAD_LIMIT_MS, raw);
    try {
      await answering;
      finish(raw);
    } catch (error) {
      await fallBack(raw, error);
    } finally {
      clearTimeout(timer);
    }
  }

  function expire(raw: RawExchange): void {
    if (raw.response.headersSent) return;
    const error = new MadangError(requestErrors.timed_out, { detail: `not begun within ${HEAD_LIMIT_MS} ms`, retryAfterSeconds: 5 });
    void refuse(edge, raw.exchange, error);
  }

  /** After the handler: what it did is counted; what it left open is a defect and gets an end. */
  function finish(raw: RawExchange): void {
    const { request, response } = raw;
    if (raw.isAnswered) return;
    if (!response.writableFinished && (response.destroyed || request.socket.destroyed)) {
      left(raw.exchange);
      return;
    }
    if (!response.writableEnded) throw new TypeError('a raw route returned without ending its response');
    const status = response.statusCode;
    if (host.logs(status)) done(raw.exchange, status);
    else raw.route.timer.observe(raw.zone.zone.id, status, (performance.now() - raw.startedAt) / 1000);
    if (request.socket.writableLength > 0) request.socket.setTimeout(STALL_LIMIT_MS);
  }

  /** Before the head has left every error can still be said; after it the connection is cut, so that nobody takes a part for the whole. */
  async function fallBack({ exchange, response, route }: RawExchange, error: unknown): Promise<void> {
    if (!response.headersSent) return refuse(edge, exchange, error);
    response.destroy();
    if (exchange.answered) return;
    exchange.answered = true;
    exchange.log.error({ err: error, route: route.definition.prefix }, 'an answer broke off');
    done(exchange, 500);
  }

  return (request, response) => {
    const url = request.url as string;
    for (const route of routes) {
      if (!url.startsWith(route.definition.prefix)) continue;
      // unheard, the event of writing on after the end would end the process
      response.on('error', onWriteError);
      serve(new RawExchange(route, request, response, trust.resolve(request), host));
      return true;
    }
    return false;
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] !== undefined && headers['content-length'] !== '0');
}

/** A request for a raw route. The full exchange is made only for what is seldom: refusals, lines of the log. */
class RawExchange implements RawRouteContext {
  readonly route: RawRoute;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly address: ClientAddress;
  readonly startedAt: number;
  corsOrigin: string | undefined;
  private readonly host: ExchangeHost;
  private foundZone: ZoneContext | undefined;
  private full: Exchange | undefined;

  constructor(route: RawRoute, request: IncomingMessage, response: ServerResponse, address: ClientAddress, host: ExchangeHost) {
    this.route = route;
    this.request = request;
    this.response = response;
    this.address = address;
    this.startedAt = performance.now();
    this.corsOrigin = undefined;
    this.host = host;
    this.foundZone = undefined;
    this.full = undefined;
  }

  get zone(): ZoneContext {
    if (this.foundZone === undefined) throw new TypeError('the zone of this request is not known yet');
    return this.foundZone;
  }
  set zone(zone: ZoneContext) {
    this.foundZone = zone;
  }

  get origin(): string {
    return `${this.address.secure ? 'https' : 'http'}://${this.address.host ?? ''}`;
  }

  get headers(): string[] {
    const headers = transferHeaders(this.address.secure);
    addCors(headers, this.corsOrigin);
    return headers;
  }

  get log(): Logger {
    return this.exchange.log;
  }

  get exchange(): Exchange {
    if (this.full === undefined) {
      const { definition, timer } = this.route;
      this.full = new Exchange(this.host, this.request, this.response, this.address, definition.prefix, timer, this.startedAt);
      if (this.foundZone !== undefined) this.full.zone = this.foundZone;
      this.full.corsOrigin = this.corsOrigin;
    }
    return this.full;
  }

  /** Refused, or found to be left by its client. */
  get isAnswered(): boolean {
    return this.full?.answered === true;
  }
}
