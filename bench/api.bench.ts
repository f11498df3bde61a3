/** The API beside bare Fastify with one query, and what policy, row-level security and audit cost. See README.md. */
import path from 'node:path';
import { readNumbers } from './harness/arguments.ts';
import { cpuSeconds, withBusyShare } from './harness/cpu.ts';
import { alternate, median, microsecondsPerUnit, ratioOf, ratioText, type Sample } from './harness/figures.ts';
import type { HttpLoad, HttpResult, Kind } from './harness/http-load.ts';
import { hostOf, makeGuests, makeRooms } from './harness/people.ts';
import { Generator } from './harness/processes.ts';
import { record, say } from './harness/record.ts';
import { fillRoom } from './harness/rooms-data.ts';
import { type Postgres, query, startMadang, startPeer, startPostgres, ZONE } from './harness/servers.ts';

const flags = readNumbers({ rounds: 5, seconds: 8, warmup: 4, connections: 32, rooms: 100, messages: 200, people: 50 });

interface Contestant {
  readonly name: string;
  readonly load: Omit<HttpLoad, 'seconds' | 'seed' | 'connections'>;
  readonly pids: readonly number[];
  readonly behind: readonly number[];
}
interface Window extends Sample {
  readonly behind: number;
  readonly result: HttpResult;
}

const generator = new Generator(path.join(import.meta.dirname, 'harness/http-load.ts'));

async function measure({ name, load, pids, behind }: Contestant, round: number, seconds: number = flags.seconds): Promise<Window> {
  const before = { front: cpuSeconds(pids), behind: cpuSeconds(behind) };
  const ask: HttpLoad = { ...load, seconds, seed: 1_000 + round, connections: flags.connections };
  const { result, busy } = await withBusyShare(() => generator.ask<HttpResult>('run', ask));
  const used = cpuSeconds(behind) - before.behind;
  const window: Window = { cpu: cpuSeconds(pids) - before.front + used, units: result.requests, behind: used, result };
  say(
    `  ${name}: ${microsecondsPerUnit(window).toFixed(0)} µs per request (${((used / result.requests) * 1e6).toFixed(0)} PostgreSQL), ` +
      `${result.perSecond.toFixed(0)}/s, p50 ${result.p50.toFixed(1)} p95 ${result.p95.toFixed(1)} ms, ${result.bytes.toFixed(0)} bytes, machine ${(busy * 100).toFixed(0)} % busy`,
  );
  return window;
}

async function compare(a: Contestant, b: Contestant): Promise<{ a: Window[]; b: Window[] }> {
  for (const contestant of [a, b]) await measure(contestant, -1, flags.warmup);
  return await alternate(flags.rounds, a, b, (contestant, round) => measure(contestant, round));
}

const costs = (windows: readonly Window[]): number[] => windows.map(microsecondsPerUnit);
const middle = (windows: readonly Window[], key: 'perSecond' | 'p50' | 'p95'): number => median(windows.map(({ result }) => result[key]));

/** 70 % one room, 20 % a list of 20 messages, 10 % a message stored. */
function mix(prefix: string, rooms: readonly string[]): Kind[] {
  return [
    { name: 'read', share: 70, method: 'GET', paths: rooms.map((id) => `${prefix}/rooms/${id}`), status: 200 },
    { name: 'list', share: 20, method: 'GET', paths: rooms.map((id) => `${prefix}/rooms/${id}/messages?limit=20`), status: 200 },
    {
      name: 'write',
      share: 10,
      method: 'POST',
      paths: rooms.map((id) => `${prefix}/rooms/${id}/messages`),
      body: '{"clientId":"%","body":"마당에서 만나요. Come in and say what you think."}',
      status: 201,
    },
  ];
}

async function makeBareTables(url: string): Promise<void> {
  await query(
    url,
    `create schema bare;
     create table bare.rooms (id text primary key, name text not null, topic text not null, seq bigint not null, members integer not null, created_at timestamptz not null);
     create table bare.messages (room_id text not null, seq bigint not null, sender_id text not null, sender_name text not null,
       client_id text not null, body text not null, created_at timestamptz not null default now(), primary key (room_id, seq));
     insert into bare.rooms select id, name, topic, seq, member_count, created_at from chat.rooms;
     insert into bare.messages select room_id, seq, sender_id, 'Someone', client_id, body, created_at from chat.messages;
     analyze`,
  );
}

async function besideFastify(postgres: Postgres): Promise<void> {
  say(`\nAPI mix, ${flags.connections} connections: Madang (A) and bare Fastify with one query (B)`);
  const madang = await startMadang({ databaseUrl: postgres.url });
  const guests = await makeGuests(madang.port, flags.people);
  const [owner] = guests;
  if (owner === undefined) throw new Error('nobody came');
  const rooms = await makeRooms(madang.port, owner, flags.rooms);
  for (const roomId of rooms) await fillRoom(postgres.url, { roomId, senderId: owner.id, zoneId: ZONE }, flags.messages);
  await makeBareTables(postgres.url);
  const bare = await startPeer('bare-fastify', { DATABASE_URL: postgres.url });
  const { a, b } = await compare(
    {
      name: 'Madang',
      load: { port: madang.port, host: hostOf(madang.port), kinds: mix('/api/v1', rooms), tokens: guests.map(({ token }) => token) },
      pids: [madang.pid],
      behind: [postgres.pid],
    },
    {
      name: 'Fastify',
      load: { port: bare.port, host: `localhost:${bare.port}`, kinds: mix('', rooms), tokens: [] },
      pids: [bare.pid],
      behind: [postgres.pid],
    },
  );
  record(
    `API mix: ${ratioText(ratioOf(costs(b), costs(a)))} of bare Fastify's throughput per CPU-second (goal ≥ 0.7); ` +
      `${median(costs(a)).toFixed(0)} (${median(a.map(({ behind, units }) => (behind / units) * 1e6)).toFixed(0)} of it PostgreSQL) and ${median(costs(b)).toFixed(0)} µs of CPU per request`,
  );
  record(
    `API mix, ${flags.connections} connections, database and load generator on the same processors: ${middle(a, 'perSecond').toFixed(0)} requests/s ` +
      `(goal 2,800), p50 ${middle(a, 'p50').toFixed(1)}, p95 ${middle(a, 'p95').toFixed(1)} ms (goal ≤ 50); bare Fastify ${middle(b, 'perSecond').toFixed(0)}/s, p95 ${middle(b, 'p95').toFixed(1)} ms`,
  );
  await bare.stop();
  await madang.stop();
}

async function guards(postgres: Postgres): Promise<void> {
  say('\nOne row read (90 %) or changed (10 %): with policy, row-level security and audit (A), and without (B)');
  const migrating = await startMadang({ databaseUrl: postgres.url });
  await migrating.stop();
  await query(
    postgres.url,
    `create schema bench;
     grant usage on schema bench to madang_app;
     create table bench.things (zone_id text not null, id text primary key, name text not null, count integer not null default 0, created_at timestamptz not null default now()) with (fillfactor = 50);
     insert into bench.things (zone_id, id, name) select 'dreamseed', 'thing_' || n, 'Thing ' || n from generate_series(1, 1000) n;
     select madang.isolate('bench.things');
     analyze bench.things`,
  );
  const ids = Array.from({ length: 1000 }, (_, at) => `thing_${at + 1}`);
  const kinds: Kind[] = [
    { name: 'read', share: 90, method: 'GET', paths: ids.map((id) => `/api/v1/things/${id}`), status: 200 },
    { name: 'change', share: 10, method: 'POST', paths: ids.map((id) => `/api/v1/things/${id}/count`), status: 204 },
  ];
  const contestant = async (name: string, guards: '0' | '1') => {
    const server = await startPeer('guarded-edge', { DATABASE_URL: postgres.url, GUARDS: guards });
    const load = { port: server.port, host: `localhost:${server.port}`, kinds, tokens: ['bench'] };
    return { server, contestant: { name, load, pids: [server.pid], behind: [postgres.pid] } };
  };
  const guarded = await contestant('guarded', '1');
  const plain = await contestant('without', '0');
  for (const [what, chosen] of [
    ['reads', kinds.slice(0, 1).map((kind) => ({ ...kind, share: 100 }))],
    ['reads with 10 % changes', kinds],
  ] as const) {
    say(` ${what}`);
    const only = (one: Contestant): Contestant => ({ ...one, load: { ...one.load, kinds: chosen } });
    const { a, b } = await compare(only(guarded.contestant), only(plain.contestant));
    record(
      `policy, row-level security and audit, ${what}: ${ratioText(ratioOf(costs(a), costs(b)))} of the CPU of the same without (goal ≤ 1.15); ` +
        `${median(costs(a)).toFixed(0)} and ${median(costs(b)).toFixed(0)} µs per request`,
    );
  }
  await guarded.server.stop();
  await plain.server.stop();
}

const wanted = (part: string): boolean => flags.only.length === 0 || flags.only.includes(part);
try {
  for (const [part, run] of [
    ['mix', besideFastify],
    ['guards', guards],
  ] as const) {
    if (!wanted(part)) continue;
    const postgres = await startPostgres();
    try {
      await run(postgres);
    } finally {
      await postgres.close();
    }
  }
} finally {
  await generator.stop();
}
