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

const lease = statement<UploadRow & { writer: string }, [string, string, number, number, Date]>(
  'media.lease_upload',
  `update media.uploads set writer = writer + 1, leased_until = clock_timestamp() + make_interval(secs => $4)
   where zone_id = madang.zone() and id = $1 and owner_id = $2 and state = 'open' and received = $3
     and (claimed_id is not null or expires_at > $5) and (leased_until is null or leased_until < clock_timestamp())
   returning writer, ${COLUMNS}`,
);

/** The right to write from `offset` on, while it is renewed. Undefined when it is not to be had: somebody must look why. */
export async function leaseUpload(
  db: Queries,
  upload: { id: string; ownerId: string; offset: number },
  leaseSeconds: number,
  now: Date,
): Promise<{ upload: Upload; writer: number } | undefined> {
  const row = await db.maybeOne(lease(upload.id, upload.ownerId, upload.offset, leaseSeconds, now));
  return row && { upload: uploadOf(row), writer: Number(row.writer) };
}

/** Changes nothing once somebody else writes. */
export const renewLease = statement<unknown, [string, number, number]>(
  'media.renew_upload_lease',
  `update media.uploads set leased_until = clock_timestamp() + make_interval(secs => $3)
   where zone_id = madang.zone() and id = $1 and writer = $2 and state = 'open'`,
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

/** Compare-and-set: a part counts when it begins where the bytes received end, and whoever stored it still has the lease. */
export const countPart = statement<
  CountedPart,
  [id: string, writer: number, start: number, bytes: number, key: string, leaseSeconds: number, now: Date]
>(
  'media.count_upload_part',
  `with counted as (
     update media.uploads set received = received + $4::bigint,
       state = case when received + $4::bigint = length then 'complete' else state end,
       completed_at = case when received + $4::bigint = length then $7::timestamptz end,
       leased_until = case when received + $4::bigint < length then clock_timestamp() + make_interval(secs => $6) end
     where zone_id = madang.zone() and id = $1 and writer = $2 and received = $3::bigint and state = 'open'
     returning id, state, claimed_type, claimed_id
   ), part as (
     insert into media.upload_parts (zone_id, upload_id, start, bytes, blob_key) select madang.zone(), id, $3, $4, $5 from counted
   )
   select state, claimed_type, claimed_id from counted`,
);

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

const claim = statement<UploadRow, [string, string, string, string]>(
  'media.claim_upload',
  `update media.uploads set claimed_type = $3, claimed_id = $4
   where zone_id = madang.zone() and id = $1 and owner_id = $2 and state <> 'discarded'
     and (claimed_id is null or (claimed_type = $3 and claimed_id = $4))
   returning ${COLUMNS}`,
);

export async function claimUpload(
  tx: Queries,
  { uploadId, ownerId, type, id }: { uploadId: string; ownerId: string; type: string; id: string },
): Promise<Upload | undefined> {
  const row = await tx.maybeOne(claim(uploadId, ownerId, type, id));
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
     and ($4::timestamptz is null or expires_at <= $4)
   returning owner_id, length`,
);

export const findOverdue = statement<{ id: string; state: UploadState }, [Date, number]>(
  'media.find_overdue_uploads',
  `select id, state from media.uploads where zone_id = madang.zone() and expires_at <= $1 and (claimed_id is null or state = 'discarded')
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
