import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { fail, type Locale, requestErrors } from '@madang/kernel';
import { ClientGone, type Exchange } from './exchange.ts';
import { fieldProblem } from './field-problems.ts';

export const DEFAULT_BODY_BYTES = 256 * 1024;

/** How much of a refused body is still read, so that the client can get to our answer on a connection that lives on. */
const DISCARD_BYTES = 1024 * 1024;
const DISCARD_MS = 5_000;

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]+)/i;

/**
 * The parsed JSON body, or undefined when none was sent. Refuses other content types and encodings (415), more than
 * `limit` bytes (413, before reading when the length was announced) and what is not UTF-8 or not JSON (400).
 */
export async function readJsonBody(exchange: Exchange, limit: number): Promise<unknown> {
  if (!exchange.hasBody) return undefined;
  const { headers } = exchange.request;
  const type = headers['content-type'];
  if (type === undefined || !JSON_TYPE.test(type)) {
    fail(requestErrors.unsupported_type, { detail: `send application/json, not ${type?.slice(0, 100) ?? 'an unnamed type'}` });
  }
  const charset = CHARSET.exec(type)?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    fail(requestErrors.unsupported_type, { detail: 'JSON is UTF-8 (RFC 8259 §8.1)' });
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    fail(requestErrors.unsupported_type, { detail: 'compressed bodies are not taken' });
  const bytes = await readBytes(exchange, limit);
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) failMalformed(exchange.locale, 'the body is not UTF-8');
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    failMalformed(exchange.locale, 'the body is not JSON', error);
  }
}

function failMalformed(locale: Locale, detail: string, cause?: unknown): never {
  fail(requestErrors.invalid, { detail, fields: [fieldProblem('body', 'malformed_json', locale)], cause });
}

function readBytes(exchange: Exchange, limit: number): Promise<Buffer> {
  const { request } = exchange;
  if (Number(request.headers['content-length'] ?? 0) > limit) fail(requestErrors.too_large, { detail: `at most ${limit} bytes` });
  exchange.welcomeBody();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = () => {
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) {
        chunks.push(chunk);
        return;
      }
      stop();
      request.pause();
      reject(refusalOf(() => fail(requestErrors.too_large, { detail: `at most ${limit} bytes` })));
    };
    const onEnd = () => {
      stop();
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size));
    };
    const onClose = () => {
      stop();
      // an error after we let go would otherwise end the process
      request.on('error', () => {});
      reject(new ClientGone());
    };
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

function refusalOf(refuse: () => never): unknown {
  try {
    return refuse();
  } catch (error) {
    return error;
  }
}

/**
 * Reads on what nobody wanted, up to a megabyte or five seconds; then the connection is cut. Called before the answer to a
 * request whose body was not read to its end, so that neither a keep-alive connection nor a giant upload is stuck.
 */
export function discardRest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  let budget = DISCARD_BYTES;
  const cut = () => request.destroy(); // the connection with it, as its body is not complete
  const timer = setTimeout(cut, DISCARD_MS);
  timer.unref();
  const stop = () => clearTimeout(timer);
  request.on('error', stop);
  request.once('end', stop);
  request.once('close', stop);
  request.on('data', (chunk: Buffer) => {
    budget -= chunk.length;
    if (budget < 0) cut();
  });
  request.resume();
}
