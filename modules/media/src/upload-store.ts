import { type Queries, statement } from '@madang/kernel';
import type { Upload, UploadState } from './upload.ts';

interface UploadRow {
  readonly id: string;
  readonly owner_id: string;
  readonly name: string;
  readonly content_type: string;
  readonly length: string;
  readonly received: string;
  readonly state: UploadState;
  readonly claimed_type: string | null;
  readonly claimed_id: string | null;
  readonly created_at: Date;
  readonly expires_at: Date;
}

const COLUMNS = 'id, owner_id, name, content_type, length, received, state, claimed_type, claimed_id, created_at, expires_at';

const uploadOf = (row: UploadRow): Upload => ({
  id: row.id,
  ownerId: row.owner_id,
  name: row.name,
  contentType: row.content_type,
  length: Number(row.length),
  received: Number(row.received),
  state: row.state,
  claimedBy: row.claimed_type === null || row.claimed_id === null ? null : { type: row.claimed_type, id: row.claimed_id },
  createdAt: row.created_at,
  expiresAt: row.expires_at,
});

const upload = statement<UploadRow, [string]>(
  'media.find_upload',
  `select ${COLUMNS} from media.uploads where zone_id = madang.zone() and id = $1 and state <> 'discarded'`,
);

export async function findUpload(db: Queries, id: string): Promise<Upload | undefined> {
  const row = await db.maybeOne(upload(id));
  return row && uploadOf(row);
}

const unclaimed = statement<UploadRow, [string, Date, number]>(
  'media.unclaimed_uploads',
  `select ${COLUMNS} from media.uploads where zone_id = madang.zone() and owner_id = $1 and claimed_id is null
     and state <> 'discarded' and expires_at > $2
   order by created_at desc, id desc limit $3`,
);

export async function findUnclaimedUploads(db: Queries, ownerId: string, now: Date, limit: number): Promise<Upload[]> {
  return (await db.many(unclaimed(ownerId, now, limit))).map(uploadOf);
}

export const countOpenUploads = statement<{ open: number }, [string]>(
  'media.count_open_uploads',
  `select count(*)::int as open from media.uploads where zone_id = madang.zone() and owner_id = $1 and state = 'open'`,
);

export const insertUpload = statement<unknown, [string, string, string, string, number, Date, Date]>(
  'media.insert_upload',
  `insert into media.uploads (zone_id, id, owner_id, name, content_type, length, created_at, expires_at)
   values (madang.zone(), $1, $2, $3, $4, $5, $6, $7)`,
);

/** The last part, where its bytes may go on. */
export interface UploadTail {
  readonly key: string;
  /** Offset of its first byte in the upload. */
  readonly start: number;
}

interface LeasedRow extends UploadRow {
  readonly writer: string;
  readonly tail: UploadTail | null;
}

const lease = statement<LeasedRow, [id: string, ownerId: string, offset: number, leaseSeconds: number, now: Date, expiresAt: Date]>(
  'media.lease_upload',
  `update media.uploads u set writer = writer + 1, leased_until = clock_timestamp() + make_interval(secs => $4), expires_at = $6,
     frozen = case when leased_until is null then frozen else received end
   where zone_id = madang.zone() and id = $1 and owner_id = $2 and state = 'open' and received = $3
     and (claimed_id is not null or expires_at > $5) and (leased_until is null or leased_until < clock_timestamp())
   returning writer, ${COLUMNS}, (
     select jsonb_build_object('key', p.blob_key, 'start', p.start) from media.upload_parts p
      where p.zone_id = u.zone_id and p.upload_id = u.id and p.start >= u.frozen order by p.start desc limit 1
   ) as tail`,
);

/**
 * The right to write from `offset` on, while it is renewed. Undefined when it is not to be had: somebody must look why. There
 * is a `tail` when all who wrote it said that they had ended.
 */
export async function leaseUpload(
  db: Queries,
  upload: { id: string; ownerId: string; offset: number },
  { leaseSeconds, keepSeconds }: { leaseSeconds: number; keepSeconds: number },
  now: Date,
): Promise<{ upload: Upload; writer: number; tail: UploadTail | undefined } | undefined> {
  const row = await db.maybeOne(lease(upload.id, upload.ownerId, upload.offset, leaseSeconds, now, later(now, keepSeconds)));
  return row && { upload: uploadOf(row), writer: Number(row.writer), tail: row.tail ?? undefined };
}

const later = (now: Date, seconds: number): Date => new Date(now.getTime() + seconds * 1000);

/** Changes nothing once somebody else writes. */
export const renewLease = statement<unknown, [string, number, number]>(
  'media.renew_upload_lease',
  `update media.uploads set leased_until = clock_timestamp() + make_interval(secs => $3)
   where zone_id = madang.zone() and id = $1 and writer = $2 and state = 'open' and leased_until is not null`,
);

export const endLease = statement<unknown, [string, number]>(
  'media.end_upload_lease',
  `update media.uploads set leased_until = null where zone_id = madang.zone() and id = $1 and writer = $2 and leased_until is not null`,
);

export interface CountedPart {
  readonly state: UploadState;
  readonly claimed_type: string | null;
  readonly claimed_id: string | null;
}

const countStored = statement<
  CountedPart,
  [
    id: string,
    writer: number,
    from: number,
    to: number,
    start: number,
    key: string,
    leaseSeconds: number | null,
    now: Date,
    expiresAt: Date,
  ]
>(
  'media.count_upload_bytes',
  `with counted as (
     update media.uploads set received = $4::bigint, expires_at = $9,
       state = case when $4::bigint = length then 'complete' else state end,
       completed_at = case when $4::bigint = length then $8::timestamptz end,
       leased_until = case when $4::bigint < length then clock_timestamp() + make_interval(secs => $7) end
     where zone_id = madang.zone() and id = $1 and writer = $2 and received = $3::bigint and state = 'open'
     returning id, state, claimed_type, claimed_id
   ), part as (
     insert into media.upload_parts (zone_id, upload_id, start, bytes, blob_key)
     select madang.zone(), id, $5::bigint, $4::bigint - $5::bigint, $6 from counted
     on conflict (zone_id, upload_id, start) do update set bytes = excluded.bytes
   )
   select state, claimed_type, claimed_id from counted`,
);

/**
 * Compare-and-set: bytes count when they begin where those received end, and whoever stored them still has the lease, which
 * ends with the last ones. They begin a part, or are what it grew by.
 */
export const countBytes = (
  id: string,
  writer: number,
  { key, start, from, to, last }: { key: string; start: number; from: number; to: number; last: boolean },
  { leaseSeconds, keepSeconds }: { leaseSeconds: number; keepSeconds: number },
  now: Date,
) => countStored(id, writer, from, to, start, key, last ? null : leaseSeconds, now, later(now, keepSeconds));

const parts = statement<{ start: string; bytes: string; blob_key: string }, [string]>(
  'media.find_upload_parts',
  'select start, bytes, blob_key from media.upload_parts where zone_id = madang.zone() and upload_id = $1 order by start',
);

export interface UploadPart {
  readonly start: number;
  readonly bytes: number;
  readonly key: string;
}

/** In the order of their bytes. */
export async function findParts(db: Queries, uploadId: string): Promise<UploadPart[]> {
  const rows = await db.many(parts(uploadId));
  return rows.map((row) => ({ start: Number(row.start), bytes: Number(row.bytes), key: row.blob_key }));
}

const claim = statement<UploadRow, [string, string, string, string, Date]>(
  'media.claim_upload',
  `update media.uploads set claimed_type = $3, claimed_id = $4, expires_at = greatest(expires_at, $5)
   where zone_id = madang.zone() and id = $1 and owner_id = $2 and state <> 'discarded'
     and (claimed_id is null or (claimed_type = $3 and claimed_id = $4))
   returning ${COLUMNS}`,
);

export async function claimUpload(
  tx: Queries,
  { uploadId, ownerId, type, id }: { uploadId: string; ownerId: string; type: string; id: string },
  keepSeconds: number,
  now: Date,
): Promise<Upload | undefined> {
  const row = await tx.maybeOne(claim(uploadId, ownerId, type, id, later(now, keepSeconds)));
  return row && uploadOf(row);
}

/** Out of sight at once. `expires_at` says from now on when the sweeper looks whether the parts are gone. */
export const startDiscarding = statement<
  { owner_id: string; length: string },
  [id: string, sweepAfter: Date, onlyUnclaimed: boolean, expiredBy: Date | null]
>(
  'media.start_discarding_upload',
  `update media.uploads set state = 'discarded', expires_at = $2, leased_until = null
   where zone_id = madang.zone() and id = $1 and state <> 'discarded' and (not $3 or claimed_id is null)
     and ($4::timestamptz is null or (expires_at <= $4 and (claimed_id is null or state = 'open')))
   returning owner_id, length`,
);

export const findOverdue = statement<{ id: string; state: UploadState }, [Date, number]>(
  'media.find_overdue_uploads',
  `select id, state from media.uploads where zone_id = madang.zone() and expires_at <= $1 and (claimed_id is null or state <> 'complete')
   order by expires_at limit $2`,
);

export const isDiscarded = statement<{ id: string }, [string]>(
  'media.is_upload_discarded',
  `select id from media.uploads where zone_id = madang.zone() and id = $1 and state = 'discarded'`,
);

/** The parts are gone: so may the row be. Never one that is not discarded. */
export const deleteUpload = statement<unknown, [string]>(
  'media.delete_upload',
  `delete from media.uploads where zone_id = madang.zone() and id = $1 and state = 'discarded'`,
);

/** Of these keys, those that parts stand under. */
export const countedKeys = statement<{ blob_key: string }, [readonly string[], readonly string[]]>(
  'media.counted_upload_keys',
  `select blob_key from media.upload_parts where zone_id = madang.zone() and upload_id = any($1) and blob_key = any($2)`,
);
