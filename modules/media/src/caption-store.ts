import { statement } from '@madang/kernel';

export interface CaptionsRow {
  readonly id: string;
  readonly asset_id: string;
  readonly language: string;
  readonly name: string;
  readonly origin: 'source' | 'uploaded';
}

const CAPTIONS = 'id, asset_id, language, name, origin';

export const findCaptions = statement<CaptionsRow, [assetId: string]>(
  'media.find_captions',
  `select ${CAPTIONS} from media.captions where zone_id = madang.zone() and asset_id = $1 order by created_at, id`,
);

export const findCaptionsOf = statement<CaptionsRow, [assetIds: readonly string[]]>(
  'media.find_captions_of',
  `select ${CAPTIONS} from media.captions where zone_id = madang.zone() and asset_id = any($1) order by created_at, id`,
);

export const insertCaptions = statement<
  unknown,
  [id: string, assetId: string, language: string, name: string, origin: CaptionsRow['origin'], now: Date]
>(
  'media.insert_captions',
  `insert into media.captions (zone_id, id, asset_id, language, name, origin, created_at) values (madang.zone(), $1, $2, $3, $4, $5, $6)
   on conflict (zone_id, id) do update set name = excluded.name`,
);

export const deleteCaptions = statement<unknown, [assetId: string, id: string]>(
  'media.delete_captions',
  'delete from media.captions where zone_id = madang.zone() and asset_id = $1 and id = $2',
);

export const deleteCaptionsOfLanguage = statement<{ id: string }, [assetId: string, language: string, but: string]>(
  'media.delete_captions_of_language',
  'delete from media.captions where zone_id = madang.zone() and asset_id = $1 and language = $2 and id <> $3 returning id',
);

/** What came with a source that is replaced goes with it. */
export const deleteSourceCaptions = statement<unknown, [assetId: string]>(
  'media.delete_source_captions',
  `delete from media.captions where zone_id = madang.zone() and asset_id = $1 and origin = 'source'`,
);
