export interface ImageInfo {
  /** Pixels after the orientation tag is honoured. */
  readonly width: number;
  readonly height: number;
  readonly contentType: 'image/jpeg' | 'image/png' | 'image/webp' | 'image/gif' | 'image/avif';
  readonly animated: boolean;
}

/** Re-encodes pictures; metadata (place, camera) never survives. */
export interface ImageProcessor {
  /** Throws `ImageRefused` for what is not a picture, is damaged, or has more pixels than the limit (100 megapixels). */
  inspect(path: string, signal?: AbortSignal): Promise<ImageInfo>;
  /** The whole picture, upright, without metadata, in its own format, written to `to`. */
  clean(from: string, to: string, signal?: AbortSignal): Promise<ImageInfo & { bytes: number }>;
  /** WebP (or JPEG) that fits `box` × `box` pixels (inside), or fills it exactly when `cover`; never enlarged. */
  thumbnail(
    from: string,
    to: string,
    options: { box: number; cover?: boolean; format?: 'webp' | 'jpeg'; signal?: AbortSignal },
  ): Promise<ImageInfo & { bytes: number }>;
  /** The picture within `box` × `box` pixels as rows of red, green and blue: for what is computed from a few of them. */
  pixels(from: string, options: { box: number; signal?: AbortSignal }): Promise<{ width: number; height: number; rgb: Uint8Array }>;
}

export class ImageRefused extends Error {
  override readonly name = 'ImageRefused';
  readonly reason: 'not-an-image' | 'damaged' | 'too-many-pixels' | 'unsupported';
  constructor(reason: ImageRefused['reason'], cause?: unknown) {
    super(`image refused: ${reason}`, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}
