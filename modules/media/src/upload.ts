import { defineEvent, type Queries, type ZoneContext } from '@madang/kernel';
import { z } from 'zod';

export type UploadState = 'open' | 'complete' | 'discarded';

export interface Upload {
  readonly id: string;
  readonly ownerId: string;
  readonly name: string;
  readonly contentType: string;
  /** Bytes in all, and received so far without a gap. */
  readonly length: number;
  readonly received: number;
  readonly state: UploadState;
  readonly claimedBy: { readonly type: string; readonly id: string } | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** What the module that does something with uploads asks of them. */
export interface Uploads {
  find(zone: ZoneContext, uploadId: string): Promise<Upload | undefined>;
  /**
   * The upload is for this from now on, complete or not. Throws `media.upload_not_found` (also for another's) and
   * `media.upload_taken`; the same claim again is harmless.
   */
  claim(tx: Queries, claim: { uploadId: string; ownerId: string; type: string; id: string }): Promise<Upload>;
  /**
   * Makes one object at `key` of a complete upload and says how long it is. Safe to be killed and called again; what was
   * received stays until `discard`.
   */
  assemble(zone: ZoneContext, uploadId: string, key: string, signal?: AbortSignal): Promise<{ bytes: number }>;
  /** A file of this machine, whole, as an account's upload: what the program itself brings. */
  take(zone: ZoneContext, file: { ownerId: string; name: string; path: string; signal?: AbortSignal }): Promise<Upload>;
  /** Takes the parts away, and the row once they are gone. Idempotent. */
  discard(tx: Queries, uploadId: string): Promise<void>;
}

/** Every byte is there. Published in the transaction that made it so. */
export const uploadCompleted = defineEvent(
  'media.upload-completed',
  z.object({ uploadId: z.string(), claimedType: z.string().nullable(), claimedId: z.string().nullable() }),
);
