import { type Queries, statement } from '@madang/kernel';
import type { FileKind, FileScope, StoredFile } from './file.ts';

interface FileRow {
  readonly id: string;
  readonly owner_id: string;
  readonly scope_type: string;
  readonly scope_id: string;
  readonly name: string;
  readonly kind: FileKind;
  readonly content_type: string;
  readonly bytes: string | number;
  readonly width: number | null;
  readonly height: number | null;
  readonly sha256: string;
  readonly blob_key: string;
  readonly thumbnail_key: string | null;
  readonly thumbnail_bytes: string | number;
  readonly attached: boolean;
}

const FILE_COLUMNS = `id, owner_id, scope_type, scope_id, name, kind, content_type, bytes, width, height, sha256, blob_key, thumbnail_key,
  thumbnail_bytes, attached_at is not null as attached`;

const fileOf = (row: FileRow): StoredFile => ({
  id: row.id,
  ownerId: row.owner_id,
  scope: { type: row.scope_type, id: row.scope_id },
  name: row.name,
  kind: row.kind,
  contentType: row.content_type,
  bytes: Number(row.bytes),
  width: row.width,
  height: row.height,
  sha256: row.sha256,
  blobKey: row.blob_key,
  thumbnailKey: row.thumbnail_key,
  thumbnailBytes: Number(row.thumbnail_bytes),
  attached: row.attached,
});

const readyFiles = statement<FileRow, [readonly string[]]>(
  'media.ready_files',
  `select ${FILE_COLUMNS} from media.files where zone_id = madang.zone() and id = any($1) and state = 'ready'`,
);

export async function findReadyFiles(db: Queries, ids: readonly string[]): Promise<StoredFile[]> {
  return ids.length === 0 ? [] : (await db.many(readyFiles([...ids]))).map(fileOf);
}

export async function findReadyFile(db: Queries, id: string): Promise<StoredFile | undefined> {
  return (await findReadyFiles(db, [id]))[0];
}

/** Before the first byte is stored: whatever happens then, somebody knows where to clean up. */
export const insertPending = statement<unknown, [string, string, string, string, string, Date]>(
  'media.insert_pending',
  `insert into media.files (zone_id, id, owner_id, scope_type, scope_id, blob_key, created_at)
   values (madang.zone(), $1, $2, $3, $4, $5, $6)`,
);

const makeReady = statement<
  unknown,
  [string, string, FileKind, string, number, number | null, number | null, string, string | null, number, string]
>(
  'media.make_ready',
  `update media.files set state = 'ready', name = $2, kind = $3, content_type = $4, bytes = $5, width = $6, height = $7,
     sha256 = $8, thumbnail_key = $9, thumbnail_bytes = $10
   where zone_id = madang.zone() and id = $1 and state = 'pending' and blob_key = $11`,
);

/** False when the row is gone: the upload took so long that the sweeper gave it up. */
export async function markReady(tx: Queries, file: Omit<StoredFile, 'attached' | 'scope' | 'ownerId'>): Promise<boolean> {
  const { id, name, kind, contentType, bytes, width, height, sha256, blobKey, thumbnailKey, thumbnailBytes } = file;
  return (await tx.run(makeReady(id, name, kind, contentType, bytes, width, height, sha256, thumbnailKey, thumbnailBytes, blobKey))) === 1;
}

export const deletePending = statement<unknown, [string]>(
  'media.delete_pending',
  `delete from media.files where zone_id = madang.zone() and id = $1 and state = 'pending'`,
);

const takeStorage = statement<{ bytes: string }, [number, number]>(
  'media.take_storage',
  `insert into media.usage as u (zone_id, bytes) select madang.zone(), $1::bigint where $1::bigint <= $2::bigint
   on conflict (zone_id) do update set bytes = u.bytes + excluded.bytes where u.bytes + excluded.bytes <= $2::bigint
   returning bytes`,
);

/** Counts bytes against the zone's limit; false, and nothing is counted, when they do not fit. */
export async function reserveStorage(tx: Queries, bytes: number, limit: number): Promise<boolean> {
  return (await tx.maybeOne(takeStorage(bytes, limit))) !== undefined;
}

const usedStorage = statement<{ bytes: string }, []>('media.used_storage', 'select bytes from media.usage where zone_id = madang.zone()');

export async function findUsedStorage(db: Queries): Promise<number> {
  return Number((await db.maybeOne(usedStorage()))?.bytes ?? 0);
}

const attach = statement<unknown, [readonly string[], string, string, string, Date]>(
  'media.attach_files',
  `update media.files set attached_at = $5 where zone_id = madang.zone() and id = any($1) and owner_id = $2
     and scope_type = $3 and scope_id = $4 and state = 'ready' and attached_at is null`,
);

/** How many of the files are now attached: all, or the caller must fail its transaction. */
export function markAttached(tx: Queries, ids: readonly string[], ownerId: string, scope: FileScope, now: Date): Promise<number> {
  return tx.run(attach([...ids], ownerId, scope.type, scope.id, now));
}

/** Out of sight at once, out of the count at once; the blobs follow by a job. */
const startDeleting = statement<{ id: string }, [readonly string[]]>(
  'media.start_deleting',
  `with gone as (
     update media.files set state = 'deleting' where zone_id = madang.zone() and id = any($1) and state = 'ready'
     returning id, bytes + thumbnail_bytes as size
   ), freed as (
     update media.usage set bytes = greatest(0, bytes - (select coalesce(sum(size), 0) from gone)) where zone_id = madang.zone()
   )
   select id from gone`,
);

export async function markDeleting(tx: Queries, ids: readonly string[]): Promise<string[]> {
  return ids.length === 0 ? [] : (await tx.many(startDeleting([...ids]))).map((row) => row.id);
}

export interface Leftover {
  readonly id: string;
  readonly blob_key: string;
}

export const findDeleting = statement<Leftover, [readonly string[]]>(
  'media.find_deleting',
  `select id, blob_key from media.files where zone_id = madang.zone() and id = any($1) and state = 'deleting'`,
);

export const findAbandoned = statement<Leftover, [Date, number]>(
  'media.find_abandoned',
  `select id, blob_key from media.files where zone_id = madang.zone() and state in ('pending', 'deleting') and created_at < $1
   order by created_at limit $2`,
);

export const findUnattached = statement<{ id: string }, [Date, number]>(
  'media.find_unattached',
  `select id from media.files where zone_id = madang.zone() and state = 'ready' and attached_at is null and created_at < $1
   order by created_at limit $2`,
);

/** The blobs are gone: so may the row be. Never a ready one. */
export const deleteRow = statement<unknown, [string]>(
  'media.delete_row',
  `delete from media.files where zone_id = madang.zone() and id = $1 and state <> 'ready'`,
);

export const existingIds = statement<{ id: string }, [readonly string[]]>(
  'media.existing_ids',
  'select id from media.files where zone_id = madang.zone() and id = any($1)',
);

export const moveOwner = statement<unknown, [string, string]>(
  'media.move_owner',
  'update media.files set owner_id = $2 where zone_id = madang.zone() and owner_id = $1',
);

export const findOwnersAmong = statement<{ owner_id: string }, [readonly string[]]>(
  'media.find_owners_among',
  `select distinct owner_id from media.files where zone_id = madang.zone() and owner_id = any($1) and state = 'ready'`,
);

/** A person's earlier avatars, but for the one before this: what shows it may not have heard of the new one yet. */
export const findOldAvatars = statement<{ id: string }, [string, string]>(
  'media.find_old_avatars',
  `select id from media.files where zone_id = madang.zone() and owner_id = $1 and scope_type = 'avatar' and id <> $2
     and state = 'ready' and attached_at is not null
   order by attached_at desc offset 1`,
);
