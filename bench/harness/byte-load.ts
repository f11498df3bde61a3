/** A process of HTTP clients for large answers: they read heads and count bytes, and keep none of them. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { percentile } from './figures.ts';
import { answerAsks } from './processes.ts';

export interface ByteLoad {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** Whole requests; each connection takes them in turn, starting at another one. */
  readonly requests: readonly string[];
  readonly status: number;
  /** A shorter body is no answer. */
  readonly minimumBytes: number;
}
export interface ByteResult {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  /** Of bodies, per request. */
  readonly bytes: number;
}

const READ_BYTES = 1024 * 1024;

/** One connection; resolves when the time is over and the last answer is in. */
async function client(load: ByteLoad, first: number, end: number, latencies: number[]): Promise<number> {
  const { requests } = load;
  let at = first;
  let bodies = 0;
  let asked = 0;
  let head = '';
  /** Of the body under way; negative while the head is read. */
  let missing = -1;
  const over = Promise.withResolvers<void>();
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  const ask = () => {
    asked = performance.now();
    socket.write(requests[at++ % requests.length] as string);
  };
  const answered = () => {
    latencies.push(performance.now() - asked);
    head = '';
    missing = -1;
    if (performance.now() < end) ask();
    else over.resolve();
  };
  const take = (bytes: number): boolean => {
    let start = 0;
    if (missing < 0) {
      head += buffer.toString('latin1', 0, Math.min(bytes, 8192));
      const blank = head.indexOf('\r\n\r\n');
      if (blank < 0) return true;
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (Number(head.slice(9, 12)) !== load.status || (load.status !== 304 && length < load.minimumBytes)) {
        over.reject(new Error(`asked ${requests[(at - 1) % requests.length]}, answered ${head}`));
        return false;
      }
      missing = load.status === 304 ? 0 : length;
      bodies += missing;
      // heads come whole, in the first read of an answer
      start = blank + 4;
    }
    missing -= bytes - start;
    if (missing === 0) answered();
    return true;
  };
  const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true, onread: { buffer, callback: take } });
  await once(socket, 'connect');
  socket.on('error', over.reject).on('close', () => over.reject(new Error('the server closed the connection')));
  ask();
  await over.promise;
  socket.destroy();
  return bodies;
}

async function run(load: ByteLoad): Promise<ByteResult> {
  const latencies: number[] = [];
  const started = performance.now();
  const end = started + load.seconds * 1000;
  const step = Math.ceil(load.requests.length / load.connections);
  const bodies = await Promise.all(Array.from({ length: load.connections }, (_, index) => client(load, index * step, end, latencies)));
  const seconds = (performance.now() - started) / 1000;
  return {
    requests: latencies.length,
    perSecond: latencies.length / seconds,
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    bytes: bodies.reduce((sum, bytes) => sum + bytes, 0) / Math.max(1, latencies.length),
  };
}

answerAsks({ run });
