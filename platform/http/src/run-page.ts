import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { fail, MadangError, requestErrors } from '@madang/kernel';
import type { PageAnswer } from './edge-options.ts';
import { ClientGone, type Exchange } from './exchange.ts';
import { networkOf } from './ip-list.ts';
import { PLAIN_PAGE_POLICY, plainPage } from './plain-page.ts';
import { refusalFrom, refusalHeaders } from './problem-document.ts';
import { DEFAULT_TIMEOUT_MS } from './route-table.ts';
import { consume, type Edge, identify, report } from './run-route.ts';
import { type Answer, type AnswerKind, FILE_ANSWER, left, PAGE_ANSWER, send } from './send.ts';
import type { FileIndex } from './static-files.ts';

/** Serves what is no route: a built file, a redirect to the zone's own host, or a page. Never rejects. */
export async function runPage(edge: Edge, exchange: Exchange, files: FileIndex | undefined): Promise<void> {
  const timer = setTimeout(expire, DEFAULT_TIMEOUT_MS, exchange);
  try {
    const [kind, answer] = await answerOf(edge, exchange, files);
    clearTimeout(timer);
    await send(exchange, kind, answer);
  } catch (error) {
    await refusePage(exchange, error);
  } finally {
    clearTimeout(timer);
  }
}

function expire(exchange: Exchange): void {
  const error = new MadangError(requestErrors.timed_out, { retryAfterSeconds: 5 });
  exchange.abort(error);
  void refusePage(exchange, error);
}

async function answerOf(edge: Edge, exchange: Exchange, files: FileIndex | undefined): Promise<[AnswerKind, Answer]> {
  const match = await edge.zoneFinder.find(exchange);
  if (match === undefined) fail(requestErrors.zone_unknown);
  if (match.prefix === 'admin' && edge.admins !== undefined && !edge.admins.has(exchange.ip)) {
    fail(requestErrors.forbidden, { detail: 'this address is not on the admin allow-list' });
  }
  const { method } = exchange.request;
  if (method !== 'GET' && method !== 'HEAD') {
    // pages only show; what changes something is a route
    fail(requestErrors.method_not_allowed);
  }
  const file = await files?.find(exchange);
  if (file !== undefined) return [FILE_ANSWER, file];
  if (match.redirectTo !== undefined) {
    const headers = { Location: match.redirectTo + exchange.url, 'Cache-Control': 'public, max-age=3600' };
    return [PAGE_ANSWER, { status: 301, headers, body: null }];
  }
  await identify(edge, exchange, true);
  const person = exchange.principal;
  await consume(edge, edge.deps.limits.pages, person === undefined ? networkOf(exchange.ip) : `${person.zoneId}/${person.id}`);
  if (edge.deps.pageHandler === undefined) fail(requestErrors.not_found);
  return [PAGE_ANSWER, toAnswer(await edge.deps.pageHandler(exchange))];
}

function toAnswer(answer: PageAnswer | Response): Answer {
  if (!(answer instanceof Response)) return answer;
  const headers: Record<string, string> = {};
  for (const [name, value] of answer.headers) if (name !== 'set-cookie') headers[name] = value;
  const body = answer.body === null ? null : Readable.fromWeb(answer.body as ReadableStream);
  return { status: answer.status, headers, setCookie: answer.headers.getSetCookie(), body };
}

async function refusePage(exchange: Exchange, thrown: unknown): Promise<void> {
  if (exchange.answered) return;
  if (thrown instanceof ClientGone || exchange.gone) return left(exchange);
  const error = refusalFrom(thrown);
  report(exchange, error);
  const { status, message } = error.definition;
  const headers: Record<string, string> = {
    ...refusalHeaders(error),
    'Content-Security-Policy': PLAIN_PAGE_POLICY,
    'Cache-Control': 'no-store',
    ...(status === 405 && { Allow: 'GET, HEAD' }),
  };
  try {
    await send(exchange, PAGE_ANSWER, { status, headers, body: plainPage(status, message, exchange.locale, exchange.requestId) });
  } catch (failure) {
    exchange.log.error({ err: failure }, 'a refusal could not be sent');
    exchange.response.destroy();
    left(exchange);
  }
}
