import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Follows a server's connections and answers, to end them without cutting anyone off. */
export interface Draining {
  /** Stops accepting; resolves when every answer under way has left, or after `ms`, when the rest is cut. Idempotent. */
  drain(ms: number): Promise<void>;
}

export function watchConnections(server: Server): Draining {
  const sockets = new Set<Socket>();
  const answering = new Set<ServerResponse>();
  let closing: Promise<void> | undefined;
  let whenIdle: (() => void) | undefined;

  /** One function for all answers: a closure and a wrapper for each cost as much as finding its route. */
  function forget(this: ServerResponse): void {
    answering.delete(this);
    if (answering.size === 0) whenIdle?.();
  }

  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    answering.add(response);
    if (closing !== undefined) response.shouldKeepAlive = false;
    response.on('close', forget);
  });

  async function end(ms: number): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const response of answering) if (!response.headersSent) response.shouldKeepAlive = false;
    server.closeIdleConnections();
    if (answering.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        whenIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    for (const socket of sockets) socket.destroy();
    if (server.listening || sockets.size > 0) await closed;
  }

  return {
    drain(ms) {
      closing ??= end(ms);
      return closing;
    },
  };
}
