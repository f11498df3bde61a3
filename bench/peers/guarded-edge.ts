/**
 * Madang's edge and database over one table, twice the same but for the guards (`GUARDS=1`): a policy on each route, the
 * zone's role and row-level security around each statement, an audit row in the transaction of each change. Who is asking is
 * found out in both.
 */
import { createAuditModule } from '@madang/audit';
import { openDatabase } from '@madang/db';
import { createHttpServer, DEFAULT_RATE_LIMITS } from '@madang/http';
import {
  type Authenticator,
  endpoints,
  noContent,
  ok,
  type Policy,
  type Principal,
  permits,
  publicAccess,
  type Queries,
  type RateLimiter,
  route,
  silentLogger,
  statement,
  systemClock,
  type Zone,
  type ZoneContext,
  type ZoneDirectory,
} from '@madang/kernel';
import { createMetrics } from '@madang/telemetry';
import { PORTAL_PRESET } from '@madang/zones';
import { z } from 'zod';
import { queriesOver } from '../../platform/db/src/queries.ts';
import { SessionPool } from '../../platform/db/src/session-pool.ts';

interface Thing {
  readonly id: string;
  readonly name: string;
  readonly count: number;
  readonly created_at: Date;
}

const guarded = process.env.GUARDS === '1';
const url = process.env.DATABASE_URL ?? '';
const POOL_SIZE = 12;
const zone: Zone = { ...PORTAL_PRESET, version: 1 };

const findThing = statement<Thing, [id: string]>('bench.find_thing', 'select id, name, count, created_at from bench.things where id = $1');
const countUp = statement<unknown, [id: string]>('bench.count_up', 'update bench.things set count = count + 1 where id = $1');

const params = z.object({ id: z.string().min(1).max(100) });
const table = endpoints({
  'GET /api/v1/things/:id': {
    summary: 'One thing',
    params,
    responses: { 200: z.object({ id: z.string(), name: z.string(), count: z.number(), createdAt: z.string() }) },
  },
  'POST /api/v1/things/:id/count': { summary: 'Count one up', params, responses: { 204: null } },
});

const database = openDatabase({ url, poolSize: POOL_SIZE, cityStatements: () => true, logger: silentLogger });
const audit = createAuditModule({ city: database.city(), clock: systemClock, logger: silentLogger });
const context: ZoneContext = { zone, db: database.zoneDb(zone.id) };

/** The same connections and the same wire without role and zone: as the owner, whom no row-level security holds. */
const pool = new SessionPool({ url, size: POOL_SIZE, logger: silentLogger });
const bare: Queries = queriesOver(async (step) => {
  const session = await pool.acquire();
  try {
    return await session.exchange([step]);
  } finally {
    pool.release(session);
  }
});

const policy: Policy = guarded ? permits('room:read') : publicAccess('the same without guards');
const person: Principal = {
  id: 'user_bench',
  kind: 'account',
  zoneId: zone.id,
  orgId: null,
  role: 'student',
  capabilities: [],
  sessionId: 'session_bench',
  name: 'Bench',
  scopeOf: (permission) => (permission === 'room:read' ? 'zone' : undefined),
};

const routes = [
  route(table, 'GET /api/v1/things/:id', {
    policy,
    tag: 'things',
    async handler({ zone, params: { id } }) {
      const thing = await (guarded ? zone.db : bare).one(findThing(id));
      return ok({ id: thing.id, name: thing.name, count: thing.count, createdAt: thing.created_at.toISOString() });
    },
  }),
  route(table, 'POST /api/v1/things/:id/count', {
    policy,
    tag: 'things',
    async handler({ zone, principal, ip, params: { id } }) {
      if (!guarded) await bare.run(countUp(id));
      else {
        await zone.db.transaction(async (tx) => {
          await tx.run(countUp(id));
          await audit.writer.record(tx, { action: 'update', resourceType: 'thing', resourceId: id, actor: principal ?? null, ip });
        });
      }
      return noContent();
    },
  }),
];

const zones: ZoneDirectory = {
  findByHost: async () => ({ zone, prefix: '' }),
  findById: async () => zone,
  list: async () => [zone],
  context: async () => context,
  allowsOrigin: () => true,
};
const authenticator: Authenticator = {
  cookieName: () => 'madang',
  authenticate: async () => person,
  current: async () => person,
};
const plenty = { allowed: true, remaining: 1, retryAfterSeconds: 0 };
const rateLimiter: RateLimiter = { consume: async () => plenty, peek: async () => plenty, reset: async () => {} };

const server = createHttpServer({
  zones,
  authenticator,
  routes,
  rateLimiter,
  limits: DEFAULT_RATE_LIMITS,
  logger: silentLogger,
  metrics: createMetrics(),
  trustedProxies: [],
  onDenied: () => {},
  health: { ready: async () => ({ ok: true, checks: {} }) },
  clock: systemClock,
});
if (guarded) await audit.module.start?.(); // it seals the chain of audit rows
await server.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
process.stdout.write('ready\n');
