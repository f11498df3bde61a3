import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type BlobStore, type Clock, type EventPublisher, fail, type JobQueue, job, type Logger, type MadangModule } from '@madang/kernel';
import { uploadRoutes } from './upload.routes.ts';
import type { Uploads } from './upload.ts';
import { createAssemble } from './upload-assembly.ts';
import { createDiscardUpload, discardUploadJob } from './upload-discard.ts';
import { uploadErrors } from './upload-errors.ts';
import { type UploadRules, uploadRules } from './upload-limits.ts';
import { createUploadRequests } from './upload-requests.ts';
import { claimUpload, findUpload } from './upload-store.ts';
import { sweepPartsJob, sweepUploadsJob, uploadSchedules } from './upload-sweep.job.ts';

export interface UploadsDeps {
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly jobs: JobQueue;
  readonly events: EventPublisher;
  readonly limits?: Partial<UploadRules>;
  /** What is missing to take films here; asked at every creation, so it should know. Nothing is when left out. */
  readonly tools?: () => Promise<{ what: string; command: string } | undefined>;
}

/** Resumable uploads: what other parts ask of them, and what the module is made of. */
export type UploadsPart = { readonly uploads: Uploads; readonly rules: UploadRules } & Required<
  Pick<MadangModule, 'routes' | 'jobs' | 'schedules' | 'start'>
>;

export function createUploads(deps: UploadsDeps): UploadsPart {
  const { blobs, clock, logger, events } = deps;
  const rules = uploadRules(blobs.localPath !== undefined, deps.limits);
  const tools = deps.tools ?? (async () => undefined);
  const discard = createDiscardUpload(deps);
  const requests = createUploadRequests({ blobs, clock, logger, events, rules, tools, discard });
  const sweeping = { blobs, clock, discard };

  return {
    rules,
    uploads: {
      find: (zone, uploadId) => findUpload(zone.db, uploadId),
      async claim(tx, wanted) {
        const claimed = await claimUpload(tx, wanted, rules.keepSeconds, clock.now());
        if (claimed !== undefined) return claimed;
        const upload = await findUpload(tx, wanted.uploadId);
        fail(upload?.ownerId === wanted.ownerId ? uploadErrors.upload_taken : uploadErrors.upload_not_found);
      },
      async take(zone, { ownerId, name, path, signal }) {
        const owner = { id: ownerId, kind: 'account' } as const;
        const { size } = await stat(path);
        const { id } = await requests.create(zone, owner, size, { name, contentType: '' });
        const bytes = { offset: 0, length: size, checksum: undefined, signal, stream: () => createReadStream(path) };
        return (await requests.write(zone, owner, id, bytes)).upload;
      },
      assemble: createAssemble(blobs),
      async discard(tx, uploadId) {
        await discard(tx, uploadId);
      },
    },
    routes: uploadRoutes({ requests, discard, rules, clock, tools }),
    jobs: [
      job(discardUploadJob, async () => (await import('./upload-discard.job-handler.ts')).createDiscardUploadHandler(blobs)),
      job(sweepUploadsJob, async () => (await import('./upload-sweep.job-handler.ts')).createSweepUploadsHandler(sweeping)),
      job(sweepPartsJob, async () => (await import('./upload-sweep.job-handler.ts')).createSweepPartsHandler(sweeping)),
    ],
    schedules: uploadSchedules,
    start: async () => requests,
  };
}
