import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** All that is kept goes when the second does, so this bounds what an onslaught of one second can hold. */
const MAX_BYTES = 16 * 1024 * 1024;

/** What an answer is made of; the same members by identity make the same bytes within one second. */
interface Making {
  readonly status: 200 | 304;
  /** The object that is sent: another one is another answer. */
  readonly file: object;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** One-byte characters. */
  readonly body: string;
}

interface Whole extends Making {
  readonly bytes: Buffer;
}

/**
 * Small answers as they go over the wire, head and body in one buffer, kept for the second that their `Date` names. Written past
 * `ServerResponse`, whose writing costs as much as all else that such an answer takes.
 */
export class VodWholes {
  #second = 0;
  #bytes = 0;
  #date = '';
  readonly #kept = new Map<object, Whole>();

  /** False, with nothing written, where the answer must take the usual way: behind another, or the last of its connection. */
  send(response: ServerResponse, key: object, making: Making, now: number): boolean {
    const open = response as Opened;
    const { socket } = open;
    if (socket === null || socket.writableLength > 0 || !socket.writable || !open.shouldKeepAlive || open.headersSent) return false;
    const bytes = this.#find(key, making, now, open._keepAliveTimeout);
    open.statusCode = making.status;
    socket.write(bytes);
    // what `end` leaves behind: a head that was sent, an end, and the news of it that brings the connection's next request
    open._header = HEAD_SENT;
    open.finished = true;
    open.emit('finish');
    return true;
  }

  #find(key: object, making: Making, now: number, keepAliveMs: number): Buffer {
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#date = new Date(second * 1000).toUTCString();
      this.#kept.clear();
      this.#bytes = 0;
    }
    const kept = this.#kept.get(key);
    if (kept !== undefined && isSame(kept, making)) return kept.bytes;
    const bytes = Buffer.from(textOf(making, this.#date, keepAliveMs), 'latin1');
    if (this.#bytes + bytes.length <= MAX_BYTES) {
      this.#bytes += bytes.length;
      this.#kept.set(key, { ...making, bytes });
    }
    return bytes;
  }
}

/** Members of Node's own that `end` sets; the tests of serving notice when they are no longer these. */
interface Opened extends ServerResponse {
  readonly socket: Socket | null;
  readonly _keepAliveTimeout: number;
  _header: string;
  finished: boolean;
}

const HEAD_SENT = 'sent';

function isSame(a: Making, b: Making): boolean {
  if (a.file !== b.file || a.status !== b.status || a.body !== b.body || a.headers.length !== b.headers.length) return false;
  for (let at = 0; at < a.headers.length; at++) if (a.headers[at] !== b.headers[at]) return false;
  return true;
}

/** RFC 9112 §3. A 304 has no length (RFC 9110 §15.4.5). */
function textOf({ status, headers, body }: Making, date: string, keepAliveMs: number): string {
  let head = status === 200 ? 'HTTP/1.1 200 OK\r\n' : 'HTTP/1.1 304 Not Modified\r\n';
  for (let at = 0; at < headers.length; at += 2) head += `${headers[at]}: ${headers[at + 1]}\r\n`;
  if (status === 200) head += `Content-Length: ${body.length}\r\n`;
  return `${head}Date: ${date}\r\nConnection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(keepAliveMs / 1000)}\r\n\r\n${body}`;
}
