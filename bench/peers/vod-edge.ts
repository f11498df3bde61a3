/** Madang's edge with the serving of films and nothing else: real zones, database and blobs, the secret of the bench. */
import { createFileBlobs } from '@madang/blobs';
import { openDatabase } from '@madang/db';
import { createHttpServer, DEFAULT_RATE_LIMITS } from '@madang/http';
import { type Authenticator, type RateLimiter, silentLogger, systemClock, type Zone, type ZoneDirectory } from '@madang/kernel';
import { createMetrics } from '@madang/telemetry';
import { PORTAL_PRESET } from '@madang/zones';
import { createVod } from '../../modules/media/src/vod.ts';

const { DATABASE_URL: url = '', BLOBS: root = '', SECRET: secret = '', PORT: port } = process.env;
const database = openDatabase({ url, poolSize: 4, cityStatements: () => true, logger: silentLogger });
const zone: Zone = { ...PORTAL_PRESET, id: 'talk', version: 1 };
const context = { zone, db: database.zoneDb(zone.id) };
const zones: ZoneDirectory = {
  findByHost: async () => ({ zone, prefix: '' }),
  findById: async () => zone,
  list: async () => [zone],
  context: async () => context,
  allowsOrigin: () => true,
};
const vod = createVod({ blobs: await createFileBlobs({ root, logger: silentLogger }), clock: systemClock, secret: Buffer.from(secret) });
const authenticator: Authenticator = {
  cookieName: () => 'madang',
  authenticate: async () => undefined,
  current: async () => undefined,
};
const plenty = { allowed: true, remaining: 1, retryAfterSeconds: 0 };
const rateLimiter: RateLimiter = { consume: async () => plenty, peek: async () => plenty, reset: async () => {} };

const server = createHttpServer({
  zones,
  authenticator,
  routes: [],
  rawRoutes: vod.rawRoutes,
  rateLimiter,
  limits: DEFAULT_RATE_LIMITS,
  logger: silentLogger,
  metrics: createMetrics(),
  trustedProxies: [],
  onDenied: () => {},
  health: { ready: async () => ({ ok: true, checks: {} }) },
  clock: systemClock,
});
await server.listen({ host: '127.0.0.1', port: Number(port) });
process.stdout.write('ready\n');
