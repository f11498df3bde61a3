import path from 'node:path';
import { createHttpServer, DEFAULT_RATE_LIMITS, type HttpServer } from '@madang/http';
import type { Closable, Principal } from '@madang/kernel';
import { createDenialAudit } from '../audit-denials.ts';
import type { House } from '../compose.ts';
import { createPages, pagesAreBuilt, WEB_BUILD } from '../pages.ts';

export interface EdgeRole extends Closable {
  readonly http: HttpServer;
  /** Resolves with the port that was bound. */
  listen(): Promise<number>;
}

/**
 * The one port of a node: health on any host, and by role the API with its pages (`web`) and the sockets (`realtime`).
 * A node with neither still answers health and metrics.
 */
export async function startEdge(house: House): Promise<EdgeRole> {
  const { config, clock, logger, metrics, shared, identity, zones, modules, hub } = house;
  const web = config.roles.includes('web');
  const denials = createDenialAudit({ audit: house.audit.writer, zones: () => zones.directory, logger, now: () => clock.now().getTime() });
  const pages =
    web && pagesAreBuilt()
      ? await createPages({
          sessionCookieName: (secure) => identity.authenticator.cookieName(secure),
          personOf: async (context, principal: Principal) => {
            const card = (await identity.people.cards(context.zone, [principal.id])).get(principal.id);
            return {
              id: principal.id,
              name: card?.name ?? principal.name,
              colour: card?.colour ?? 0,
              avatarUrl: card?.avatarUrl ?? null,
              guest: principal.kind === 'guest',
              role: principal.role,
              capabilities: principal.capabilities,
              permissions: identity.permissionsOf(principal),
            };
          },
          demo: config.demo,
          clock,
          logger,
        })
      : undefined;
  if (pages !== undefined) {
    house.publicContent.onChange((zoneId) => {
      pages.drop(zoneId);
      zones.directory.list().then(
        (all) => pages.drop(all.find((zone) => zone.portal)?.id ?? zoneId), // the portal shows every zone
        (error: unknown) => logger.warn({ err: error }, 'the portal keeps its renders until they are old'),
      );
    });
  }
  if (web && pages === undefined) logger.warn({}, 'the pages are not built: ./madang build makes them; the API serves without');

  const http = createHttpServer({
    zones: zones.directory,
    authenticator: identity.authenticator,
    routes: web ? modules.flatMap((module) => module.routes ?? []) : [],
    rawRoutes: web ? modules.flatMap((module) => module.rawRoutes ?? []) : [],
    rateLimiter: shared.rateLimiter,
    limits: {
      ...DEFAULT_RATE_LIMITS,
      anonymous: { ...DEFAULT_RATE_LIMITS.anonymous, points: config.limits.apiAnonymous },
      person: { ...DEFAULT_RATE_LIMITS.person, points: config.limits.apiPerson },
      pages: { ...DEFAULT_RATE_LIMITS.pages, points: config.limits.pages },
    },
    logger,
    metrics,
    trustedProxies: config.trustedProxies,
    onDenied: denials.onHttpDenied,
    health: { ready: () => readiness(house) },
    ...(config.metricsToken !== undefined && { metricsToken: config.metricsToken }),
    ...(config.adminAllowList.length > 0 && { adminAllowList: config.adminAllowList }),
    ...(pages !== undefined && {
      pageHandler: pages.handler,
      staticFiles: { root: path.join(WEB_BUILD, 'client'), prefix: '/' },
    }),
    clock,
  });

  const realtime = config.roles.includes('realtime')
    ? await (await import('@madang/realtime')).createRealtime({
        httpServer: http.fastify.server,
        hub,
        namespaces: modules.flatMap((module) => module.sockets ?? []),
        zones: zones.directory,
        authenticator: identity.authenticator,
        rateLimiter: shared.rateLimiter,
        presence: shared.presence,
        logger,
        resolveIp: (request) => http.trust.resolve(request).ip,
        limits: { connectionsPerPerson: config.limits.sockets },
        metrics: {
          sockets: (change, { namespace, zoneId }) =>
            change === 1 ? metrics.socketOpened(namespace, zoneId) : metrics.socketClosed(namespace, zoneId),
          event: () => {},
          cutOff: () => {},
        },
        onDenied: denials.onSocketDenied,
        clock,
      })
    : undefined;

  // Messages between nodes were lost: clients that follow by messages alone come back and ask from where they are.
  shared.onGap(() => realtime?.reconnectClients());

  return {
    http,
    listen: () => http.listen({ host: config.host, port: config.port }),
    async close() {
      await realtime?.close();
      await http.close();
    },
  };
}

async function readiness({ database, shared, jobs, config }: House) {
  const [databaseUp, queue] = await Promise.all([
    database.isHealthy(),
    jobs.stats().then(
      () => true,
      () => false,
    ),
  ]);
  const checks = {
    database: databaseUp,
    jobs: queue,
    migrations: true, // a node that could not migrate never got here
    shared: config.redisUrl === null ? 'in the process' : shared.isHealthy(),
  };
  return { ok: databaseUp && queue, checks };
}
