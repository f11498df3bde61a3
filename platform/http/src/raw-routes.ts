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
import type { ProxyTrust } from './client-address.ts';
import { Exchange, type ExchangeHost } from './exchange.ts';
import { discardRest } from './read-body.ts';
import { addCors, transferHeaders } from './response-headers.ts';
import { type Edge, refuse } from './run-route.ts';
import { done, left } from './send.ts';

/** To the head of an answer. */
const HEAD_LIMIT_MS = 15_000;
/** Without a byte leaving; then the connection is cut. Node measures it by what the socket still has to send. */
const STALL_LIMIT_MS = 60_000;

export interface RawRoutesDeps {
  readonly edge: Edge;
  readonly host: ExchangeHost;
  readonly trust: ProxyTrust;
  /** Answers OPTIONS as everywhere else. */
  answerOptions(exchange: Exchange): Promise<void>;
}

interface RawRoute {
  readonly definition: RawRouteDefinition;
  readonly timer: RouteTimer;
  readonly allow: string;
}

/** Takes a request whose path lies under one of the prefixes; false, having touched nothing, for every other. */
export type DispatchRaw = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Throws `TypeError` for definitions that contradict each other or ask who somebody is. */
export function createRawRoutes(definitions: readonly RawRouteDefinition[], deps: RawRoutesDeps): DispatchRaw {
  const routes: RawRoute[] = [];
  for (const definition of definitions) {
    const { prefix, policy, methods } = definition;
    if (!/^\/[\w/-]+\/$/.test(prefix)) throw new TypeError(`the prefix ${prefix} of a raw route must begin and end with a slash`);
    if (policy.kind !== 'public') throw new TypeError(`the raw route ${prefix} knows nobody, so its policy can only be public`);
    const other = routes.find((each) => each.definition.prefix.startsWith(prefix) || prefix.startsWith(each.definition.prefix));
    if (other !== undefined) throw new TypeError(`the raw routes ${prefix} and ${other.definition.prefix} overlap`);
    routes.push({
      definition,
      timer: deps.edge.deps.metrics.routeTimer(methods.join('|'), prefix),
      allow: [...methods, 'OPTIONS'].join(', '),
    });
  }
  return (request, response) => {
    const url = request.url ?? '';
    for (const route of routes) {
      if (!url.startsWith(route.definition.prefix)) continue;
      // writing on after the end is a defect of the handler; unheard, its event would end the process
      response.on('error', (error) => deps.host.logger.error({ err: error, route: route.definition.prefix }, 'a raw route wrote wrongly'));
      const exchange = new Exchange(deps.host, request, response, deps.trust.resolve(request), route.definition.prefix, route.timer);
      if (request.method === 'OPTIONS') void deps.answerOptions(exchange);
      else void runRaw(deps.edge, route, exchange);
      return true;
    }
    return false;
  };
}

/** Serves one request. Never rejects, and never leaves a client without an answer or an end. */
async function runRaw(edge: Edge, route: RawRoute, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  let timer: NodeJS.Timeout | undefined;
  try {
    const match = await edge.zoneFinder.find(exchange);
    if (match === undefined) fail(requestErrors.zone_unknown);
    if (match.prefix === 'admin' && edge.admins !== undefined && !edge.admins.has(exchange.ip)) {
      fail(requestErrors.forbidden, { detail: 'this address is not on the admin allow-list' });
    }
    if (!(route.definition.methods as readonly string[]).includes(request.method ?? '')) {
      return await refuse(edge, exchange, new MadangError(requestErrors.method_not_allowed), undefined, { Allow: route.allow });
    }
    if (exchange.hasBody) discardRest(request);
    request.socket.setTimeout(STALL_LIMIT_MS);
    const answering = route.definition.handler(request, response, new Context(exchange));
    if (answering !== undefined) {
      timer = setTimeout(expire, HEAD_LIMIT_MS, edge, exchange);
      await answering;
    }
    finish(exchange);
  } catch (error) {
    await fallBack(edge, exchange, error);
  } finally {
    clearTimeout(timer);
  }
}

/** After the handler: what it did is counted; what it left open is a defect and gets an end. */
function finish(exchange: Exchange): void {
  const { response } = exchange;
  if (exchange.answered) return;
  if (response.writableEnded) {
    exchange.answered = true;
    done(exchange, response.destroyed && !response.writableFinished ? 499 : response.statusCode);
  } else if (exchange.gone) left(exchange);
  else throw new TypeError('a raw route returned without ending its response');
}

/** Before the head has left every error can still be said; after it the connection is cut, so that nobody takes a part for the whole. */
async function fallBack(edge: Edge, exchange: Exchange, error: unknown): Promise<void> {
  const { response } = exchange;
  if (!response.headersSent) return refuse(edge, exchange, error);
  response.destroy();
  if (exchange.answered) return;
  exchange.answered = true;
  if (!(error instanceof MadangError)) exchange.log.error({ err: error, route: exchange.routeKey }, 'an answer broke off');
  done(exchange, 500);
}

function expire(edge: Edge, exchange: Exchange): void {
  if (exchange.response.headersSent) return;
  const error = new MadangError(requestErrors.timed_out, { detail: `not begun within ${HEAD_LIMIT_MS} ms`, retryAfterSeconds: 5 });
  void refuse(edge, exchange, error);
}

/** The part of an exchange a raw handler sees; nothing of it is made before it is asked for. */
class Context implements RawRouteContext {
  readonly #exchange: Exchange;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }
  get zone(): ZoneContext {
    return this.#exchange.zone;
  }
  get origin(): string {
    return this.#exchange.origin;
  }
  get log(): Logger {
    return this.#exchange.log;
  }
  get headers(): string[] {
    const headers = transferHeaders(this.#exchange.secure);
    addCors(headers, this.#exchange.corsOrigin);
    return headers;
  }
}
