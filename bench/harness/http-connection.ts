import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Ask {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly token?: string;
  /** `name: value` lines. */
  readonly headers?: readonly string[];
}
export interface HttpAnswer {
  readonly status: number;
  /** Status line and headers. */
  readonly head: string;
  readonly body: Buffer;
}

/** The text of a request; made once where the same is asked often. */
export function requestText(host: string, ask: Ask): string {
  const lines = [`${ask.method ?? 'GET'} ${ask.path} HTTP/1.1`, `host: ${host}`, ...(ask.headers ?? [])];
  if (ask.token !== undefined) lines.push(`authorization: Bearer ${ask.token}`);
  if (ask.body !== undefined) lines.push('content-type: application/json', `content-length: ${Buffer.byteLength(ask.body)}`);
  return `${lines.join('\r\n')}\r\n\r\n${ask.body ?? ''}`;
}

/**
 * One kept-alive HTTP/1.1 connection with one request under way at a time. It reads only what the servers of the benches
 * say (lengths and chunks), and costs a tenth of a client library: the generator shares the machine with what it measures.
 */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #host: string;
  #pending: Buffer = Buffer.alloc(0);
  #waiting: { resolve: (answer: HttpAnswer) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error('the server closed the connection')));
  }

  static async open(to: { port: number; host: string; source?: string }): Promise<HttpConnection> {
    const socket = connect({
      port: to.port,
      host: '127.0.0.1',
      noDelay: true,
      ...(to.source !== undefined && { localAddress: to.source }),
    });
    await once(socket, 'connect');
    return new HttpConnection(socket, to.host);
  }

  ask(ask: Ask): Promise<HttpAnswer> {
    return this.send(requestText(this.#host, ask));
  }

  send(text: string): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(text);
    });
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const end = this.#pending.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#pending.toString('latin1', 0, end);
    const status = Number(head.slice(9, 12));
    const length = status === 204 ? '0' : /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    const body = length === undefined ? chunkedBody(this.#pending, end + 4) : plainBody(this.#pending, end + 4, Number(length));
    if (body === undefined) return;
    this.#pending = Buffer.alloc(0);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve({ status, head, body });
  }
}

const plainBody = (bytes: Buffer, start: number, length: number): Buffer | undefined =>
  bytes.length < start + length ? undefined : bytes.subarray(start, start + length);

/** RFC 9112 §7.1, without trailers. */
function chunkedBody(bytes: Buffer, start: number): Buffer | undefined {
  const parts: Buffer[] = [];
  for (let at = start; ; ) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16);
    if (bytes.length < line + 2 + size + 2) return undefined;
    if (size === 0) return Buffer.concat(parts);
    parts.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
