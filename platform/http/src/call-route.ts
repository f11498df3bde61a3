import { Readable } from 'node:stream';
import {
  DEFAULT_LOCALE,
  type EndpointSpec,
  enforcePolicy,
  fail,
  type MadangError,
  type Principal,
  type Reply,
  type RequestContext,
  type RouteInput,
  requestErrors,
  silentLogger,
  type ZoneContext,
} from '@madang/kernel';
import type { ApiAnswer } from '@madang/kernel/web';
import type { CallInput } from './edge-options.ts';
import { problemDocument, refusalFrom, refusalHeaders } from './problem-document.ts';
import { newRequestId } from './request-id.ts';
import { type CompiledRoute, enforceResponse } from './route-table.ts';
import { answerOf } from './run-route.ts';

/** The parts of a caller's request that its calls inside the process carry on. */
export type CallOrigin = Partial<Omit<RequestContext, 'zone' | 'principal'>>;

const noRequest = Object.freeze({});
const never = new AbortController().signal;

/**
 * Runs a route as a request of `principal` would, from the policy on: no HTTP, no rate limit, and the answer's body as a
 * client would have parsed it. Refusals come back as answers; `onRefused` hears of each.
 */
export async function callRoute(
  route: CompiledRoute | undefined,
  zone: ZoneContext,
  principal: Principal | undefined,
  input: CallInput,
  origin: CallOrigin,
  onRefused: (error: MadangError) => void,
): Promise<ApiAnswer> {
  const context = contextOf(zone, principal, input, origin);
  try {
    if (route === undefined) fail(requestErrors.not_found, { detail: 'no such route' });
    enforcePolicy(route.definition.policy, principal);
    return toAnswer(route, await answerOf(route, context));
  } catch (thrown) {
    const error = refusalFrom(thrown);
    onRefused(error);
    return {
      status: error.definition.status,
      body: problemDocument(error, context.locale, context.requestId),
      headers: refusalHeaders(error),
    };
  }
}

function contextOf(zone: ZoneContext, principal: Principal | undefined, input: CallInput, origin: CallOrigin): RouteInput<EndpointSpec> {
  return {
    zone,
    principal,
    requestId: origin.requestId ?? newRequestId(),
    ip: origin.ip ?? '127.0.0.1',
    userAgent: origin.userAgent ?? null,
    origin: origin.origin ?? '',
    secure: origin.secure ?? false,
    locale: origin.locale ?? DEFAULT_LOCALE,
    cookies: origin.cookies ?? noRequest,
    headers: origin.headers ?? noRequest,
    signal: origin.signal ?? never,
    log: origin.log ?? silentLogger,
    params: (input.params ?? noRequest) as Record<string, never>,
    query: textual(input.query ?? noRequest) as Record<string, never>,
    body: input.body as undefined,
    get stream() {
      return Readable.from([]);
    },
  };
}

/** As a query string would carry them. */
function textual(query: Readonly<Record<string, string | number | boolean | undefined>>): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(query)) if (value !== undefined) texts[name] = String(value);
  return texts;
}

function toAnswer(route: CompiledRoute, reply: Reply): ApiAnswer {
  const body = enforceResponse(route, reply);
  if (body instanceof Readable) {
    body.destroy();
    throw new TypeError(`${route.key} answers with a stream: fetch it over HTTP`);
  }
  return { status: reply.status, body: body === null ? null : JSON.parse(JSON.stringify(body)), headers: reply.headers ?? {} };
}
