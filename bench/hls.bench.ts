/** Films behind a token beside nginx with the same files and no token. See README.md. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createFileBlobs } from '@madang/blobs';
import { silentLogger } from '@madang/kernel';
import { createVodTokens } from '../modules/media/src/vod-token.ts';
import { readNumbers } from './harness/arguments.ts';
import type { ByteLoad, ByteResult } from './harness/byte-load.ts';
import { cpuSeconds, residentMegabytes, withBusyShare } from './harness/cpu.ts';
import { alternate, median, microsecondsPerUnit, ratioOf, ratioText, type Sample } from './harness/figures.ts';
import { HttpConnection, requestText } from './harness/http-connection.ts';
import { freePort, Generator, startProgram } from './harness/processes.ts';
import { record, say } from './harness/record.ts';
import { query, ROOT, type Server, startPostgres } from './harness/servers.ts';

const flags = readNumbers({ rounds: 5, seconds: 5, warmup: 3, connections: 16, megabytes: 1.5, segments: 600 });
/** Asked for again and again. */
const HOT = 8;
/** Ten minutes of 4 s. */
const LISTED = 150;
const PLAYLISTS = 16;
const SECRET = 'the secret of a bench, which guards nothing';
/** The portal: there without the demo, whose own films are made at the first start. */
const ZONE = 'dreamseed';
const ASSET = 'video_bench';

const folder = mkdtempSync(path.join(tmpdir(), 'madang-bench-'));
chmodSync(folder, 0o755);
const generator = new Generator(path.join(import.meta.dirname, 'harness/byte-load.ts'));

const segment = (at: number): string => `720/s${String(at).padStart(5, '0')}.m4s`;
const playlist = (at: number): string => `${200 + at}/index.m3u8`;

async function makeFilm(): Promise<void> {
  const blobs = await createFileBlobs({ root: path.join(folder, 'blobs'), logger: silentLogger });
  const put = (file: string, bytes: Buffer | string) =>
    blobs.put(`zones/${ZONE}/vod/${ASSET}/v1/${file}`, Buffer.from(bytes as string), { contentType: 'application/octet-stream' });
  const bytes = randomBytes(flags.megabytes * 1e6);
  for (let at = 0; at < flags.segments; at++) {
    bytes.writeUInt32BE(at);
    await put(segment(at), bytes);
  }
  const lines = Array.from({ length: LISTED }, (_, at) => `#EXTINF:4.000000,\ns${String(at).padStart(5, '0')}.m4s\n`);
  const text = `#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n#EXT-X-MAP:URI="init.mp4"\n${lines.join('')}#EXT-X-ENDLIST\n`;
  for (let at = 0; at < PLAYLISTS; at++) await put(playlist(at), text);
  await put('720/index.m3u8', text);
}

/** `./madang up --no-demo` on the film's folder. */
async function startServer(databaseUrl: string): Promise<Server> {
  const port = await freePort();
  const main = path.join(ROOT, 'apps/server/src/main.ts');
  const args = ['--disable-warning=ExperimentalWarning', main, '--no-demo', '--port', String(port), '--data', folder];
  const environment = { NODE_ENV: 'production', DATABASE_URL: databaseUrl, MADANG_SECRET: SECRET, MADANG_LOG_LEVEL: 'warn' };
  return { port, ...(await startProgram(process.execPath, args, { ready: 'madang ready', environment, cwd: ROOT })) };
}

/** As a careful operator sets it up: the kernel sends the file, open files are kept, no log. */
async function startNginx(): Promise<Server> {
  const port = await freePort();
  const home = path.join(folder, 'nginx');
  mkdirSync(home);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${home}/${name};`).join(' ');
  writeFileSync(
    path.join(home, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${home}/pid; error_log stderr notice; ${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 1024; }
http {
  ${temporary} access_log off; sendfile on; tcp_nopush on; etag on; keepalive_requests 1000000000;
  open_file_cache max=4096 inactive=600s; open_file_cache_valid 60s;
  default_type video/iso.segment;
  server {
    listen 127.0.0.1:${port} reuseport;
    location / {
      root ${path.join(folder, 'blobs/objects/zones', ZONE, 'vod')};
      add_header Cache-Control "private, max-age=604800, immutable"; add_header Vary Origin; add_header X-Content-Type-Options nosniff;
    }
  }
}\n`,
  );
  const args = ['-p', home, '-e', 'stderr', '-c', path.join(home, 'nginx.conf')];
  return { port, ...(await startProgram('nginx', args, { ready: 'start worker process ', cwd: home })) };
}

interface Contestant {
  readonly name: string;
  readonly server: Server;
  readonly pids: readonly number[];
  pathOf(file: string): string;
}
interface Window extends Sample {
  readonly result: ByteResult;
}
interface Kind {
  readonly name: string;
  readonly goal?: number;
  readonly files: readonly string[];
  readonly unchanged?: boolean;
}

async function requestsOf({ server, pathOf }: Contestant, { files, unchanged = false }: Kind): Promise<string[]> {
  const host = `localhost:${server.port}`;
  const connection = await HttpConnection.open({ port: server.port, host });
  const requests: string[] = [];
  for (const file of files) {
    const ask = { path: pathOf(file) };
    const etag = unchanged ? /\r\netag: (.+)/i.exec((await connection.ask(ask)).head)?.[1] : undefined;
    if (unchanged && etag === undefined) throw new Error(`${ask.path} has no ETag`);
    requests.push(requestText(host, { ...ask, ...(etag !== undefined && { headers: [`if-none-match: ${etag}`] }) }));
  }
  connection.close();
  return requests;
}

async function measure(contestant: Contestant, kind: Kind, requests: readonly string[], seconds: number): Promise<Window> {
  const { server, pids, name } = contestant;
  const load: ByteLoad = {
    port: server.port,
    connections: flags.connections,
    seconds,
    requests,
    status: kind.unchanged ? 304 : 200,
    minimumBytes: 1000,
  };
  const before = cpuSeconds(pids);
  const { result, busy } = await withBusyShare(() => generator.ask<ByteResult>('run', load));
  const window: Window = { cpu: cpuSeconds(pids) - before, units: result.requests, result };
  say(
    `  ${name}: ${microsecondsPerUnit(window).toFixed(1)} µs per ${kind.name}, ${result.perSecond.toFixed(0)}/s, p95 ${result.p95.toFixed(1)} ms, ` +
      `${(result.bytes / 1000).toFixed(1)} kB, ${residentMegabytes(server.pid).toFixed(0)} MB, machine ${(busy * 100).toFixed(0)} % busy`,
  );
  return window;
}

const kinds: Kind[] = [
  { name: 'hot segment', goal: 1, files: Array.from({ length: HOT }, (_, at) => segment(at)) },
  { name: 'cold segment', goal: 0.55, files: Array.from({ length: flags.segments }, (_, at) => segment(at)) },
  { name: 'manifest', goal: 0.55, files: Array.from({ length: PLAYLISTS }, (_, at) => playlist(at)) },
  { name: '304', files: Array.from({ length: PLAYLISTS }, (_, at) => playlist(at)), unchanged: true },
];

const postgres = await startPostgres();
try {
  say(`${flags.segments} segments of ${flags.megabytes} MB are made`);
  await makeFilm();
  const ours = await startServer(postgres.url);
  await query(
    postgres.url,
    `insert into media.assets (zone_id, id, owner_id, upload_id, source_key, access, status, created_at, playable_at, ready_at)
     values ($1, $2, 'user_bench', 'upload_bench', '', 'signed', 'ready', now(), now(), now())`,
    [ZONE, ASSET],
  );
  const token = createVodTokens(Buffer.from(SECRET)).sign(ZONE, ASSET, new Date(Date.now() + 6 * 3_600_000));
  const theirs = await startNginx();
  // the database is asked once a second, by us alone
  const a: Contestant = {
    name: 'Madang',
    server: ours,
    pids: [ours.pid, postgres.pid],
    pathOf: (file) => `/vod/t/${token}/${ASSET}/v1/${file}`,
  };
  // the store ends the names of its files with a sign of its own
  const b: Contestant = { name: 'nginx', server: theirs, pids: [theirs.pid], pathOf: (file) => `/${ASSET}/v1/${file}=` };
  for (const kind of kinds) {
    if (flags.only.length > 0 && !flags.only.includes(kind.name.split(' ')[0] as string)) continue;
    say(`\n${kind.name}, ${kind.files.length} of them, ${flags.connections} connections: Madang behind a token (A) and nginx without (B)`);
    const requests = new Map([
      [a, await requestsOf(a, kind)],
      [b, await requestsOf(b, kind)],
    ]);
    const run = (contestant: Contestant, seconds: number) => measure(contestant, kind, requests.get(contestant) ?? [], seconds);
    for (const contestant of [a, b]) await run(contestant, flags.warmup);
    const windows = await alternate(flags.rounds, a, b, (contestant) => run(contestant, flags.seconds));
    const costs = { a: windows.a.map(microsecondsPerUnit), b: windows.b.map(microsecondsPerUnit) };
    record(
      `HLS ${kind.name}, token checked: ${ratioText(ratioOf(costs.b, costs.a))} of nginx's requests per CPU-second${kind.goal === undefined ? '' : ` (goal ≥ ${kind.goal.toFixed(2)})`}; ` +
        `${median(costs.a).toFixed(1)} and ${median(costs.b).toFixed(1)} µs each, ${median(windows.a.map(({ result }) => result.perSecond)).toFixed(0)} and ` +
        `${median(windows.b.map(({ result }) => result.perSecond)).toFixed(0)}/s, p95 ${median(windows.a.map(({ result }) => result.p95)).toFixed(1)} ms`,
    );
  }
  await ours.stop();
  await theirs.stop('SIGQUIT');
} finally {
  await generator.stop();
  await postgres.close();
  rmSync(folder, { recursive: true, force: true });
}
