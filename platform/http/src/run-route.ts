import { Readable } from 'node:stream';
import type { Credentials } from '@madang/kernel';
import {
  type EndpointSpec,
  enforcePolicy,
  type FieldProblem,
  fail,
  hasCode,
  MadangError,
  type RateRule,
  type Reply,
  type RouteInput,
  requestErrors,
} from '@madang/kernel';
import type { HttpServerDeps } from './edge-options.ts';
import { ClientGone, type Exchange } from './exchange.ts';
import { fieldProblems, unacceptableField } from './field-problems.ts';
import { type IpList, networkOf } from './ip-list.ts';
import { isExpected, PROBLEM_TYPE, problemDocument, refusalFrom, refusalHeaders } from './problem-document.ts';
import { readJsonBody } from './read-body.ts';
import { type CompiledRoute, enforceResponse } from './route-table.ts';
import { API_ANSWER, left, send } from './send.ts';
import type { ZoneFinder } from './zone-finder.ts';

/** What every request of this server is served with. */
export interface Edge {
  readonly deps: HttpServerDeps;
  readonly zoneFinder: ZoneFinder;
  /** Undefined where everyone may reach the admin routes. */
  readonly admins: IpList | undefined;
}

/** Serves one request for a route, from its head to the last byte of the answer. Never rejects. */
export async function runRoute(edge: Edge, route: CompiledRoute, exchange: Exchange): Promise<void> {
  const timer = setTimeout(expire, route.timeoutMs, edge, route, exchange);
  try {
    const match = await edge.zoneFinder.find(exchange);
    if (match === undefined) fail(requestErrors.zone_unknown);
    if (route.admin && edge.admins !== undefined && !edge.admins.has(exchange.ip)) {
      fail(requestErrors.forbidden, { detail: 'this address is not on the admin allow-list' });
    }
    checkOrigin(edge, route, exchange);
    await identify(edge, exchange, route.readsSessionCookie);
    if (!route.definition.limits.uncounted) await count(edge, exchange, route.definition.limits.rate);
    enforcePolicy(route.definition.policy, exchange.principal);
    if (route.bodyLimit === 'stream') exchange.body = undefined;
    else if (route.definition.spec.body !== undefined) exchange.body = await readJsonBody(exchange, route.bodyLimit);
    const reply = await answerOf(route, exchange as unknown as RouteInput<EndpointSpec>);
    clearTimeout(timer);
    await sendReply(exchange, route, reply);
  } catch (error) {
    await refuse(edge, exchange, error, route);
  } finally {
    clearTimeout(timer);
  }
}

function expire(edge: Edge, route: CompiledRoute, exchange: Exchange): void {
  const error = new MadangError(requestErrors.timed_out, { detail: `not done within ${route.timeoutMs} ms`, retryAfterSeconds: 5 });
  exchange.abort(error);
  void refuse(edge, exchange, error, route);
}

/**
 * A change that a cookie could authorize must not come from a foreign page (CSRF). Programs send no Origin and are let
 * through: they have no cookie jar that someone else could use.
 */
function checkOrigin(edge: Edge, route: CompiledRoute, exchange: Exchange): void {
  const { origin } = exchange.headers;
  if (typeof origin !== 'string') return;
  const sensitive =
    route.definition.cookieAuth || (route.changes && exchange.cookies[edge.deps.authenticator.cookieName(exchange.secure)] !== undefined);
  if (sensitive && exchange.corsOrigin === undefined) fail(requestErrors.wrong_origin, { detail: origin.slice(0, 200) });
}

/** Finds out who is asking. A Bearer decides alone; a bad one is refused even where nobody need be known. */
export async function identify(edge: Edge, exchange: Exchange, readsSessionCookie: boolean): Promise<void> {
  const credentials = credentialsOf(edge, exchange, readsSessionCookie);
  if (credentials === undefined) return;
  try {
    exchange.principal = await edge.deps.authenticator.authenticate(exchange.zone, credentials);
  } catch (error) {
    // guessing tokens is counted like any anonymous request
    if (hasCode(error, requestErrors.unauthenticated)) await count(edge, exchange, undefined);
    throw error;
  }
}

function credentialsOf(edge: Edge, exchange: Exchange, readsSessionCookie: boolean): Credentials | undefined {
  const { authorization } = exchange.request.headers;
  if (authorization !== undefined && /^bearer /i.test(authorization)) return { bearer: authorization.slice(7).trim() };
  if (!readsSessionCookie || exchange.request.headers.cookie === undefined) return undefined;
  const sessionCookie = exchange.cookies[edge.deps.authenticator.cookieName(exchange.secure)];
  return sessionCookie === undefined ? undefined : { sessionCookie };
}

async function count(edge: Edge, exchange: Exchange, own: RateRule | undefined): Promise<void> {
  const { limits } = edge.deps;
  const person = exchange.principal;
  const key = person === undefined ? networkOf(exchange.ip) : `${person.zoneId}/${person.id}`;
  await consume(edge, person === undefined ? limits.anonymous : limits.person, key);
  if (own !== undefined) await consume(edge, own, key);
}

/** Throws `request.rate_limited` once `key` has used up `rule`. */
export async function consume(edge: Edge, rule: RateRule, key: string): Promise<void> {
  const decision = await edge.deps.rateLimiter.consume(rule, key);
  if (!decision.allowed) {
    fail(requestErrors.rate_limited, {
      detail: `${rule.points} in ${rule.windowSeconds} s`,
      retryAfterSeconds: decision.retryAfterSeconds,
    });
  }
}

/** Validates and runs the handler: what HTTP and in-process calls have in common. `input` holds the raw values and gets the parsed ones. */
export async function answerOf(route: CompiledRoute, input: RouteInput<EndpointSpec>): Promise<Reply> {
  validate(route, input);
  return await route.definition.handler(input);
}

function validate(route: CompiledRoute, input: RouteInput<EndpointSpec>): void {
  const { spec } = route.definition;
  const raw = input as { params: unknown; query: unknown; body: unknown };
  const fields: FieldProblem[] = [];
  for (const part of ['params', 'query', 'body'] as const) {
    const schema = spec[part];
    if (schema === undefined) {
      if (part !== 'body') raw[part] = NOTHING;
      continue;
    }
    const value = raw[part];
    const unacceptable = unacceptableField(part, value, input.locale);
    if (unacceptable !== undefined) {
      fields.push(unacceptable);
      continue;
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) raw[part] = parsed.data;
    else fields.push(...fieldProblems(part, parsed.error.issues, value, input.locale));
  }
  if (fields.length > 0) fail(requestErrors.invalid, { fields, detail: fields.map((field) => `${field.path}: ${field.code}`).join(', ') });
}

const NOTHING: Readonly<Record<string, never>> = Object.freeze({});

async function sendReply(exchange: Exchange, route: CompiledRoute, reply: Reply): Promise<void> {
  const body = enforceResponse(route, reply);
  const bytes = body === null || body instanceof Readable || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  await send(exchange, route.kind, { status: reply.status, headers: reply.headers, cookies: reply.cookies, body: bytes });
}

/** The one mapper from what was thrown to what is said: problem+json, logged by what it asks of people. */
export async function refuse(
  edge: Edge,
  exchange: Exchange,
  thrown: unknown,
  route?: CompiledRoute,
  extraHeaders?: Readonly<Record<string, string>>,
): Promise<void> {
  if (exchange.answered) return;
  if (thrown instanceof ClientGone || exchange.gone) return left(exchange);
  const error = refusalFrom(thrown);
  report(exchange, error);
  if (route !== undefined) tellDenial(edge, exchange, error, route);
  const document = problemDocument(error, exchange.locale, exchange.requestId);
  const headers = { ...refusalHeaders(error), ...extraHeaders, 'Content-Type': PROBLEM_TYPE };
  try {
    await send(exchange, API_ANSWER, { status: error.definition.status, headers, body: JSON.stringify(document) });
  } catch (failure) {
    exchange.log.error({ err: failure }, 'a refusal could not be sent');
    exchange.response.destroy();
    left(exchange);
  }
}

/** ERROR only for what nobody expected; a part that is away heals by itself. */
export function report(exchange: Exchange, error: MadangError): void {
  if (error.definition.status < 500) return;
  const fields = { route: exchange.routeKey, err: error.cause ?? error, sentId: exchange.echoedId };
  if (isExpected(error.definition)) exchange.log.warn(fields, error.definition.title);
  else exchange.log.error(fields, 'a request failed unexpectedly');
}

const DENIALS = [requestErrors.forbidden, requestErrors.wrong_zone, requestErrors.wrong_origin];

export function tellDenial(edge: Edge, exchange: Exchange, error: MadangError, route: CompiledRoute): void {
  if (!DENIALS.some((definition) => hasCode(error, definition)) || exchange.zoneId === '-') return;
  const denial = { route: route.key, policy: route.definition.policy, code: error.code, detail: error.details.detail };
  // beside the answer: an audit that is slow or away must not hold up a refusal
  Promise.resolve()
    .then(() => edge.deps.onDenied(exchange, exchange.principal, denial))
    .catch((failure: unknown) => exchange.log.error({ err: failure, ...denial }, 'a denial could not be recorded'));
}
