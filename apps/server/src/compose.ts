import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { createAuditModule } from '@madang/audit';
import { createFileBlobs, createS3Blobs } from '@madang/blobs';
import { createMemoryShared, createRedisShared, type Shared } from '@madang/cache';
import { createChatModule } from '@madang/chat';
import { type Database, openDatabase } from '@madang/db';
import { createEvents } from '@madang/events';
import { createMediaTools } from '@madang/ffmpeg';
import { createIdentityModule, DEFAULT_LIMITS as IDENTITY_LIMITS } from '@madang/identity';
import { createImages } from '@madang/images';
import { createJobs } from '@madang/jobs';
import { type BlobStore, type Clock, type Closable, type Logger, type MadangModule, systemClock, type ZoneContext } from '@madang/kernel';
import { createMediaModule, createServeObject, readUpload } from '@madang/media';
import { createNotificationsModule } from '@madang/notifications';
import { BroadcastHub } from '@madang/realtime';
import { createMetrics } from '@madang/telemetry';
import { createVideoModule } from '@madang/video';
import { createZonesModule } from '@madang/zones';
import { chatFiles } from './chat-files.ts';
import { CITY_STATEMENTS } from './city-statements.ts';
import { type Config, ConfigurationError } from './config.ts';
import { createDemoModule } from './demo/demo-module.ts';
import { demoPassword } from './demo/demo-people.ts';
import { PublicContent } from './public-content.ts';

/** What the process stands on before anything of Madang runs. */
export interface Ground {
  readonly config: Config;
  readonly database: { readonly url: string; readonly directUrl: string; readonly replicaUrl?: string | undefined };
  /** Absolute. */
  readonly dataDir: string;
  readonly secret: Buffer;
  readonly logger: Logger & { isLevelEnabled?(level: string): boolean };
  readonly clock?: Clock;
}

export type House = Awaited<ReturnType<typeof composeHouse>>;

async function openShared(config: Config, nodeId: string, logger: Logger, clock: Clock): Promise<Shared> {
  if (config.redisUrl === null) return createMemoryShared({ clock, logger });
  try {
    return await createRedisShared({ url: config.redisUrl, logger, nodeId });
  } catch (cause) {
    // It says in one sentence what to correct.
    throw new ConfigurationError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

async function openBlobs({ config, dataDir, logger }: Ground): Promise<BlobStore & Partial<Closable>> {
  if (config.s3 === null) return await createFileBlobs({ root: path.join(dataDir, 'blobs'), logger });
  try {
    // Path style works with every S3-compatible service; without an endpoint it is AWS itself.
    return await createS3Blobs({ ...config.s3, forcePathStyle: config.s3.endpoint !== undefined, logger });
  } catch (error) {
    throw new ConfigurationError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Wires every part by hand, once. Nothing listens and nothing runs yet; `roles/` starts what was asked for. */
export async function composeHouse(ground: Ground) {
  const { config, logger } = ground;
  const clock = ground.clock ?? systemClock;
  const nodeId = `node-${randomBytes(6).toString('hex')}`;
  const metrics = createMetrics();
  const database: Database = openDatabase({
    ...ground.database,
    poolSize: config.poolSize,
    cityStatements: CITY_STATEMENTS,
    logger,
    onQuery: ({ name, zoneId, seconds }) => metrics.observeQuery(name, zoneId ?? '-', seconds),
  });
  const city = database.city();
  const shared = await openShared(config, nodeId, logger, clock);
  const { bus, cache, rateLimiter, presence } = shared;
  const hub = BroadcastHub.create({ bus, nodeId, logger });

  const modules: MadangModule[] = [];
  const publicContent = new PublicContent();
  const grants = () => modules.map((module) => module.grants ?? {});

  const events = createEvents({
    database,
    bus,
    zones: () => zones.directory,
    handlers: () => modules.flatMap((module) => module.handlers ?? []),
    logger,
    clock,
  });
  const jobs = createJobs({
    database,
    bus,
    zones: () => zones.directory,
    registrations: () => modules.flatMap((module) => module.jobs ?? []),
    schedules: () => modules.flatMap((module) => module.schedules ?? []),
    logger,
    clock,
    nodeId,
    onEnded: (name, outcome, seconds) => metrics.jobFinished(name, outcome, seconds),
  });
  metrics.watchQueue(async () => {
    const queued: Record<string, number> = {};
    for (const { name, queued: waiting } of (await jobs.stats()).counts) queued[name] = (queued[name] ?? 0) + waiting;
    return queued;
  });
  const audit = createAuditModule({ city, clock, logger });
  const zones = createZonesModule({
    city,
    zoneDb: (id) => database.zoneDb(id),
    audit: audit.writer,
    events: events.publisher,
    clock,
    logger,
    publicPort: config.publicPort,
    baseDomain: config.baseDomain,
    scheme: config.publicScheme,
    activity: {
      online: (ids) => chat.zoneActivity.online(ids),
      // What is said right now comes before the newest film, and that before what was said.
      highlights: async (ids) => {
        const [said, films] = await Promise.all([chat.zoneActivity.highlights(ids), video.videoActivity.highlights(ids)]);
        return new Map([...said, ...[...films].filter(([id]) => said.get(id)?.live !== true)]);
      },
    },
  });
  const identity = createIdentityModule({
    city,
    zones: zones.directory,
    audit: audit.writer,
    events: events.publisher,
    rateLimiter,
    bus,
    broadcaster: hub,
    clock,
    logger,
    secret: ground.secret,
    grants,
    avatars: { claim: (zone, principal, fileId) => media.avatars.claim(zone, principal, fileId) },
    guestTraces: [
      { of: (zone, guestIds) => media.ownersAmong(zone, guestIds) },
      { of: (zone, guestIds) => chat.guestTraces.of(zone, guestIds) },
      { of: (zone, guestIds) => video.guestTraces.of(zone, guestIds) },
    ],
    limits: { guestAddress: { ...IDENTITY_LIMITS.guestAddress, points: config.limits.guests } },
  });
  const blobs = await openBlobs(ground);
  const tools = createMediaTools({ logger });
  const media = createMediaModule({
    blobs,
    images: createImages(),
    tools,
    jobs: jobs.queue,
    events: events.publisher,
    broadcaster: hub,
    clock,
    logger,
    secret: ground.secret,
    workFolder: path.join(ground.dataDir, 'work'),
  });
  const chat = createChatModule({
    audit: audit.writer,
    events: events.publisher,
    jobs: jobs.queue,
    people: identity.people,
    presence,
    broadcaster: hub,
    rateLimiter,
    files: chatFiles(media),
    clock,
    logger,
    zoneContext: (id) => zones.directory.context(id),
    sendLimit: { burst: config.limits.sends, perSecond: Math.max(20, config.limits.sends / 25) },
  });
  const notifications = createNotificationsModule({
    events: events.publisher,
    jobs: jobs.queue,
    people: identity.people,
    broadcaster: hub,
    clock,
  });
  const video = createVideoModule({
    assets: media.assets,
    blobs,
    attachRoom: chat.attachRoom,
    detachRoom: chat.detachRoom,
    registerAttachedRooms: chat.registerAttachedRooms,
    grantCreator: (tx, userId) => identity.grantCapability(tx, userId, 'creator'),
    notifier: notifications.notifier,
    registerKind: notifications.registerKind,
    receiveMultipart: readUpload,
    serveDownload: createServeObject(blobs),
    people: identity.people,
    audit: audit.writer,
    events: events.publisher,
    jobs: jobs.queue,
    broadcaster: hub,
    cache,
    rateLimiter,
    clock,
    logger,
    zoneContext: (id) => zones.directory.context(id),
  });
  const capabilities = [zones, audit, identity, media, notifications, chat, video];
  modules.push(...capabilities.map((capability) => capability.module), publicContent.module);
  if (config.demo) {
    const person = (zone: ZoneContext, key: string) => identity.findPerson(zone, `${key}@${zone.zone.id}.demo`);
    modules.push(createDemoModule({ directory: zones.directory, password: demoPassword(ground.secret), person, media, video }));
  }

  return {
    config,
    clock,
    logger,
    nodeId,
    metrics,
    database,
    shared,
    hub,
    events,
    jobs,
    zones,
    audit,
    identity,
    media,
    notifications,
    chat,
    video,
    publicContent,
    modules,
    async close(): Promise<void> {
      await hub.close();
      await tools.close();
      await blobs.close?.();
      await shared.close();
      await database.close();
    },
  } satisfies Closable & Record<string, unknown>;
}
