import { type Queries, statement } from '@madang/kernel';
import type { MediaPlan, ProgressState } from '@madang/media-plan';
import type { AssetAccess, AssetProgress, AssetStatus } from './asset.ts';
import type { KeptSegment, MadeUnit } from './transcode-playlists.ts';

/** What is served of a version while the next one is made. */
export interface ServedVersion {
  readonly version: string;
  readonly upload_id: string;
  readonly source_key: string;
  readonly source_name: string;
  readonly source_bytes: number;
  readonly made_bytes: number;
  readonly duration_seconds: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly poster: number;
  readonly poster_width: number | null;
  readonly poster_height: number | null;
  readonly poster_origin: PosterOrigin;
  readonly poster_candidate: number | null;
  readonly blurhash: string | null;
  readonly candidates: readonly number[];
  readonly storyboard: boolean;
  readonly waveform: boolean;
}

export type PosterOrigin = 'made' | 'chosen' | 'uploaded';

export interface AssetRow extends ServedVersion {
  readonly zone_id: string;
  readonly id: string;
  readonly owner_id: string;
  readonly status: AssetStatus;
  readonly access: AssetAccess;
  readonly growing: boolean;
  readonly failure: { readonly code: string; readonly detail: string } | null;
  readonly progress: { readonly state?: ProgressState; readonly rungs?: AssetProgress['rungs'] };
  readonly served: ServedVersion | null;
  readonly job_id: string | null;
}

/** As `sourceKeyOf` makes it. */
const sourceKeySql = (owner: string, asset: string, version: string): string =>
  `'zones/' || madang.zone() || '/users/' || ${owner} || '/sources/' || ${asset} || '/' || ${version}`;

/** All but the plan, which is long. */
const ASSET = `zone_id, id, owner_id, upload_id, version, status, access, source_key, source_name, source_bytes::float8 as source_bytes,
  made_bytes::float8 as made_bytes, duration_seconds, width, height, growing, poster, poster_width, poster_height, poster_origin,
  poster_candidate, blurhash, candidates, storyboard, waveform, failure, progress, served, job_id`;

export const findAssets = statement<AssetRow, [readonly string[]]>(
  'media.find_assets',
  `select ${ASSET} from media.assets where zone_id = madang.zone() and id = any($1)`,
);

export const findAsset = statement<AssetRow, [string]>(
  'media.find_asset',
  `select ${ASSET} from media.assets where zone_id = madang.zone() and id = $1`,
);

export const lockAsset = statement<AssetRow, [string]>(
  'media.lock_asset',
  `select ${ASSET} from media.assets where zone_id = madang.zone() and id = $1 for no key update`,
);

export const findAssetOfUpload = statement<AssetRow, [string]>(
  'media.find_asset_of_upload',
  `select ${ASSET} from media.assets where zone_id = madang.zone() and upload_id = $1`,
);

export const insertAsset = statement<
  unknown,
  [id: string, ownerId: string, uploadId: string, status: 'uploading' | 'queued', access: AssetAccess, name: string, now: Date]
>(
  'media.insert_asset',
  `insert into media.assets (zone_id, id, owner_id, upload_id, status, access, source_key, source_name, created_at)
   values (madang.zone(), $1, $2, $3, $4, $5, ${sourceKeySql('$2', '$1', `'v1'`)}, $6, $7)`,
);

export const setAccessOf = statement<unknown, [string, AssetAccess]>(
  'media.set_asset_access',
  'update media.assets set access = $2 where zone_id = madang.zone() and id = $1 and access <> $2',
);

/** All bytes are there: waits for its turn. */
export const queueAsset = statement<{ id: string; version: string }, [uploadId: string]>(
  'media.queue_asset',
  `update media.assets set status = 'queued' where zone_id = madang.zone() and upload_id = $1 and status = 'uploading' returning id, version`,
);

export const setJob = statement<unknown, [id: string, version: string, jobId: string]>(
  'media.set_asset_job',
  'update media.assets set job_id = $3 where zone_id = madang.zone() and id = $1 and version = $2',
);

/** Its job began. */
export const beginPreparing = statement<{ status: AssetStatus; planned: boolean }, [id: string, version: string]>(
  'media.begin_preparing',
  `update media.assets set status = case when status = 'queued' then 'processing' else status end
    where zone_id = madang.zone() and id = $1 and version = $2 and status in ('queued', 'processing', 'playable')
   returning status, plan is not null as planned`,
);

export const setPlan = statement<
  unknown,
  [id: string, version: string, plan: string, bytes: number, seconds: number, width: number | null, height: number | null, progress: string]
>(
  'media.set_asset_plan',
  `update media.assets set plan = $3::text::jsonb, source_bytes = $4, duration_seconds = $5, width = $6, height = $7, growing = true,
     progress = $8::text::jsonb
    where zone_id = madang.zone() and id = $1 and version = $2 and status = 'processing' and plan is null`,
);

export const findPlan = statement<{ plan: MediaPlan | null }, [id: string, version: string]>(
  'media.find_asset_plan',
  'select plan from media.assets where zone_id = madang.zone() and id = $1 and version = $2',
);

export const setPlayable = statement<unknown, [id: string, version: string, growing: boolean, now: Date]>(
  'media.set_asset_playable',
  `update media.assets set status = 'playable', growing = $3, served = null, playable_at = $4
    where zone_id = madang.zone() and id = $1 and version = $2 and status = 'processing'`,
);

export const setGrowing = statement<unknown, [id: string, version: string, growing: boolean]>(
  'media.set_asset_growing',
  `update media.assets set growing = $3 where zone_id = madang.zone() and id = $1 and version = $2 and growing <> $3`,
);

export const setReady = statement<
  unknown,
  [
    id: string,
    version: string,
    madeBytes: number,
    seconds: number,
    storyboard: boolean,
    waveform: boolean,
    candidates: string,
    progress: string,
    now: Date,
  ]
>(
  'media.set_asset_ready',
  `update media.assets set status = 'ready', growing = false, made_bytes = $3, duration_seconds = $4, storyboard = $5, waveform = $6,
     candidates = $7::text::jsonb, progress = $8::text::jsonb, ready_at = $9, job_id = null
    where zone_id = madang.zone() and id = $1 and version = $2 and status = 'playable'`,
);

export const setFailed = statement<unknown, [id: string, version: string, failure: string]>(
  'media.set_asset_failed',
  `update media.assets set status = 'failed', failure = $3::text::jsonb
    where zone_id = madang.zone() and id = $1 and version = $2 and status not in ('failed', 'ready')`,
);

export const reviveAsset = statement<{ revivals: number }, [id: string]>(
  'media.revive_asset',
  'update media.assets set revivals = revivals + 1 where zone_id = madang.zone() and id = $1 returning revivals',
);

/** Nothing is left of the version: its bytes count no more, its pictures are gone. */
export const emptyVersion = statement<unknown, [id: string, version: string]>(
  'media.empty_asset_version',
  `update media.assets set source_bytes = 0, made_bytes = 0, plan = null, poster = 0, poster_width = null, poster_height = null,
     poster_origin = 'made', poster_candidate = null, blurhash = null, candidates = '[]', storyboard = false, waveform = false,
     growing = false, progress = '{}', job_id = null
    where zone_id = madang.zone() and id = $1 and version = $2`,
);

export const setProgress = statement<unknown, [id: string, version: string, progress: string]>(
  'media.set_asset_progress',
  `update media.assets set progress = $3::text::jsonb
    where zone_id = madang.zone() and id = $1 and version = $2 and status in ('processing', 'playable')`,
);

// ── Chunks ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export const insertChunk = statement<unknown, [assetId: string, version: string, wave: number, chunk: number, jobId: string]>(
  'media.insert_asset_chunk',
  `insert into media.asset_chunks (zone_id, asset_id, version, wave, chunk, job_id) values (madang.zone(), $1, $2, $3, $4, $5)
   on conflict (zone_id, asset_id, version, wave, chunk) do update set job_id = excluded.job_id`,
);

export interface ChunkRow extends MadeUnit {
  readonly seconds_made: number;
}

export const findChunks = statement<ChunkRow, [assetId: string, version: string]>(
  'media.find_asset_chunks',
  `select wave, chunk, state, segments, seconds_made from media.asset_chunks
    where zone_id = madang.zone() and asset_id = $1 and version = $2 order by wave, chunk`,
);

/** What progress is told from. */
export const findChunkStates = statement<Omit<ChunkRow, 'segments'>, [assetId: string, version: string]>(
  'media.find_asset_chunk_states',
  `select wave, chunk, state, seconds_made from media.asset_chunks
    where zone_id = madang.zone() and asset_id = $1 and version = $2 order by wave, chunk`,
);

const ALIVE = `exists (select from media.assets a where a.zone_id = madang.zone() and a.id = $1 and a.version = $2
  and a.status in ('processing', 'playable'))`;

/** Nothing comes back for what is done already or wanted no more. */
export const beginChunk = statement<
  { source_key: string; plan: MediaPlan },
  [assetId: string, version: string, wave: number, chunk: number, jobId: string]
>(
  'media.begin_asset_chunk',
  `update media.asset_chunks c set state = 'running', job_id = $5 from media.assets a
    where c.zone_id = madang.zone() and c.asset_id = $1 and c.version = $2 and c.wave = $3 and c.chunk = $4 and c.state <> 'done'
      and a.zone_id = madang.zone() and a.id = $1 and a.version = $2 and a.status in ('processing', 'playable')
   returning a.source_key, a.plan`,
);

/** A segment made a second time takes the place of the first: a list only grows. No row when it is wanted no more. */
export const keepSegment = statement<
  { kept: number },
  [assetId: string, version: string, wave: number, chunk: number, rendition: string, place: number, segment: string]
>(
  'media.keep_segment',
  `update media.asset_chunks set segments = jsonb_set(segments, array[$5::text],
       case when $6::int < jsonb_array_length(coalesce(segments -> $5::text, '[]'))
            then jsonb_set(segments -> $5::text, array[$6::int::text], $7::text::jsonb)
            else coalesce(segments -> $5::text, '[]') || jsonb_build_array($7::text::jsonb) end)
    where zone_id = madang.zone() and asset_id = $1 and version = $2 and wave = $3 and chunk = $4 and state = 'running' and ${ALIVE}
   returning jsonb_array_length(segments -> $5::text) as kept`,
);

export const keepSeconds = statement<unknown, [assetId: string, version: string, wave: number, chunk: number, seconds: number]>(
  'media.keep_seconds',
  `update media.asset_chunks set seconds_made = $5
    where zone_id = madang.zone() and asset_id = $1 and version = $2 and wave = $3 and chunk = $4 and state = 'running' and ${ALIVE}`,
);

/** A picture taken while a chunk was made, as its row keeps it. */
export interface KeptStill {
  readonly atSeconds: number;
  readonly bytes: number;
  readonly luminance: number;
  readonly contrast: number;
  readonly sharpness: number;
  readonly sceneChange: number;
}

/** By candidate. */
export const keepStills = statement<unknown, [assetId: string, version: string, wave: number, chunk: number, stills: string]>(
  'media.keep_stills',
  `update media.asset_chunks set stills = $5::text::jsonb
    where zone_id = madang.zone() and asset_id = $1 and version = $2 and wave = $3 and chunk = $4`,
);

export const findStills = statement<{ stills: Readonly<Record<string, KeptStill>> }, [assetId: string, version: string]>(
  'media.find_stills',
  `select stills from media.asset_chunks
    where zone_id = madang.zone() and asset_id = $1 and version = $2 and stills <> '{}' order by wave, chunk`,
);

export const endChunk = statement<unknown, [assetId: string, version: string, wave: number, chunk: number, seconds: number]>(
  'media.end_asset_chunk',
  `update media.asset_chunks set state = 'done', seconds_made = $5, job_id = null
    where zone_id = madang.zone() and asset_id = $1 and version = $2 and wave = $3 and chunk = $4 and state = 'running' and ${ALIVE}`,
);

export const makeChunkAgain = statement<unknown, [assetId: string, version: string, wave: number, chunk: number]>(
  'media.make_asset_chunk_again',
  `update media.asset_chunks set state = 'waiting'
    where zone_id = madang.zone() and asset_id = $1 and version = $2 and wave = $3 and chunk = $4 and state = 'done'`,
);

const takePublishing = statement<unknown, [assetId: string]>(
  'media.lock_publishing',
  `select pg_advisory_xact_lock(hashtextextended('media.publish ' || madang.zone() || ' ' || $1, 0))`,
);

/** One transaction at a time publishes an asset; whoever only reads or changes its row does not wait for that. */
export async function lockPublishing(tx: Queries, assetId: string): Promise<void> {
  await tx.one(takePublishing(assetId));
}

/** Assets of a person that are still being made: who has many waits behind others. */
export const countUnsettled = statement<{ count: number }, [ownerId: string]>(
  'media.count_unsettled_assets',
  `select count(*)::int as count from media.assets
    where zone_id = madang.zone() and owner_id = $1 and status in ('queued', 'processing', 'playable')`,
);

export const segmentText = ([seconds, bytes]: KeptSegment): string => JSON.stringify([seconds, bytes]);

/** A new source for the same asset. What is served of the old one goes on being so. */
export const replaceVersion = statement<
  unknown,
  [id: string, version: string, uploadId: string, name: string, status: 'uploading' | 'queued', served: string | null]
>(
  'media.replace_asset_version',
  `update media.assets set version = $2, upload_id = $3, source_name = $4, status = $5, served = $6::text::jsonb, failure = null,
     source_key = ${sourceKeySql('owner_id', 'id', '$2')}, source_bytes = 0, made_bytes = 0, plan = null, duration_seconds = null,
     width = null, height = null, growing = false, poster = 0, poster_width = null, poster_height = null, poster_origin = 'made',
     poster_candidate = null, blurhash = null, candidates = '[]', storyboard = false, waveform = false, progress = '{}',
     revivals = 0, job_id = null, playable_at = null, ready_at = null
    where zone_id = madang.zone() and id = $1`,
);

export const deleteAsset = statement<unknown, [id: string]>(
  'media.delete_asset',
  'delete from media.assets where zone_id = madang.zone() and id = $1',
);

/** What failed goes on where it stood. */
export const resumeAsset = statement<unknown, [id: string, status: AssetStatus]>(
  'media.resume_asset',
  `update media.assets set status = $2, failure = null, revivals = 0 where zone_id = madang.zone() and id = $1 and status = 'failed'`,
);

export const findUnsettled = statement<AssetRow, [before: Date, after: string, limit: number]>(
  'media.find_unsettled_assets',
  `select ${ASSET} from media.assets
    where zone_id = madang.zone() and status not in ('ready', 'failed') and created_at < $1 and id > $2 order by id limit $3`,
);

export const findVersions = statement<{ id: string; version: string; served: string | null }, [readonly string[]]>(
  'media.find_asset_versions',
  `select id, version, served ->> 'version' as served from media.assets where zone_id = madang.zone() and id = any($1)
   union all
   select asset_id, version, null from media.asset_leftovers where zone_id = madang.zone() and asset_id = any($1)`,
);
