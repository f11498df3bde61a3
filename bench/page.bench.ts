/** A page rendered on the server beside React Router alone. See README.md. */
import path from 'node:path';
import { readNumbers } from './harness/arguments.ts';
import { cpuSeconds, withBusyShare } from './harness/cpu.ts';
import { alternate, median, microsecondsPerUnit, ratioOf, ratioText, type Sample } from './harness/figures.ts';
import { HttpConnection } from './harness/http-connection.ts';
import type { HttpLoad, HttpResult } from './harness/http-load.ts';
import { type Guest, hostOf, makeGuests } from './harness/people.ts';
import { Generator } from './harness/processes.ts';
import { record, say } from './harness/record.ts';
import { type Server, startMadang, startPeer, startPostgres } from './harness/servers.ts';

const flags = readNumbers({ rounds: 5, seconds: 6, warmup: 4, connections: 8 });
const PAGE = '/';

interface Contestant {
  readonly name: string;
  readonly load: Omit<HttpLoad, 'seconds' | 'seed' | 'connections'>;
  readonly pids: readonly number[];
}
interface Window extends Sample {
  readonly result: HttpResult;
}

const generator = new Generator(path.join(import.meta.dirname, 'harness/http-load.ts'));

async function measure({ name, load, pids }: Contestant, round: number, seconds: number): Promise<Window> {
  const before = cpuSeconds(pids);
  const ask: HttpLoad = { ...load, seconds, seed: round, connections: flags.connections };
  const { result, busy } = await withBusyShare(() => generator.ask<HttpResult>('run', ask));
  const window = { cpu: cpuSeconds(pids) - before, units: result.requests, result };
  say(
    `  ${name}: ${microsecondsPerUnit(window).toFixed(0)} µs per page, ${result.perSecond.toFixed(0)}/s, p95 ${result.p95.toFixed(1)} ms, ${(result.bytes / 1000).toFixed(1)} kB, machine ${(busy * 100).toFixed(0)} % busy`,
  );
  return window;
}

const pageOf = (port: number, host: string, headers: readonly string[]): Contestant['load'] => ({
  port,
  host,
  tokens: [],
  headers: ['accept: text/html', 'accept-language: ko', ...headers],
  kinds: [{ name: 'page', share: 100, method: 'GET', paths: [PAGE], status: 200 }],
});

async function personOf(madang: Server, guest: Guest): Promise<string> {
  const connection = await HttpConnection.open({ port: madang.port, host: hostOf(madang.port) });
  const answer = await connection.ask({ path: '/api/v1/users/me', token: guest.token });
  connection.close();
  const me = JSON.parse(answer.body.toString()) as Record<string, unknown>;
  return JSON.stringify({ avatarUrl: null, guest: true, capabilities: [], permissions: [], ...me });
}

const postgres = await startPostgres();
try {
  const madang = await startMadang({ databaseUrl: postgres.url });
  const [guest] = await makeGuests(madang.port, 1);
  if (guest === undefined) throw new Error('nobody came');
  for (const [what, cookie, environment] of [
    ['signed in, rendered for the person', [`cookie: ${guest.cookie}`], { TOKEN: guest.token, PERSON: await personOf(madang, guest) }],
    ['a visitor, a shared render', [], {}],
  ] as const) {
    say(`\nThe zone's first page, ${what}: Madang (A) and React Router alone (B)`);
    const bare = await startPeer('bare-pages', { MADANG_PORT: String(madang.port), ...environment });
    const ours: Contestant = { name: 'Madang', load: pageOf(madang.port, hostOf(madang.port), cookie), pids: [madang.pid, postgres.pid] };
    const theirs: Contestant = { name: 'React Router', load: pageOf(bare.port, hostOf(bare.port), []), pids: [bare.pid] };
    for (const contestant of [ours, theirs]) await measure(contestant, 0, flags.warmup);
    const { a, b } = await alternate(flags.rounds, ours, theirs, (contestant, round) => measure(contestant, round, flags.seconds));
    const costs = (windows: readonly Window[]) => windows.map(microsecondsPerUnit);
    record(
      `page, ${what}: ${ratioText(ratioOf(costs(a), costs(b)))} of the CPU of React Router alone (goal ≤ 1.3); ${median(costs(a)).toFixed(0)} and ${median(costs(b)).toFixed(0)} µs per page, ` +
        `${median(a.map(({ result }) => result.perSecond)).toFixed(0)} pages/s, p95 ${median(a.map(({ result }) => result.p95)).toFixed(1)} ms`,
    );
    await bare.stop();
  }
  await madang.stop();
} finally {
  await postgres.close();
  await generator.stop();
}
