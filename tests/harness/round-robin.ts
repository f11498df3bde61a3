import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Closable } from '@madang/kernel';

/** What stands before a cluster: each connection goes to the next node in turn, past one that does not answer. */
export interface RoundRobin extends Closable {
  readonly port: number;
  /** Connections that each node got, by port. */
  readonly taken: ReadonlyMap<number, number>;
  /** Breaks every connection off, whatever was on its way. */
  cut(): void;
}

export async function startRoundRobin(ports: readonly number[]): Promise<RoundRobin> {
  const taken = new Map(ports.map((port) => [port, 0]));
  const open = new Set<Socket>();
  let turn = 0;

  const track = (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setNoDelay(true);
  };
  const pass = (client: Socket, tries: number) => {
    const port = ports[turn++ % ports.length] ?? 0;
    const node = connect(port, '127.0.0.1');
    node.once('error', () => {
      if (tries > 1 && !client.destroyed) pass(client, tries - 1);
      else client.destroy();
    });
    node.once('connect', () => {
      taken.set(port, (taken.get(port) ?? 0) + 1);
      track(node);
      client.pipe(node).pipe(client);
      client.once('close', () => node.destroy());
      node.once('close', () => client.destroy());
    });
  };
  const cut = () => {
    for (const socket of open) socket.resetAndDestroy();
  };
  const server = createServer((client) => {
    track(client);
    pass(client, ports.length);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    taken,
    cut,
    async close() {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
}
