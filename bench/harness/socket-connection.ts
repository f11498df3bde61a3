import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export interface SocketTarget {
  readonly port: number;
  readonly host: string;
  readonly path: string;
  /** Empty for the main namespace. */
  readonly namespace: string;
  readonly source?: string | undefined;
}

const CONNECT_LIMIT_MS = 30_000;
const TEXT = 1;
const CLOSE = 8;

/**
 * A Socket.IO 4 client on one WebSocket (Engine.IO protocol 4, RFC 6455), as small as can be: a library's client costs more
 * than the server under test. Frames of events are handed over as bytes, so that what is only counted is not parsed.
 */
export class SocketConnection {
  readonly #socket: Socket;
  readonly #target: SocketTarget;
  readonly #prefix: string;
  #pending: Buffer = Buffer.alloc(0);
  #upgraded = false;
  #connected = Promise.withResolvers<void>();
  #nextAck = 0;
  readonly #acks = new Map<number, (answer: unknown) => void>();
  /** `start` and `end` of a Socket.IO packet within `bytes`, behind its Engine.IO type. */
  onEvent: (bytes: Buffer, start: number, end: number) => void = () => {};
  onClose: () => void = () => {};

  /** Resolves once the namespace was entered; rejects with the refusal. */
  static async open(target: SocketTarget, token?: string): Promise<SocketConnection> {
    const connection = new SocketConnection(target, token);
    const late = setTimeout(() => connection.#connected.reject(new Error('not connected in time')), CONNECT_LIMIT_MS);
    try {
      await connection.#connected.promise;
    } finally {
      clearTimeout(late);
    }
    return connection;
  }

  private constructor(target: SocketTarget, token: string | undefined) {
    this.#target = target;
    this.#prefix = target.namespace === '' ? '' : `${target.namespace},`;
    this.#greeting = `40${this.#prefix}${token === undefined ? '' : JSON.stringify({ token })}`;
    this.#socket = connect({
      port: target.port,
      host: '127.0.0.1',
      noDelay: true,
      ...(target.source !== undefined && { localAddress: target.source }),
    });
    this.#socket.once('connect', () => this.#upgrade());
    this.#socket.on('data', (chunk) => this.#take(chunk));
    this.#socket.on('error', (error) => this.#connected.reject(error));
    this.#socket.on('close', () => {
      this.#connected.reject(new Error('the server closed the connection'));
      this.onClose();
    });
  }
  readonly #greeting: string;

  emit(event: string, payload: unknown): Promise<unknown> {
    const id = this.#nextAck++;
    return new Promise((resolve) => {
      this.#acks.set(id, resolve);
      this.#write(`42${this.#prefix}${id}${JSON.stringify([event, payload])}`);
    });
  }

  close(): void {
    this.onClose = () => {};
    this.#socket.destroy();
  }

  #upgrade(): void {
    const { path, host } = this.#target;
    const key = randomBytes(16).toString('base64');
    this.#socket.write(
      `GET ${path}/?EIO=4&transport=websocket HTTP/1.1\r\nhost: ${host}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n\r\n`,
    );
  }

  #take(chunk: Buffer): void {
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    let at = 0;
    if (!this.#upgraded) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) {
        this.#pending = bytes;
        return;
      }
      const status = bytes.toString('latin1', 9, 12);
      if (status !== '101') {
        this.#connected.reject(new Error(`the upgrade was refused: ${bytes.toString('latin1', 0, 200)}`));
        this.#socket.destroy();
        return;
      }
      this.#upgraded = true;
      at = end + 4;
    }
    for (;;) {
      if (bytes.length - at < 2) break;
      const short = (bytes[at + 1] as number) & 127;
      const head = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (bytes.length - at < head) break;
      const length = short === 126 ? bytes.readUInt16BE(at + 2) : short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short;
      const start = at + head;
      if (bytes.length < start + length) break;
      at = start + length;
      const opcode = (bytes[start - head] as number) & 15;
      if (opcode === TEXT) this.#packet(bytes, start, at);
      else if (opcode === CLOSE) this.#socket.destroy();
    }
    this.#pending = at === bytes.length ? Buffer.alloc(0) : bytes.subarray(at);
  }

  #packet(bytes: Buffer, start: number, end: number): void {
    const engine = bytes[start];
    if (engine === 0x30) this.#write(this.#greeting);
    else if (engine === 0x32) this.#write('3');
    else if (engine === 0x34) {
      const kind = bytes[start + 1];
      if (kind === 0x32) this.onEvent(bytes, start + 1, end);
      else if (kind === 0x33) this.#acknowledged(bytes.toString('utf8', start + 2 + this.#prefix.length, end));
      else if (kind === 0x30) this.#connected.resolve();
      else if (kind === 0x34) this.#connected.reject(new Error(`refused: ${bytes.toString('utf8', start + 2, end)}`));
    }
  }

  #acknowledged(text: string): void {
    const bracket = text.indexOf('[');
    const id = Number(text.slice(0, bracket));
    const resolve = this.#acks.get(id);
    this.#acks.delete(id);
    resolve?.((JSON.parse(text.slice(bracket)) as unknown[])[0]);
  }

  /** One masked text frame; the mask is zero, which the protocol permits a client it trusts. */
  #write(text: string): void {
    const body = Buffer.from(text);
    const long = body.length > 125;
    const head = Buffer.alloc(long ? 8 : 6);
    head[0] = 0x81;
    head[1] = 0x80 | (long ? 126 : body.length);
    if (long) head.writeUInt16BE(body.length, 2);
    this.#socket.write(Buffer.concat([head, body]));
  }
}
