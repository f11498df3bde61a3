import type { Duplex } from 'node:stream';
import type { Socket as EngineSocket } from 'engine.io';
import type { RealtimeLimits } from './limits.ts';
import type { Packet } from './packet.ts';

/** What the direct path uses of ws 8 and Node's sockets. */
interface WebSocketParts {
  readonly readyState: number;
  readonly _sender: { readonly _state: number };
  readonly _socket: Duplex;
  pause(): void;
  resume(): void;
  terminate(): void;
}
interface EngineParts {
  readonly readyState: string;
  readonly writeBuffer: readonly unknown[];
}

const OPEN = 1;
const IDLE = 0;

export type Written = 'written' | 'left out' | 'overflowed' | 'closed';

/**
 * Writes packets to one client's connection, shared by its namespaces.
 *
 * The direct path hands ready-made frames to the TCP socket, past Engine.IO's queue, packet objects and callbacks. It is
 * taken when Engine.IO itself has nothing queued and ws is not in the middle of something: whatever they sent before has
 * then already been written to the same TCP socket, so order holds. Otherwise, and for good where the libraries do not look
 * as expected, packets go through Engine.IO's public `write`.
 */
export class ConnectionWriter {
  readonly #conn: EngineSocket;
  readonly #engine: EngineParts;
  readonly #socket: WebSocketParts | undefined;
  readonly #limits: Pick<RealtimeLimits, 'outgoingBytes' | 'volatileBytes'>;
  /** Bytes given to Engine.IO that it has not written yet. */
  #queuedBytes = 0;
  /** Made when the first one holds: most connections never are. */
  #holders: Set<object> | undefined;

  constructor(conn: EngineSocket, limits: Pick<RealtimeLimits, 'outgoingBytes' | 'volatileBytes'>) {
    this.#conn = conn;
    this.#engine = conn as unknown as EngineParts;
    this.#socket = webSocketParts(conn);
    this.#limits = limits;
  }

  get isDirect(): boolean {
    return this.#socket !== undefined;
  }

  /** Until the client has said goodbye too, or was cut off. */
  get isOpen(): boolean {
    return this.#socket !== undefined && !this.#socket._socket.destroyed;
  }

  /** Bytes on their way out that the client has not taken. */
  get backlog(): number {
    return this.#queuedBytes + (this.#socket?._socket.writableLength ?? 0);
  }

  write(packet: Packet, volatile: boolean): Written {
    if (this.#engine.readyState !== 'open') return 'closed';
    const backlog = this.backlog;
    if (backlog > 0) {
      if (volatile && backlog > this.#limits.volatileBytes) return 'left out';
      if (backlog > this.#limits.outgoingBytes) return 'overflowed';
    }
    const socket = this.#socket;
    if (socket === undefined || this.#engine.writeBuffer.length > 0 || socket._sender._state !== IDLE) this.#queue(packet);
    else if (socket.readyState === OPEN) socket._socket.write(packet.frames);
    else return 'closed';
    return 'written';
  }

  /** Stops reading from the client, who then feels it in its own sending, until every holder has let go. */
  hold(holder: object): void {
    this.#holders ??= new Set();
    if (this.#holders.size === 0) this.#socket?.pause();
    this.#holders.add(holder);
  }

  letGo(holder: object): void {
    if (this.#holders?.delete(holder) && this.#holders.size === 0) this.#socket?.resume();
  }

  /** Ends the connection without waiting for a client that may not be listening. It sees a lost transport and comes back. */
  terminate(): void {
    if (this.#socket !== undefined) this.#socket.terminate();
    else this.#conn.close(true);
  }

  #queue(packet: Packet): void {
    for (const text of packet.texts) {
      this.#queuedBytes += text.length;
      this.#conn.write(text, { compress: false }, () => {
        this.#queuedBytes -= text.length;
      });
    }
  }
}

/** The parts behind a connection, if all of them are what we know. */
function webSocketParts(conn: EngineSocket): WebSocketParts | undefined {
  const { transport, writeBuffer, readyState } = conn as unknown as Record<string, unknown>;
  if (!isRecord(transport) || transport.name !== 'websocket' || transport.perMessageDeflate || transport.supportsBinary !== true)
    return undefined;
  const socket = transport.socket;
  if (!Array.isArray(writeBuffer) || typeof readyState !== 'string' || !isRecord(socket) || socket.readyState !== OPEN) return undefined;
  const { _sender: sender, _socket: tcp } = socket;
  if (!isRecord(sender) || sender._state !== IDLE || sender._socket !== tcp) return undefined;
  if (!isRecord(tcp) || typeof tcp.write !== 'function' || typeof tcp.writableLength !== 'number') return undefined;
  if (![socket.pause, socket.resume, socket.terminate].every((method) => typeof method === 'function')) return undefined;
  return socket as unknown as WebSocketParts;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
