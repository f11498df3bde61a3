import type { BlobStore } from '@madang/kernel';
import { lookInto } from './stall.ts';

/** What of the films' blobs does not fit the rows, once all films have settled. */
export interface StoreFaults {
  /** Keys that belong to no row. */
  readonly orphans: readonly string[];
  /** Keys that rows speak of and the store does not have. */
  readonly missing: readonly string[];
}

interface AssetRow {
  readonly zone_id: string;
  readonly id: string;
  readonly version: string;
  readonly status: string;
  readonly source_key: string;
  readonly poster: number;
  readonly last_poster: number;
  readonly candidates: readonly number[];
  readonly storyboard: boolean;
  readonly waveform: boolean;
  readonly sheets: number | null;
  readonly renditions: Readonly<Record<string, number>> | null;
  readonly captions: readonly string[];
}

const POSTERS = ['320.webp', '640.webp', '1280.webp', '1280.jpg'];

/** All keys of a store. */
export async function listKeys(blobs: BlobStore, prefix = 'zones/'): Promise<string[]> {
  const keys: string[] = [];
  for (;;) {
    const page = await blobs.list(prefix, keys.length === 0 ? {} : { after: keys.at(-1) as string });
    if (page.length === 0) return keys;
    keys.push(...page.map(({ key }) => key));
  }
}

/** Keys that a film of these rows must have, and pictures that it may have: an earlier one stays for who has its path. */
function keysOf(asset: AssetRow): { must: string[]; may: string[] } {
  if (asset.status === 'failed') return { must: [], may: [] };
  const prefix = `zones/${asset.zone_id}/vod/${asset.id}/${asset.version}/`;
  const files = ['master.m3u8'];
  for (const [id, segments] of Object.entries(asset.renditions ?? {})) {
    files.push(`${id}/index.m3u8`, `${id}/init.mp4`);
    files.push(...Array.from({ length: segments }, (_, index) => `${id}/s${String(index).padStart(5, '0')}.m4s`));
  }
  for (const id of asset.captions) files.push(`captions/${id}/index.m3u8`, `captions/${id}/text.vtt`);
  const poster = (number: number): string[] => POSTERS.map((variant) => `poster-${number}/${variant}`);
  if (asset.poster > 0) files.push(...poster(asset.poster));
  files.push(...asset.candidates.map((_, index) => `candidate-${index}.jpg`));
  if (asset.storyboard) files.push('storyboard.vtt', 'storyboard-0.jpg');
  if (asset.waveform) files.push('waveform.bin');
  const may = [
    ...Array.from({ length: asset.last_poster }, (_, index) => poster(index + 1)).flat(),
    ...Array.from({ length: asset.storyboard ? (asset.sheets ?? 1) : 0 }, (_, index) => `storyboard-${index}.jpg`),
  ];
  return { must: [asset.source_key, ...files.map((file) => prefix + file)], may: may.map((file) => prefix + file) };
}

/** Compares all blobs of films and uploads with the rows. Meant for when nothing is under way any more. */
export async function findStoreFaults(blobs: BlobStore, ownerUrl: string): Promise<StoreFaults> {
  const assets = await lookInto<AssetRow>(
    ownerUrl,
    `select a.zone_id, a.id, a.version, a.status, a.source_key, a.poster, a.last_poster, a.candidates, a.storyboard, a.waveform,
       (a.plan -> 'storyboard' ->> 'sheets')::int as sheets,
       (select jsonb_object_agg(made.key, made.segments) from (
          select one.key, sum(jsonb_array_length(one.value))::int as segments
            from media.asset_chunks c, jsonb_each(c.segments) one
           where c.zone_id = a.zone_id and c.asset_id = a.id and c.version = a.version group by one.key) made) as renditions,
       array(select c.id from media.captions c where c.zone_id = a.zone_id and c.asset_id = a.id) as captions
     from media.assets a`,
  );
  const parts = await lookInto<{ blob_key: string }>(ownerUrl, 'select blob_key from media.upload_parts');
  const expected = assets.map(keysOf);
  const must = new Set([...expected.flatMap((one) => one.must), ...parts.map((part) => part.blob_key)]);
  const may = new Set(expected.flatMap((one) => one.may));
  const keys = new Set((await listKeys(blobs)).filter((key) => /^zones\/[^/]+\/(uploads|vod|users\/[^/]+\/sources)\//.test(key)));
  return {
    orphans: [...keys].filter((key) => !must.has(key) && !may.has(key)),
    missing: [...must].filter((key) => !keys.has(key)),
  };
}
