import { createReadStream } from 'node:fs';
import path from 'node:path';
import { type BlobStore, type ImageProcessor, statement, type ZoneContext } from '@madang/kernel';
import { encode } from 'blurhash';
import type { AssetChanges } from './asset-changes.ts';
import { CONTENT_TYPES, POSTER_VARIANTS, posterFile, vodPrefix } from './asset-keys.ts';
import type { PosterOrigin, ServedVersion } from './asset-store.ts';
import { AssetGone } from './transcode-failure.ts';

/** Pixels of the small copy a blurhash is computed from, and its components across and down. */
const BLUR_BOX = 32;
const [BLUR_X, BLUR_Y] = [4, 3];

/** A number for a new picture: no two are ever put under the same one. */
const takeNumber = statement<{ number: number }, [assetId: string, version: string]>(
  'media.take_poster_number',
  `update media.assets set last_poster = last_poster + 1 where zone_id = madang.zone() and id = $1 and version = $2
   returning last_poster as number`,
);

/** A picture of our own never takes the place of one a person wanted, nor an older one that of a newer. */
const showPoster = statement<
  { before: number },
  [
    assetId: string,
    version: string,
    number: number,
    width: number,
    height: number,
    blurhash: string,
    origin: PosterOrigin,
    candidate: number | null,
  ]
>(
  'media.show_poster',
  `update media.assets a set poster = $3, poster_width = $4, poster_height = $5, blurhash = $6, poster_origin = $7, poster_candidate = $8
     from (select poster from media.assets where zone_id = madang.zone() and id = $1) old
    where a.zone_id = madang.zone() and a.id = $1 and a.version = $2 and a.poster < $3 and a.status <> 'failed'
      and (a.poster_origin = 'made' or $7 <> 'made')
   returning old.poster as before`,
);

export interface NewPoster {
  /** A picture on the disk, of our own or one that is not trusted. Throws `ImageRefused`. */
  readonly path: string;
  readonly origin: PosterOrigin;
  readonly candidate: number | null;
  /** Pixels of the longer side, at most; 1280 by default. */
  readonly side?: number;
}

export type MakePoster = (zone: ZoneContext, assetId: string, version: string, poster: NewPoster, folder: string) => Promise<void>;

const BOXES: Readonly<Record<(typeof POSTER_VARIANTS)[number], { box: number; format: 'webp' | 'jpeg' }>> = {
  '320.webp': { box: 320, format: 'webp' },
  '640.webp': { box: 640, format: 'webp' },
  '1280.webp': { box: 1280, format: 'webp' },
  '1280.jpg': { box: 1280, format: 'jpeg' },
};

const LARGEST_BOX = 1280;

export interface Posters {
  /** The picture shown before playing, in its sizes, under a number of its own; the one before stays for who has its path. */
  readonly make: MakePoster;
  /** A person's own picture goes on being shown when the film is replaced. */
  carryOver(zone: ZoneContext, assetId: string, version: string, from: ServedVersion): Promise<void>;
}

export function createPosters({ blobs, images, changes }: { blobs: BlobStore; images: ImageProcessor; changes: AssetChanges }): Posters {
  async function numbered(zone: ZoneContext, assetId: string, version: string): Promise<number> {
    const taken = await zone.db.maybeOne(takeNumber(assetId, version));
    if (taken === undefined) throw new AssetGone();
    return taken.number;
  }

  async function show(
    zone: ZoneContext,
    assetId: string,
    version: string,
    number: number,
    shown: { width: number; height: number; blurhash: string; origin: PosterOrigin; candidate: number | null },
  ): Promise<void> {
    const { width, height, blurhash, origin, candidate } = shown;
    const before = await zone.db.transaction(async (tx) => {
      const row = await tx.maybeOne(showPoster(assetId, version, number, width, height, blurhash, origin, candidate));
      if (row !== undefined) await changes.announce(tx, assetId);
      return row?.before;
    });
    const prefix = vodPrefix(zone.zone.id, assetId, version);
    const unused = before === undefined ? [number] : [before - 2, before - 1].filter((old) => old > 0);
    for (const old of unused) {
      for (const variant of POSTER_VARIANTS) await blobs.delete(`${prefix}${posterFile(old, variant)}`);
    }
  }

  return {
    async make(zone, assetId, version, { path: from, origin, candidate, side = LARGEST_BOX }, folder) {
      const { rgb, width: columns, height: rows } = await images.pixels(from, { box: BLUR_BOX });
      const blurhash = encode(opaque(rgb), columns, rows, BLUR_X, BLUR_Y);
      const number = await numbered(zone, assetId, version);
      const prefix = vodPrefix(zone.zone.id, assetId, version);
      let [width, height] = [0, 0];
      const made = new Map<string, { box: number; to: string; width: number; height: number }>();
      for (const variant of POSTER_VARIANTS) {
        const { format } = BOXES[variant];
        const box = Math.min(side, BOXES[variant].box);
        let picture = made.get(format);
        // Never enlarged: a larger box gives the same where the smaller one was not filled.
        if (picture === undefined || (box > picture.box && Math.max(picture.width, picture.height) === picture.box)) {
          const to = path.join(folder, `poster-${number}-${variant}`);
          picture = { box, to, ...(await images.thumbnail(from, to, { box, format })) };
        }
        made.set(format, picture);
        const contentType = format === 'webp' ? CONTENT_TYPES.webp : CONTENT_TYPES.jpeg;
        await blobs.put(`${prefix}${posterFile(number, variant)}`, createReadStream(picture.to), { contentType });
        [width, height] = [picture.width, picture.height];
      }
      await show(zone, assetId, version, number, { width, height, blurhash, origin, candidate });
    },

    async carryOver(zone, assetId, version, from) {
      const { poster_width: width, poster_height: height, blurhash } = from;
      if (from.poster === 0 || from.poster_origin !== 'uploaded' || width === null || height === null) return;
      const [old, next] = [vodPrefix(zone.zone.id, assetId, from.version), vodPrefix(zone.zone.id, assetId, version)];
      const number = await numbered(zone, assetId, version);
      for (const variant of POSTER_VARIANTS)
        await blobs.copy(`${old}${posterFile(from.poster, variant)}`, `${next}${posterFile(number, variant)}`);
      await show(zone, assetId, version, number, { width, height, blurhash: blurhash ?? '', origin: 'uploaded', candidate: null });
    },
  };
}

/** Red, green, blue and full opacity, as blurhash reads pixels. */
function opaque(rgb: Uint8Array): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray((rgb.length / 3) * 4).fill(255);
  for (let at = 0; at * 3 < rgb.length; at++) pixels.set(rgb.subarray(at * 3, at * 3 + 3), at * 4);
  return pixels;
}
