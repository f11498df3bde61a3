import { access, rm, writeFile } from 'node:fs/promises';
import { type ImageInfo, type ImageProcessor, ImageRefused } from '@madang/kernel';
import type { Metadata, Sharp, SharpOptions } from 'sharp';

export interface ImagesOptions {
  /** Width × height × frames of the largest picture that is taken; default 100 million. */
  readonly maxPixels?: number;
  /** Pictures worked on at once; the rest wait their turn. Default 2. */
  readonly concurrency?: number;
}

type SharpFactory = typeof import('sharp').default;
type Format = ImageInfo['contentType'];

/** Only what people send as pictures: libvips would also open SVG, PDF, TIFF, and more by way of other libraries. */
const LOADERS = [
  'VipsForeignLoadJpegFile',
  'VipsForeignLoadPngFile',
  'VipsForeignLoadWebpFile',
  'VipsForeignLoadNsgifFile',
  'VipsForeignLoadHeifFile',
];
const FORMATS: Readonly<Record<string, Format>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
};
/** Longer than any picture within the limits takes; what is slower is meant to be. */
const TIMEOUT_SECONDS = 60;

/** Pictures by libvips. The library is loaded with the first picture, so a server without any stays small. */
export function createImages({ maxPixels = 100_000_000, concurrency = 2 }: ImagesOptions = {}): ImageProcessor {
  return new Images(maxPixels, concurrency);
}

interface Header extends ImageInfo {
  readonly options: SharpOptions;
}

class Images implements ImageProcessor {
  readonly #maxPixels: number;
  readonly #waiting: (() => void)[] = [];
  #free: number;
  #sharp: Promise<SharpFactory> | undefined;

  constructor(maxPixels: number, concurrency: number) {
    this.#maxPixels = maxPixels;
    this.#free = concurrency;
  }

  inspect(path: string, signal?: AbortSignal): Promise<ImageInfo> {
    return this.#inTurn(signal, async (sharp) => {
      const { options, ...info } = await this.#header(sharp, path);
      // Damage shows only in the pixels: all are read, few are kept.
      await decoded(sharp(path, options).resize(16, 16, { fit: 'fill' }).raw());
      return info;
    });
  }

  clean(from: string, to: string, signal?: AbortSignal): Promise<ImageInfo & { bytes: number }> {
    return this.#inTurn(signal, async (sharp) => {
      const { options, ...info } = await this.#header(sharp, from);
      const bytes = await save(to, await decoded(encode(sharp(from, options), info.contentType)), signal);
      return { ...info, bytes };
    });
  }

  thumbnail(
    from: string,
    to: string,
    { box, cover = false, format = 'webp', signal }: { box: number; cover?: boolean; format?: 'webp' | 'jpeg'; signal?: AbortSignal },
  ): Promise<ImageInfo & { bytes: number }> {
    return this.#inTurn(signal, async (sharp) => {
      const { options, width, height } = await this.#header(sharp, from);
      const side = cover ? Math.min(box, width, height) : box;
      const resized = sharp(from, { ...options, animated: false }).resize(side, side, {
        fit: cover ? 'cover' : 'inside',
        withoutEnlargement: true,
      });
      // JPEG has no transparency: what shows through becomes white.
      const picture =
        format === 'webp'
          ? resized.webp({ quality: 80 })
          : resized.flatten({ background: '#fff' }).jpeg({ quality: 82, progressive: true });
      const scale = cover ? 1 : Math.min(1, box / Math.max(width, height));
      const data = await decoded(picture);
      const bytes = await save(to, data, signal);
      const made = cover ? { width: side, height: side } : { width: fit(width, scale), height: fit(height, scale) };
      return { ...made, contentType: FORMATS[format] ?? 'image/webp', animated: false, bytes };
    });
  }

  pixels(
    from: string,
    { box, signal }: { box: number; signal?: AbortSignal },
  ): Promise<{ width: number; height: number; rgb: Uint8Array }> {
    return this.#inTurn(signal, async (sharp) => {
      const { options } = await this.#header(sharp, from);
      const small = sharp(from, { ...options, animated: false })
        .resize(box, box, { fit: 'inside', withoutEnlargement: true })
        .flatten({ background: '#fff' })
        .toColourspace('srgb')
        .raw();
      try {
        const { data, info } = await small.timeout({ seconds: TIMEOUT_SECONDS }).toBuffer({ resolveWithObject: true });
        return { width: info.width, height: info.height, rgb: info.channels === 3 ? data : widened(data, info.channels) };
      } catch (error) {
        throw new ImageRefused('damaged', error);
      }
    });
  }

  /** What the file says of itself, held against the limits before a pixel is decoded. */
  async #header(sharp: SharpFactory, path: string): Promise<Header> {
    await access(path); // a missing file is a defect of the caller, not of the picture
    const metadata = await sharp(path, { limitInputPixels: false })
      .metadata()
      .catch((error: unknown) => {
        throw new ImageRefused(/unsupported image format/i.test(String(error)) ? 'not-an-image' : 'damaged', error);
      });
    const contentType = contentTypeOf(metadata);
    if (contentType === undefined) throw new ImageRefused('unsupported');
    const pages = metadata.pages ?? 1;
    const animated = pages > 1 && (contentType === 'image/gif' || contentType === 'image/webp');
    const frameHeight = metadata.pageHeight ?? metadata.height;
    const pixels = metadata.width * frameHeight * (animated ? pages : 1);
    if (!(pixels > 0)) throw new ImageRefused('damaged');
    if (pixels > this.#maxPixels) throw new ImageRefused('too-many-pixels');
    // Frames of an animation share one canvas and are never turned.
    const turned = !animated && (metadata.orientation ?? 1) >= 5;
    return {
      width: turned ? frameHeight : metadata.width,
      height: turned ? metadata.width : frameHeight,
      contentType,
      animated,
      options: { autoOrient: !animated, animated, failOn: 'error', limitInputPixels: this.#maxPixels, sequentialRead: true },
    };
  }

  async #inTurn<T>(signal: AbortSignal | undefined, work: (sharp: SharpFactory) => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      signal?.throwIfAborted();
      this.#sharp ??= loadSharp();
      return await work(await this.#sharp);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

async function loadSharp(): Promise<SharpFactory> {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS });
  return sharp;
}

function contentTypeOf({ format, compression }: Metadata): Format | undefined {
  if (format === 'heif') return compression === 'av1' ? 'image/avif' : undefined;
  return FORMATS[format];
}

/** Re-encoded, metadata is left behind and colours come out in sRGB: neither place nor camera nor profile survives. */
function encode(picture: Sharp, contentType: Format): Sharp {
  switch (contentType) {
    case 'image/jpeg':
      return picture.jpeg({ quality: 88, progressive: true });
    case 'image/png':
      return picture.png({ compressionLevel: 6 });
    case 'image/webp':
      return picture.webp({ quality: 88, effort: 2 });
    case 'image/gif':
      return picture.gif({ effort: 3 });
    case 'image/avif':
      return picture.avif({ quality: 60, effort: 1 });
  }
}

/** Grey pictures have one channel. */
function widened(data: Buffer, channels: number): Uint8Array {
  return Uint8Array.from({ length: (data.length / channels) * 3 }, (_, at) => data[Math.floor(at / 3) * channels] ?? 0);
}

async function decoded(picture: Sharp): Promise<Buffer> {
  try {
    return await picture.timeout({ seconds: TIMEOUT_SECONDS }).toBuffer();
  } catch (error) {
    throw new ImageRefused(/pixel limit/i.test(String(error)) ? 'too-many-pixels' : 'damaged', error);
  }
}

async function save(to: string, data: Buffer, signal: AbortSignal | undefined): Promise<number> {
  signal?.throwIfAborted();
  try {
    await writeFile(to, data, { signal });
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  }
  return data.length;
}

const fit = (length: number, scale: number): number => Math.max(1, Math.round(length * scale));
