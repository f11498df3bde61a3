import { tmpdir } from 'node:os';
import { guestMerged } from '@madang/identity';
import {
  type BlobStore,
  type Broadcaster,
  type Clock,
  type EventPublisher,
  fail,
  type ImageProcessor,
  type JobQueue,
  job,
  type Logger,
  type MadangModule,
  type MediaTools,
  onEvent,
  type Queries,
  type RoleGrants,
  type ZoneContext,
} from '@madang/kernel';
import type { PlanOptions } from '@madang/media-plan';
import type { Assets } from './asset.ts';
import { createAssets } from './assets.ts';
import { type Avatars, createAvatars } from './avatars.ts';
import type { FileCard } from './contract.ts';
import { createDeleteFiles, type DeleteFiles, deleteBlobsJob } from './delete-files.ts';
import { cardOf, type FileScope } from './file.ts';
import { createAccessRegistry, type FileAccess } from './file-access.ts';
import { findOwnersAmong, findReadyFiles, markAttached, moveOwner } from './file-store.ts';
import { avatarRoute, avatarUploadRoute, fileRoute } from './media.routes.ts';
import { mediaErrors } from './media-errors.ts';
import { createReceiveFile, type ReceiveFile } from './receive-file.ts';
import { createServeFile } from './serve-file.ts';
import { schedules, sweepFilesJob, sweepOrphansJob } from './sweep-files.job.ts';
import type { Uploads } from './upload.ts';
import type { UploadRules } from './upload-limits.ts';
import { createUploads } from './uploads.ts';
import { createVod } from './vod.ts';

export interface MediaModuleDeps {
  readonly blobs: BlobStore;
  readonly images: ImageProcessor;
  readonly tools: MediaTools;
  readonly jobs: JobQueue;
  readonly events: EventPublisher;
  readonly broadcaster: Broadcaster;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The city's; keys of signed paths are derived from it. */
  readonly secret: Buffer;
  /** For films being made on this node: absolute, on a disk that holds the largest source and some more. */
  readonly workFolder: string;
  readonly uploadRules?: Partial<UploadRules>;
  /** How films are cut and made, where it is not as measured. */
  readonly planOptions?: PlanOptions;
  /** Uploads one person may have open on one node; default 20. */
  readonly openUploads?: number;
  /** Where files stand while they are looked at; default the system's. */
  readonly temporaryFolder?: string;
}

export interface MediaModule {
  readonly module: MadangModule;
  readonly uploads: Uploads;
  /** Films and sounds. */
  readonly assets: Assets;
  /** Takes one multipart upload for a scope; `cardOf` makes what is answered. */
  readonly receiveFile: ReceiveFile;
  /** All of the files belong to `scope` from now on. Throws `media.file_not_attachable` unless each was uploaded to it by `ownerId` and is not attached yet. */
  attachFiles(tx: Queries, fileIds: readonly string[], ownerId: string, scope: FileScope): Promise<void>;
  readonly deleteFiles: DeleteFiles;
  /** Missing and deleted files are left out. Asks nobody's permission: for who may see what the files are attached to. */
  cardsOf(zone: ZoneContext, fileIds: readonly string[]): Promise<ReadonlyMap<string, FileCard>>;
  /** Once per scope type, while the program is wired. */
  registerAccess(scopeType: string, access: FileAccess): void;
  readonly avatars: Avatars;
  /** Who of these people keeps files here. */
  ownersAmong(zone: ZoneContext, userIds: readonly string[]): Promise<ReadonlySet<string>>;
}

/** `file:create` of guests holds where the zone lets them; `receiveFile` looks. */
const grants: RoleGrants = {
  zone_admin: [{ permission: 'file:*', scope: 'zone' }],
  student: [{ permission: 'file:create', scope: 'own' }],
  guest: [{ permission: 'file:create', scope: 'own' }],
};

export function createMediaModule(deps: MediaModuleDeps): MediaModule {
  const { blobs, clock, logger } = deps;
  const access = createAccessRegistry();
  const deleteFiles = createDeleteFiles(deps.jobs);
  const receiveFile = createReceiveFile({
    ...deps,
    openUploads: deps.openUploads ?? 20,
    temporaryFolder: deps.temporaryFolder ?? tmpdir(),
  });
  const serveFile = createServeFile(blobs, logger);
  const sweeping = { blobs, clock, deleteFiles };
  const vod = createVod(deps);
  const uploading = createUploads({ ...deps, limits: deps.uploadRules ?? {}, tools: () => deps.tools.missing() });
  const { uploads, rules } = uploading;
  const making = createAssets({ ...deps, uploads, tokens: vod.tokens, personBytes: rules.personBytes });

  return {
    uploads,
    assets: making.assets,
    receiveFile,
    deleteFiles,
    avatars: createAvatars(clock, deleteFiles),
    registerAccess: access.register,
    async attachFiles(tx, fileIds, ownerId, scope) {
      const ids = [...new Set(fileIds)];
      if (ids.length === 0) return;
      const attached = await markAttached(tx, ids, ownerId, scope, clock.now());
      if (attached !== ids.length) fail(mediaErrors.file_not_attachable, { detail: `${attached} of ${ids.length} files can be attached` });
    },
    async cardsOf(zone, fileIds) {
      const files = await findReadyFiles(zone.db, [...new Set(fileIds)]);
      return new Map(files.map((file) => [file.id, cardOf(file)]));
    },
    async ownersAmong(zone, userIds) {
      if (userIds.length === 0) return new Set();
      return new Set((await zone.db.many(findOwnersAmong([...userIds]))).map((row) => row.owner_id));
    },
    module: {
      name: 'media',
      routes: [fileRoute(access, serveFile), avatarUploadRoute(receiveFile), avatarRoute(serveFile), ...uploading.routes],
      rawRoutes: vod.rawRoutes,
      sockets: making.sockets,
      jobs: [
        ...uploading.jobs,
        ...making.jobs,
        job(deleteBlobsJob, async () => (await import('./delete-blobs.job-handler.ts')).createDeleteBlobsHandler(blobs)),
        job(sweepFilesJob, async () => (await import('./sweep-files.job-handler.ts')).createSweepFilesHandler(sweeping)),
        job(sweepOrphansJob, async () => (await import('./sweep-files.job-handler.ts')).createSweepOrphansHandler(sweeping)),
      ],
      schedules: [...schedules, ...uploading.schedules, ...making.schedules],
      handlers: [
        ...making.handlers,
        ...vod.handlers,
        onEvent({
          event: guestMerged,
          delivery: 'once',
          name: 'media.move-files-of-merged-guest',
          handle: async ({ zone }, { guestId, userId }) => {
            // Only files: uploads and what is made of them are for accounts.
            await (await zone()).db.run(moveOwner(guestId, userId));
          },
        }),
      ],
      grants,
      async start() {
        const started = [await uploading.start(), await making.start()];
        return {
          async close() {
            for (const part of started) await part?.close();
            await vod.close();
          },
        };
      },
    },
  };
}
