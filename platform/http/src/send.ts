import { pipeline, Readable } from 'node:stream';
import type { SetCookie } from '@madang/kernel';
import { acceptedEncoding, compress, compressOnce, compressStream, isText, type PackedBodies } from './compression.ts';
import { writeCookie } from './cookies.ts';
import { ClientGone, type Exchange } from './exchange.ts';
import { discardRest } from './read-body.ts';
import {
  API_CONTENT_SECURITY_POLICY,
  addCors,
  EDGE_HEADERS,
  type FlatHeaders,
  pageContentSecurityPolicy,
  securityHeaders,
} from './response-headers.ts';

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly cookies?: readonly SetCookie[] | undefined;
  /** `Set-Cookie` values that are written already. */
  readonly setCookie?: readonly string[] | undefined;
  readonly body: string | Buffer | Readable | null;
  readonly packed?: PackedBodies | undefined;
}

/** What differs between an API's and a page's answer. */
export interface AnswerKind {
  readonly contentType: string;
  readonly cacheControl: string;
  readonly page: boolean;
  /** Whether pages of the zone's allowed origins may read it. */
  readonly cors: boolean;
  /** Smallest body worth compressing, bytes; Infinity for never (secrets beside echoed input, bytes that are packed already). */
  readonly compressFrom: number;
}

export const API_ANSWER: AnswerKind = {
  contentType: 'application/json; charset=utf-8',
  cacheControl: 'no-store',
  page: false,
  cors: true,
  compressFrom: 4096,
};
/** Answers that set credentials are never compressed: their length would tell of the secret (BREACH). */
export const SECRET_ANSWER: AnswerKind = { ...API_ANSWER, compressFrom: Number.POSITIVE_INFINITY };
export const PAGE_ANSWER: AnswerKind = {
  contentType: 'text/html; charset=utf-8',
  cacheControl: 'private, no-cache',
  page: true,
  cors: false,
  compressFrom: 1024,
};
/** Scripts and fonts are read across the hosts of a zone (`static.`). Compressed once, not per answer. */
export const FILE_ANSWER: AnswerKind = { ...PAGE_ANSWER, cors: true, compressFrom: Number.POSITIVE_INFINITY };

/** Writes the answer once; a second attempt (a handler that finished after its time was over) only frees what it brought. */
export async function send(exchange: Exchange, kind: AnswerKind, answer: Answer): Promise<void> {
  const { body } = answer;
  if (exchange.answered || exchange.gone) {
    if (body instanceof Readable) body.destroy();
    return exchange.answered ? undefined : left(exchange);
  }
  exchange.answered = true;
  const names = new Set<string>();
  const headers = headersOf(exchange, kind, answer, names);
  const compressible = isCompressible(kind, answer, names);
  const encoding = compressible ? acceptedEncoding(exchange.request.headers['accept-encoding']) : undefined;
  if (compressible) headers.push('Vary', 'Accept-Encoding');
  if (exchange.hasBody) discardRest(exchange.request);

  if (body instanceof Readable) {
    const source = encoding === undefined ? body : compressed(body, encoding, headers);
    return stream(exchange, answer.status, headers, source);
  }
  let bytes = body;
  if (encoding !== undefined && bytes !== null) {
    bytes = await (answer.packed === undefined ? compress(bytes, encoding) : compressOnce(bytes, encoding, answer.packed));
    headers.push('Content-Encoding', encoding);
  }
  if (bytes !== null && !names.has('content-length')) headers.push('Content-Length', String(Buffer.byteLength(bytes)));
  else if (bytes === null && mayHaveBody(answer.status) && !names.has('content-length')) headers.push('Content-Length', '0');
  exchange.response.writeHead(answer.status, headers);
  if (bytes === null || exchange.request.method === 'HEAD') exchange.response.end();
  else exchange.response.end(bytes);
  done(exchange, answer.status);
}

const mayHaveBody = (status: number): boolean => status >= 200 && status !== 204 && status !== 304;

function headersOf(exchange: Exchange, kind: AnswerKind, answer: Answer, names: Set<string>): FlatHeaders {
  const headers = securityHeaders(exchange.secure);
  headers.push('X-Request-Id', exchange.echoedId);
  if (kind.cors) addCors(headers, exchange.corsOrigin);
  let policy: string | undefined;
  if (answer.headers !== undefined) {
    for (const name in answer.headers) {
      const lower = name.toLowerCase();
      const value = answer.headers[name] as string;
      names.add(lower);
      if (lower === 'content-security-policy') policy = value;
      else if (!EDGE_HEADERS.has(lower)) headers.push(name, value);
    }
  }
  const csp = kind.page ? pageContentSecurityPolicy(policy, exchange.path) : (policy ?? API_CONTENT_SECURITY_POLICY);
  if (csp !== undefined) headers.push('Content-Security-Policy', csp);
  if (!names.has('cache-control')) headers.push('Cache-Control', kind.cacheControl);
  if (answer.body !== null && !names.has('content-type')) headers.push('Content-Type', kind.contentType);
  if (answer.cookies !== undefined) for (const cookie of answer.cookies) headers.push('Set-Cookie', writeCookie(cookie, exchange.secure));
  if (answer.setCookie !== undefined) for (const cookie of answer.setCookie) headers.push('Set-Cookie', cookie);
  return headers;
}

function isCompressible(kind: AnswerKind, answer: Answer, names: Set<string>): boolean {
  const { body } = answer;
  if (body === null || !mayHaveBody(answer.status)) return false;
  if (body instanceof Readable ? !kind.page : body.length < kind.compressFrom) return false;
  if (names.has('content-encoding') || names.has('content-range') || names.has('content-length')) return false;
  return !names.has('content-type') || isText(headerOf(answer, 'content-type'));
}

function headerOf(answer: Answer, wanted: string): string {
  return Object.entries(answer.headers ?? {}).find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';
}

function compressed(body: Readable, encoding: 'br' | 'gzip', headers: FlatHeaders): Readable {
  headers.push('Content-Encoding', encoding);
  // errors of either side reach the reader of the result
  return pipeline(body, compressStream(encoding), () => {});
}

/** The head waits for the first byte, so that a source that fails at once can still be answered with a problem. */
async function stream(exchange: Exchange, status: number, headers: FlatHeaders, body: Readable): Promise<void> {
  const { response } = exchange;
  if (exchange.request.method === 'HEAD' || !mayHaveBody(status)) {
    body.destroy();
    response.writeHead(status, headers);
    response.end();
    return done(exchange, status);
  }
  try {
    await firstByte(body, exchange);
  } catch (error) {
    exchange.answered = false;
    throw error;
  }
  response.writeHead(status, headers);
  if (body.readableEnded) {
    response.end();
    return done(exchange, status);
  }
  await new Promise<void>((resolve) => {
    pipeline(body, response, (error) => {
      // the status has left: an honest cut is all that can still be said, and `pipeline` has made it
      if (error && !exchange.gone && !(error instanceof ClientGone)) exchange.log.debug({ err: error }, 'a response stream broke off');
      resolve();
    });
  });
  done(exchange, status);
}

function firstByte(body: Readable, exchange: Exchange): Promise<void> {
  if (body.readableLength > 0 || body.readableEnded) return Promise.resolve();
  if (body.errored) return Promise.reject(body.errored);
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      body.off('readable', onReadable).off('end', onReadable).off('error', onError).off('close', onClose);
      exchange.response.off('close', onLeft);
      finish();
    };
    const onReadable = () => settle(resolve);
    const onError = (error: Error) => settle(() => reject(error));
    const onClose = () => settle(() => reject(new Error('the stream closed before its first byte')));
    const onLeft = () =>
      settle(() => {
        body.destroy();
        reject(new ClientGone());
      });
    body.on('readable', onReadable).on('end', onReadable).on('error', onError).on('close', onClose);
    exchange.response.on('close', onLeft);
  });
}

/** Counts and logs the finished request. */
export function done(exchange: Exchange, status: number): void {
  const milliseconds = performance.now() - exchange.startedAt;
  exchange.timer.observe(exchange.zoneId, status, milliseconds / 1000);
  exchange.host.finished(exchange, status, milliseconds);
}

/** Nobody to answer. 499 is the customary name for it in figures; it is never sent. */
export function left(exchange: Exchange): void {
  if (exchange.answered) return;
  exchange.answered = true;
  done(exchange, 499);
}
