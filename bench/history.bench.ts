/** A page of a room's history at any depth beside the first page. See README.md. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readNumbers } from './harness/arguments.ts';
import { cpuSeconds } from './harness/cpu.ts';
import { median, percentile, ratioOf, ratioText } from './harness/figures.ts';
import { HttpConnection } from './harness/http-connection.ts';
import { type Guest, hostOf, makeGuests, makeRooms } from './harness/people.ts';
import { record, say } from './harness/record.ts';
import { fillRoom } from './harness/rooms-data.ts';
import { query, ROOT, type Server, startMadang, startPostgres, ZONE } from './harness/servers.ts';

const flags = readNumbers({ rounds: 5, messages: 10_000_000, pages: 200, clients: 4 });
const folder = path.join(ROOT, '.cache/bench', `history-${flags.messages}`);
const noteFile = path.join(folder, 'room.json');

interface Window {
  readonly p50: number;
  readonly p95: number;
  /** µs of server and database. */
  readonly cpu: number;
}

/** Made once and kept: the word index is left out of it, as building it takes an hour and no page reads it. */
async function roomOfMillions(url: string, server: Server): Promise<string> {
  if (existsSync(noteFile)) return (JSON.parse(readFileSync(noteFile, 'utf8')) as { roomId: string }).roomId;
  const [owner] = await makeGuests(server.port, 1);
  if (owner === undefined) throw new Error('nobody came');
  const [roomId = ''] = await makeRooms(server.port, owner, 1);
  await query(url, 'drop index chat.messages_words');
  let told = 0;
  await fillRoom(url, { roomId, senderId: owner.id, zoneId: ZONE }, flags.messages, (stored) => {
    if (stored - told < 1_000_000 && stored !== flags.messages) return;
    told = stored;
    say(`  ${stored} messages`);
  });
  await query(url, 'vacuum analyze chat.messages');
  await query(url, 'checkpoint');
  writeFileSync(noteFile, JSON.stringify({ roomId }));
  return roomId;
}

/** Pages just above `depth` messages from the newest, each at another place so that none is read twice in a row. */
async function readPages(server: Server, pids: readonly number[], guest: Guest, roomId: string, depth: number): Promise<Window> {
  const latencies: number[] = [];
  const spread = Math.min(depth, 1_000);
  let next = 0;
  const before = cpuSeconds(pids);
  const client = async () => {
    const connection = await HttpConnection.open({ port: server.port, host: hostOf(server.port) });
    for (let at = next++; at < flags.pages; at = next++) {
      const cursor = Math.max(51, flags.messages - depth + 1 + Math.floor((at * spread) / flags.pages));
      const place = depth === 0 ? '' : `&cursor=${cursor}`;
      const asked = performance.now();
      const answer = await connection.ask({ path: `/api/v1/rooms/${roomId}/messages?limit=50${place}`, token: guest.token });
      latencies.push(performance.now() - asked);
      if (answer.status !== 200 || answer.body.length < 5_000)
        throw new Error(`page: ${answer.status} ${answer.body.toString('utf8', 0, 200)}`);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: flags.clients }, client));
  const cpu = ((cpuSeconds(pids) - before) / flags.pages) * 1e6;
  return { p50: percentile(latencies, 0.5), p95: percentile(latencies, 0.95), cpu };
}

mkdirSync(folder, { recursive: true });
const postgres = await startPostgres(folder);
try {
  const server = await startMadang({ databaseUrl: postgres.url });
  say(`\nHistory of one room with ${flags.messages} messages, pages of 50, ${flags.clients} clients`);
  const roomId = await roomOfMillions(postgres.url, server);
  const [guest] = await makeGuests(server.port, 1);
  if (guest === undefined) throw new Error('nobody came');
  const pids = [server.pid, postgres.pid];
  const depths: number[] = [];
  for (let depth = 100; depth < flags.messages; depth *= 10) depths.push(depth);
  depths.push(flags.messages);
  for (let warm = 0; warm < 3; warm++) for (const depth of [0, ...depths]) await readPages(server, pids, guest, roomId, depth);

  const first = new Map<number, Window[]>(depths.map((depth) => [depth, []]));
  const deep = new Map<number, Window[]>(depths.map((depth) => [depth, []]));
  for (let round = 0; round < flags.rounds; round++) {
    for (const depth of depths) {
      deep.get(depth)?.push(await readPages(server, pids, guest, roomId, depth));
      first.get(depth)?.push(await readPages(server, pids, guest, roomId, 0));
    }
  }
  const of = (windows: readonly Window[], key: keyof Window) => windows.map((window) => window[key]);
  let worst = { depth: 0, ratio: { median: 0, min: 0, max: 0 } };
  for (const depth of depths) {
    const there = deep.get(depth) ?? [];
    const here = first.get(depth) ?? [];
    const ratio = ratioOf(of(there, 'p50'), of(here, 'p50'));
    const cpu = ratioOf(of(there, 'cpu'), of(here, 'cpu'));
    say(
      `  depth ${depth}: p50 ${median(of(there, 'p50')).toFixed(1)} p95 ${median(of(there, 'p95')).toFixed(1)} ms (first page ${median(of(here, 'p50')).toFixed(1)}, ${median(of(here, 'p95')).toFixed(1)}); time ${ratioText(ratio)}, CPU ${ratioText(cpu)} of the first page`,
    );
    if (ratio.median > worst.ratio.median) worst = { depth, ratio };
  }
  const all = depths.flatMap((depth) => deep.get(depth) ?? []);
  record(
    `history of ${flags.messages} messages: p95 ${median(of(all, 'p95')).toFixed(1)} ms over all depths (goal ≤ 20), at the slowest depth (${worst.depth}) ${ratioText(worst.ratio)} of the first page's time (goal ≤ 1.2); ${median(of(all, 'cpu')).toFixed(0)} µs of CPU per page`,
  );
  await server.stop();
} finally {
  await postgres.close();
}
