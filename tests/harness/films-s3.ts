import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Closable } from '@madang/kernel';

/** What happens to a request on its way to the store. */
export type Fate = 'pass' | 'busy' | 'cut-off' | 'silent-end';

/** Stands between a server and its S3. Signatures hold, for the host's name is passed on as it came. */
export interface S3Proxy extends Closable {
  readonly endpoint: string;
  /** Asked for every request. */
  fate: (request: { method: string; path: string }) => Fate;
  /** Requests that were not let pass. */
  harmed(): number;
}

export async function startS3Proxy(endpoint: string): Promise<S3Proxy> {
  const { hostname, port } = new URL(endpoint);
  let harmed = 0;
  function forward(from: IncomingMessage, to: ServerResponse, fate: Fate): void {
    const sent = request({ hostname, port, method: from.method, path: from.url, headers: from.headers, agent: false }, (answer) => {
      // The store did as it was told, and nobody hears of it.
      if (fate === 'silent-end') {
        answer.resume().once('end', () => from.socket.destroy());
        return;
      }
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(to);
    });
    sent.once('error', () => from.socket.destroy());
    from.once('close', () => void (from.complete || sent.destroy()));
    if (fate !== 'cut-off') {
      from.pipe(sent);
      return;
    }
    // Half of the first piece, then nothing any more, on either side.
    from.once('data', (chunk: Buffer) => {
      sent.write(chunk.subarray(0, chunk.length / 2), () => {
        sent.destroy();
        from.socket.destroy();
      });
    });
    from.once('end', () => from.socket.destroy());
  }
  const server = createServer((from, to) => {
    const fate = proxy.fate({ method: from.method ?? '', path: from.url ?? '' });
    if (fate !== 'pass') harmed++;
    if (fate !== 'busy') return forward(from, to, fate);
    from.resume().once('end', () => to.writeHead(503, { 'content-type': 'application/xml' }).end('<Error><Code>SlowDown</Code></Error>'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: S3Proxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fate: () => 'pass',
    harmed: () => harmed,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
