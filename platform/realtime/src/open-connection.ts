import { type Clock, fail, newId, requestErrors } from '@madang/kernel';
import type { Socket as EngineSocket } from 'engine.io';
import type { ConnectionWriter } from './connection-writer.ts';
import { EventGate } from './event-gate.ts';
import type { ConnectionOrigin } from './handshake.ts';

/** Namespaces one connection may ask for at once, and then each second. */
const ASKS = { eventBurst: 20, eventsPerSecond: 1 };

/** One client's connection, shared by the namespaces it is in. */
export class OpenConnection {
  readonly id = newId('conn');
  readonly conn: EngineSocket;
  readonly origin: ConnectionOrigin;
  readonly writer: ConnectionWriter;
  /** Asked for and not refused, or open; with what to do once it is left. */
  readonly #namespaces = new Map<string, () => void>();
  readonly #asks: EventGate;
  #closed = false;

  constructor(conn: EngineSocket, origin: ConnectionOrigin, writer: ConnectionWriter, clock: Clock) {
    this.conn = conn;
    this.origin = origin;
    this.writer = writer;
    this.#asks = new EventGate(ASKS, clock);
  }

  /**
   * The library would let one connection enter a namespace many times over, as often as it likes. Throws
   * `request.conflict` for the second time; a connection that asks too often is cut off.
   */
  ask(namespace: string): void {
    if (!this.#asks.admit()) {
      this.writer.terminate();
      fail(requestErrors.rate_limited);
    }
    if (this.#namespaces.has(namespace)) fail(requestErrors.conflict, { detail: `already in ${namespace}` });
    this.#namespaces.set(namespace, () => {});
  }

  refused(namespace: string): void {
    this.#leave(namespace);
  }

  /** `onLeft` runs once: when the namespace is left, refused after all, or the connection closes. */
  hold(namespace: string, onLeft: () => void): void {
    if (this.#closed) onLeft();
    else this.#namespaces.set(namespace, onLeft);
  }

  /** Nothing else would end a connection whose last namespace was closed by the server. */
  left(namespace: string): void {
    this.#leave(namespace);
    setImmediate(() => {
      if (this.#namespaces.size === 0) this.conn.close();
    });
  }

  closed(): void {
    this.#closed = true;
    for (const namespace of [...this.#namespaces.keys()]) this.#leave(namespace);
  }

  #leave(namespace: string): void {
    const onLeft = this.#namespaces.get(namespace);
    this.#namespaces.delete(namespace);
    onLeft?.();
  }
}
