import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock, Closable, Feature, Role, ZoneContext } from '@madang/kernel';
import { silentLogger } from '@madang/kernel';
import { type RunningMadang, readConfig, seedCity, startMadang } from '@madang/server';
import { testDatabase } from '@madang/testing';
import { ZONE_PRESETS } from '@madang/zones';
import { io, type Socket } from 'socket.io-client';
import { HttpClient } from './http-client.ts';

export const TEST_SECRET = Buffer.from('a secret for tests that is long enough');
export const TEST_PASSWORD = 'Courtyard-1 of many';

export interface SignedIn {
  readonly client: HttpClient;
  readonly token: string;
  readonly id: string;
}

export interface TestMadang extends Closable {
  readonly running: RunningMadang;
  readonly port: number;
  readonly ownerUrl: string;
  readonly dataDir: string;
  zone(id: string): Promise<ZoneContext>;
  /** A fresh cookie jar on a zone's host (`talk` → `talk.localhost`; '' → the bare host). */
  client(zoneId: string): HttpClient;
  guest(zoneId: string, name?: string): Promise<SignedIn>;
  /** Makes an account of the role and signs it in over HTTP. */
  account(
    zoneId: string,
    role: Exclude<Role, 'guest'>,
    options?: { orgId?: string; capabilities?: ('mentor' | 'creator' | 'operator')[] },
  ): Promise<SignedIn>;
  /** A connected socket; rejects with the refusal. */
  socket(zoneId: string, token: string | undefined, namespace?: string): Promise<Socket>;
}

export interface TestMadangOptions {
  /** Flags and variables on top of the test's own. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** The demo's people and rooms, instead of empty zones. */
  readonly demo?: boolean;
  /** Everything that is built is switched on in every zone, whatever its preset says. */
  readonly everyFeature?: boolean;
  /** A second node on the same database. */
  readonly joins?: TestMadang;
  /** Instead of the machine's own. */
  readonly clock?: Clock;
}

const BUILT: readonly Feature[] = ['rooms', 'video'];

let people = 0;

/** Known before the start, as links between zones carry it. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** A whole Madang in this process, on a database cloned from the run's template; ready in well under a second. */
export async function startTestMadang(options: TestMadangOptions = {}): Promise<TestMadang> {
  const database = options.joins === undefined ? await testDatabase() : undefined;
  const ownerUrl = database?.ownerUrl ?? options.joins?.ownerUrl ?? '';
  const dataDir = options.joins?.dataDir ?? (await mkdtemp(path.join(tmpdir(), 'madang-node-')));
  const config = readConfig(
    ['--port', String(await freePort()), ...(options.demo === true ? [] : ['--no-demo']), '--data', dataDir, ...(options.args ?? [])],
    {
      MADANG_LIMIT_API_ANONYMOUS: '1000000',
      MADANG_LIMIT_API_PERSON: '1000000',
      MADANG_LIMIT_GUESTS: '1000000',
      MADANG_LIMIT_SOCKETS: '1000',
      MADANG_TRUSTED_PROXIES: 'loopback',
      MADANG_DEMO_FILMS: 'off',
      ...options.environment,
    },
  );
  const running = await startMadang(
    {
      config,
      database: { url: ownerUrl, directUrl: ownerUrl },
      dataDir,
      secret: TEST_SECRET,
      logger: silentLogger,
      ...(options.clock && { clock: options.clock }),
    },
    {
      migrated: true,
      beforeListening: async (house) => {
        if (options.demo === true) await seedCity(house, { secret: TEST_SECRET, say: () => {} });
        else
          for (const preset of ZONE_PRESETS)
            await house.zones.seedZone(options.everyFeature === true ? { ...preset, features: BUILT } : preset);
      },
    },
  );
  const { port, house } = running;
  const hostOf = (zoneId: string) => (zoneId === '' ? 'localhost' : `${zoneId}.localhost`);
  const client = (zoneId: string) => new HttpClient(port, hostOf(zoneId));
  const signed = (client: HttpClient, body: { accessToken: string; user: { id: string } }): SignedIn => ({
    client,
    token: body.accessToken,
    id: body.user.id,
  });

  return {
    running,
    port,
    ownerUrl,
    dataDir,
    client,
    zone: (id) => house.zones.directory.context(id),
    async guest(zoneId, name) {
      const jar = client(zoneId);
      const answer = await jar.ask('/api/v1/auth/guest', { body: { ...(name !== undefined && { name }) } });
      if (answer.status !== 201) throw new Error(`guest: ${answer.status} ${answer.text}`);
      return signed(jar, answer.json());
    },
    async account(zoneId, role, { orgId, capabilities = [] } = {}) {
      people += 1;
      const email = `person-${people}-${Math.random().toString(36).slice(2, 8)}@example.org`;
      const zone = await house.zones.directory.context(zoneId);
      await house.identity.seedPerson(zone, {
        email,
        password: TEST_PASSWORD,
        name: `${role} ${people}`,
        role,
        capabilities,
        ...(orgId !== undefined && { orgId }),
      });
      const jar = client(zoneId);
      const answer = await jar.ask('/api/v1/auth/login', {
        body: { email, password: TEST_PASSWORD },
        headers: { 'x-forwarded-for': `10.1.${Math.floor(people / 250) % 250}.${(people % 250) + 1}` },
      });
      if (answer.status !== 200) throw new Error(`login as ${role}: ${answer.status} ${answer.text}`);
      return signed(jar, answer.json());
    },
    socket(zoneId, token, namespace = '/chat') {
      const socket = io(`http://127.0.0.1:${port}${namespace}`, {
        path: '/ws',
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
        extraHeaders: { host: `${hostOf(zoneId)}:${port}` },
        auth: token === undefined ? {} : { token },
      });
      return new Promise<Socket>((resolve, reject) => {
        socket.once('connect', () => resolve(socket));
        socket.once('connect_error', (error) => {
          socket.close();
          reject(error);
        });
      });
    },
    async close() {
      await running.close();
      await database?.close();
      if (options.joins === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
