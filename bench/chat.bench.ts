/** Chat: a message stored before it is delivered, beside a Socket.IO server that stores nothing. See README.md. */
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readNumbers } from './harness/arguments.ts';
import type { ConnectInput, ConnectResult, RunInput, RunResult, Seat } from './harness/chat-load.ts';
import { cpuSeconds, withBusyShare } from './harness/cpu.ts';
import { alternate, median, microsecondsPerUnit, ratioOf, ratioText, type Sample } from './harness/figures.ts';
import { hostOf, makeGuests, makeRooms } from './harness/people.ts';
import { Generator } from './harness/processes.ts';
import { record, say } from './harness/record.ts';
import { type Postgres, query, startMadang, startPeer, startPostgres, startRedis } from './harness/servers.ts';

const flags = readNumbers({ rounds: 5, seconds: 10, warmup: 4, nodes: 1, sockets: 5_000 });
const SOURCES = ['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5'];
const AT_ONCE = 64;
const SPEAKERS = 20;
/** A whole class coming back at once: as many connections under way as a proxy would pass on. */
const RECONNECT_AT_ONCE = 256;

interface Shape {
  readonly name: string;
  readonly rooms: number;
  readonly members: number;
  readonly perSecond: number;
}
const FAN_OUT: Shape = { name: '1 room × 1,000 sockets × 20 msg/s', rooms: 1, members: 1_000, perSecond: 20 };
const MANY_ROOMS: Shape = { name: '200 rooms × 10 sockets, 500 msg/s', rooms: 200, members: 10, perSecond: 500 };

interface Contestant {
  readonly load: Generator;
  /** Of the servers that speak to clients. */
  readonly pids: readonly number[];
  /** Of the database and Redis behind them. */
  readonly behind: readonly number[];
}
interface Window extends Sample {
  /** CPU-seconds of what stands behind, which `cpu` includes. */
  readonly behind: number;
  readonly run: RunResult;
}

const loadFile = path.join(import.meta.dirname, 'harness/chat-load.ts');

/** Opens the sockets of a shape, each member of a room on the next port. */
async function seat(ports: readonly number[], shape: Pick<Shape, 'rooms' | 'members'>, madang: boolean): Promise<Generator> {
  const [first = 0] = ports;
  const count = shape.rooms * shape.members;
  const guests = madang ? await makeGuests(first, count) : [];
  const owner = guests[0];
  const rooms =
    owner === undefined
      ? Array.from({ length: shape.rooms }, (_, at) => `room_${at}_of_the_bench_00000`)
      : await makeRooms(first, owner, shape.rooms);
  const seats: Seat[] = Array.from({ length: count }, (_, at) => ({
    port: ports[Math.floor(at / shape.rooms) % ports.length] ?? first,
    token: guests[at]?.token,
    room: rooms[at % shape.rooms] ?? '',
  }));
  const load = new Generator(loadFile);
  const input: ConnectInput = {
    seats,
    host: hostOf(first),
    path: '/ws',
    namespace: madang ? '/chat' : '',
    sources: SOURCES,
    atOnce: AT_ONCE,
  };
  const { sockets, seconds } = await load.ask<ConnectResult>('connect', input);
  say(`  ${sockets} sockets in ${seconds.toFixed(1)} s`);
  await delay(2_000); // presence settles
  return load;
}

async function measure({ load, pids, behind }: Contestant, { perSecond }: Shape): Promise<Window> {
  const before = { front: cpuSeconds(pids), behind: cpuSeconds(behind) };
  const { result: run, busy } = await withBusyShare(() =>
    load.ask<RunResult>('run', { perSecond, seconds: flags.seconds, speakers: SPEAKERS } satisfies RunInput),
  );
  const used = cpuSeconds(behind) - before.behind;
  const window: Window = { cpu: cpuSeconds(pids) - before.front + used, behind: used, units: run.delivered, run };
  say(
    `  ${microsecondsPerUnit(window).toFixed(1)} µs per delivery (${((used / run.delivered) * 1e6).toFixed(1)} behind the server), p95 ${run.p95.toFixed(1)} ms, ${run.delivered} delivered, ${run.disordered} out of order, machine ${(busy * 100).toFixed(0)} % busy`,
  );
  return window;
}

async function warm(contestants: readonly Contestant[], { perSecond }: Shape): Promise<void> {
  for (const { load } of contestants) await load.ask('run', { perSecond, seconds: flags.warmup, speakers: SPEAKERS } satisfies RunInput);
}

interface Compared {
  readonly ours: Window[];
  readonly theirs: Window[];
}

async function compare(shape: Shape, ours: Contestant, theirs: Contestant, databases: readonly string[]): Promise<Compared> {
  await Promise.all(databases.map((url) => query(url, 'vacuum analyze'))); // as autovacuum does within a minute of use
  await warm([ours, theirs], shape);
  const { a, b } = await alternate(flags.rounds, ours, theirs, (contestant) => measure(contestant, shape));
  return { ours: a, theirs: b };
}

const costs = (windows: readonly Window[]): number[] => windows.map(microsecondsPerUnit);

function tell(shape: Shape, { ours, theirs }: Compared, words: { us: string; them: string; goal: string }): void {
  const p95 = (windows: readonly Window[]) => median(windows.map(({ run }) => run.p95)).toFixed(1);
  record(
    `${words.us}, ${shape.name}: ${ratioText(ratioOf(costs(ours), costs(theirs)))} of the CPU per delivery of ${words.them} (goal ${words.goal}); ` +
      `${median(costs(ours)).toFixed(1)} (${median(ours.map(({ behind, units }) => (behind / units) * 1e6)).toFixed(1)} behind the server) and ${median(costs(theirs)).toFixed(1)} µs; p95 end to end ${p95(ours)} and ${p95(theirs)} ms`,
  );
}

async function beside(shape: Shape, postgres: Postgres, goal: string): Promise<void> {
  say(`\n${shape.name}: Madang, stored (A), and stock Socket.IO, not stored (B)`);
  const madang = await startMadang({ databaseUrl: postgres.url });
  const peer = await startPeer('socket-io-broadcaster');
  const loads = [await seat([madang.port], shape, true), await seat([peer.port], shape, false)] as const;
  const compared = await compare(
    shape,
    { load: loads[0], pids: [madang.pid], behind: [postgres.pid] },
    { load: loads[1], pids: [peer.pid], behind: [] },
    [postgres.url],
  );
  tell(shape, compared, { us: 'chat, stored before delivered', them: 'stock Socket.IO, not stored', goal });
  if (shape === MANY_ROOMS) {
    const { ours } = compared;
    const latency = (key: 'p50' | 'p95' | 'p99') => median(ours.map(({ run }) => run[key])).toFixed(1);
    record(`chat latency at 5,000 deliveries/s: p50 ${latency('p50')}, p95 ${latency('p95')}, p99 ${latency('p99')} ms (goal p95 ≤ 50)`);
  }
  for (const load of loads) await load.stop();
  await peer.stop();
  await madang.stop();
}

/** The same rooms on one node and, their members spread, on two with Redis between them. */
async function acrossNodes(shape: Shape, postgres: Postgres): Promise<void> {
  say(`\n${shape.name}: two nodes and Redis (A), and one node (B)`);
  const alone = await startMadang({ databaseUrl: postgres.url });
  const one = await seat([alone.port], shape, true);
  const second = await startPostgres();
  const redis = await startRedis();
  const redisUrl = `redis://127.0.0.1:${redis.port}`;
  const left = await startMadang({ databaseUrl: second.url, redisUrl });
  const right = await startMadang({ databaseUrl: second.url, redisUrl });
  const two = await seat([left.port, right.port], shape, true);
  const compared = await compare(
    shape,
    { load: two, pids: [left.pid, right.pid], behind: [redis.pid, second.pid] },
    { load: one, pids: [alone.pid], behind: [postgres.pid] },
    [postgres.url, second.url],
  );
  tell(shape, compared, { us: 'chat on two nodes with Redis', them: 'one node', goal: '≤ 1.5' });
  for (const load of [one, two]) await load.stop();
  for (const server of [left, right, alone]) await server.stop();
  await redis.stop();
  await second.close();
}

async function comeBack(postgres: Postgres): Promise<void> {
  say(`\n${flags.sockets} sockets lose their connection and come back, each to its room`);
  const madang = await startMadang({ databaseUrl: postgres.url });
  const guests = await makeGuests(madang.port, flags.sockets);
  const [owner] = guests;
  const rooms = owner === undefined ? [] : await makeRooms(madang.port, owner, Math.ceil(flags.sockets / 10));
  const seats: Seat[] = guests.map(({ token }, at) => ({ port: madang.port, token, room: rooms[at % rooms.length] ?? '' }));
  const load = new Generator(loadFile);
  const input: ConnectInput = {
    seats,
    host: hostOf(madang.port),
    path: '/ws',
    namespace: '/chat',
    sources: SOURCES,
    atOnce: RECONNECT_AT_ONCE,
  };
  await load.ask<ConnectResult>('connect', input);
  const times: number[] = [];
  const costs: number[] = [];
  for (let round = 0; round < flags.rounds; round++) {
    await delay(1_000);
    const before = cpuSeconds([madang.pid, postgres.pid]);
    const { sockets, seconds } = await load.ask<ConnectResult>('reconnect');
    times.push(seconds);
    costs.push(((cpuSeconds([madang.pid, postgres.pid]) - before) / sockets) * 1e3);
    say(`  ${sockets} back in ${seconds.toFixed(1)} s, ${(costs.at(-1) ?? 0).toFixed(2)} ms of CPU each`);
  }
  record(
    `${flags.sockets} sockets back in their rooms within ${median(times).toFixed(1)} s (${Math.min(...times).toFixed(1)}–${Math.max(...times).toFixed(1)}; goal ≤ 10), ${median(costs).toFixed(2)} ms of CPU each`,
  );
  await load.stop();
  await madang.stop();
}

const wanted = (part: string): boolean => flags.only.length === 0 || flags.only.includes(part);
const postgres = await startPostgres();
try {
  if (flags.nodes === 2) await acrossNodes(MANY_ROOMS, postgres);
  else {
    if (wanted('fan-out')) await beside(FAN_OUT, postgres, '≤ 0.9');
    if (wanted('rooms')) await beside(MANY_ROOMS, postgres, '≤ 2.5');
    if (wanted('reconnect')) await comeBack(postgres);
  }
} finally {
  await postgres.close();
}
