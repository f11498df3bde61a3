/** A process of HTTP clients: each of its connections asks, waits for the answer and asks again, until the time is over. */
import { percentile } from './figures.ts';
import { type HttpAnswer, HttpConnection, requestText } from './http-connection.ts';
import { answerAsks } from './processes.ts';

export interface Kind {
  readonly name: string;
  /** Of all requests, in hundredths; those of all kinds make 100. */
  readonly share: number;
  readonly method: 'GET' | 'POST';
  /** Each request takes one of these at random. */
  readonly paths: readonly string[];
  /** `%` becomes a name that no request had before. */
  readonly body?: string;
  readonly status: number;
}
export interface HttpLoad {
  readonly port: number;
  readonly host: string;
  readonly connections: number;
  readonly seconds: number;
  readonly kinds: readonly Kind[];
  /** Bearers, one per request at random. */
  readonly tokens: readonly string[];
  /** Header lines of every request. */
  readonly headers?: readonly string[];
  readonly seed: number;
}
export interface HttpResult {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly bytes: number;
}

let named = 0;

/** mulberry32: the same requests in the same order for every contestant. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const oneOf = <Item>(items: readonly Item[], random: () => number): Item => items[Math.floor(random() * items.length)] as Item;

async function run(load: HttpLoad): Promise<HttpResult> {
  const random = randomFrom(load.seed);
  const ladder = load.kinds.flatMap((kind) => new Array<Kind>(kind.share).fill(kind));
  const latencies: number[] = [];
  let bytes = 0;
  const started = performance.now();
  const end = started + load.seconds * 1000;
  const client = async () => {
    const connection = await HttpConnection.open({ port: load.port, host: load.host });
    while (performance.now() < end) {
      const kind = oneOf(ladder, random);
      const token = load.tokens.length === 0 ? undefined : oneOf(load.tokens, random);
      const text = requestText(load.host, {
        method: kind.method,
        path: oneOf(kind.paths, random),
        ...(kind.body !== undefined && { body: kind.body.replace('%', `${process.pid}-${named++}`) }),
        ...(token !== undefined && { token }),
        ...(load.headers !== undefined && { headers: load.headers }),
      });
      const asked = performance.now();
      const answer: HttpAnswer = await connection.send(text);
      latencies.push(performance.now() - asked);
      bytes += answer.body.length;
      if (answer.status !== kind.status) throw new Error(`${kind.name}: ${answer.status} ${answer.body.toString('utf8', 0, 300)}`);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: load.connections }, client));
  const seconds = (performance.now() - started) / 1000;
  return {
    requests: latencies.length,
    perSecond: latencies.length / seconds,
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    p99: percentile(latencies, 0.99),
    bytes: bytes / Math.max(1, latencies.length),
  };
}

answerAsks({ run });
