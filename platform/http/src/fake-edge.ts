import {
  type Authenticator,
  fail,
  type HostMatch,
  type Principal,
  type RateLimiter,
  type RouteDefinition,
  requestErrors,
  type Scope,
  silentLogger,
  type Zone,
  type ZoneContext,
  type ZoneDb,
  type ZoneDirectory,
} from '@madang/kernel';
import { createMetrics } from '@madang/telemetry';
import { DEFAULT_RATE_LIMITS, type Denial, type HttpServerDeps } from './edge-options.ts';
import { createHttpServer, type HttpServer } from './server.ts';

const FOUR = (text: string) => ({ ko: text, en: text, ja: text, es: text });

export function fakeZone(id: string, changes: Partial<Zone> = {}): Zone {
  return {
    id,
    names: FOUR(id),
    taglines: FOUR(''),
    hue: 0,
    features: [],
    limits: { storageBytes: 1, seats: 1, attachmentBytes: 1, guestsMayCreate: true },
    domains: [],
    apexToWww: false,
    portal: false,
    status: 'open',
    version: 1,
    ...changes,
  };
}

/** No test of the edge reads a row: touching the database is a failure. */
const noDb = (zoneId: string): ZoneDb =>
  new Proxy({ zoneId } as ZoneDb, {
    get(target, name) {
      if (name === 'zoneId') return target.zoneId;
      throw new Error(`the edge asked the database for ${String(name)}`);
    },
  });

/** `talk` and `univ`, each at `<id>.localhost` with prefixes; `old.example` redirects to `www.example` of univ. */
export function fakeZones(): ZoneDirectory {
  const zones = new Map(['talk', 'univ'].map((id) => [id, fakeZone(id)]));
  const contexts = new Map<string, ZoneContext>([...zones.values()].map((zone) => [zone.id, { zone, db: noDb(zone.id) }]));
  return {
    async findByHost(host): Promise<HostMatch | undefined> {
      const name = (host ?? '').replace(/:\d+$/, '');
      const univ = zones.get('univ') as Zone;
      if (name === 'old.example') return { zone: univ, prefix: '', redirectTo: 'http://www.example' };
      const [, prefix = '', id = ''] = /^(?:(www|app|api|static|admin)\.)?([a-z]+)\.localhost$/.exec(name) ?? [];
      const zone = zones.get(id);
      return zone && { zone, prefix };
    },
    findById: async (id) => zones.get(id),
    list: async () => [...zones.values()],
    context: async (id) => contexts.get(id) as ZoneContext,
    allowsOrigin: (zone, origin) => new RegExp(`^https?://(?:(?:www|app)\\.)?${zone.id}\\.localhost(?::\\d+)?$`).test(origin),
  };
}

export function fakePrincipal(zoneId: string, permissions: Readonly<Record<string, Scope>> = {}): Principal {
  return {
    id: `user_${zoneId}`,
    kind: 'account',
    zoneId,
    orgId: null,
    role: 'student',
    capabilities: [],
    sessionId: 'session_1',
    name: 'Person',
    scopeOf: (permission) => permissions[permission],
  };
}

/** Bearers are `<zone>` or `<zone>:<permission>=<scope>`; the session cookie's value is a zone. Anything else is a bad token. */
export function fakeAuthenticator(): Authenticator {
  return {
    cookieName: (secure) => (secure ? '__Host-session' : 'session'),
    async authenticate(zone, credentials) {
      if (credentials.bearer !== undefined) {
        const [, id, permission, scope] = /^(talk|univ)(?::(\w+:\w+)=(\w+))?$/.exec(credentials.bearer) ?? [];
        if (id === undefined) fail(requestErrors.unauthenticated);
        if (id !== zone.zone.id) fail(requestErrors.wrong_zone);
        return fakePrincipal(id, permission === undefined ? {} : { [permission]: scope as Scope });
      }
      return credentials.sessionCookie === zone.zone.id ? fakePrincipal(zone.zone.id) : undefined;
    },
    current: async (_zone, principal) => principal,
  };
}

/** Counts for ever, without a window. */
export function fakeRateLimiter(): RateLimiter & { readonly counts: Map<string, number> } {
  const counts = new Map<string, number>();
  const decide = (used: number, points: number) => ({
    allowed: used <= points,
    remaining: Math.max(0, points - used),
    retryAfterSeconds: 7.2,
  });
  return {
    counts,
    async consume(rule, key, points = 1) {
      const id = `${rule.name} ${key}`;
      const used = (counts.get(id) ?? 0) + points;
      counts.set(id, used);
      return decide(used, rule.points);
    },
    peek: async (rule, key) => decide(counts.get(`${rule.name} ${key}`) ?? 0, rule.points),
    reset: async (rule, key) => void counts.delete(`${rule.name} ${key}`),
  };
}

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface FakeEdge {
  readonly server: HttpServer;
  readonly denials: Denial[];
  readonly log: LogLine[];
  readonly limiter: ReturnType<typeof fakeRateLimiter>;
  /** Requests to `talk.localhost` without a socket. */
  inject: HttpServer['fastify']['inject'];
}

export function fakeEdge(routes: readonly RouteDefinition[], changes: Partial<HttpServerDeps> = {}): FakeEdge {
  const denials: Denial[] = [];
  const log: LogLine[] = [];
  const limiter = fakeRateLimiter();
  const write = (level: string) => (fields: object, message: string) =>
    void log.push({ level, message, fields: fields as Record<string, unknown> });
  const logger = { ...silentLogger, info: write('info'), warn: write('warn'), error: write('error'), child: () => logger };
  const server = createHttpServer({
    zones: fakeZones(),
    authenticator: fakeAuthenticator(),
    routes,
    rateLimiter: limiter,
    limits: DEFAULT_RATE_LIMITS,
    logger,
    metrics: createMetrics({ process: false }),
    trustedProxies: [],
    onDenied: (_context, _principal, denial) => void denials.push(denial),
    health: { ready: async () => ({ ok: true, checks: { database: 'ok' } }) },
    clock: { now: () => new Date(0) },
    ...changes,
  });
  const inject = ((options: object) =>
    server.fastify.inject({
      ...(options as { headers?: object }),
      headers: { host: 'talk.localhost', ...(options as { headers?: Record<string, string> }).headers },
    })) as unknown as FakeEdge['inject'];
  return { server, denials, log, limiter, inject };
}
