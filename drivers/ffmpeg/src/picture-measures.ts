/** A small picture in gray, a byte each. */
export interface GrayPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Measures are taken on a gray picture of this size, whatever its shape. */
export const GRAY = { width: 160, height: 90 } as const;
export const GRAY_BYTES = GRAY.width * GRAY.height;

export interface PictureMeasures {
  readonly luminance: number;
  readonly contrast: number;
  readonly sharpness: number;
}

/** Mean and doubled standard deviation of the luma (0–1), and the variance of its Laplacian: little in a blurred picture. */
export function measurePicture({ width, height, pixels }: GrayPicture): PictureMeasures {
  let sum = 0;
  let squares = 0;
  for (const pixel of pixels) {
    sum += pixel;
    squares += pixel * pixel;
  }
  const count = Math.max(1, pixels.length);
  const mean = sum / count;
  const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));

  let edges = 0;
  let edgeSquares = 0;
  let inner = 0;
  const at = (index: number): number => pixels[index] ?? 0;
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const here = y * width + x;
      const edge = at(here - 1) + at(here + 1) + at(here - width) + at(here + width) - 4 * at(here);
      edges += edge;
      edgeSquares += edge * edge;
      inner++;
    }
  const edgeMean = inner === 0 ? 0 : edges / inner;
  return {
    luminance: mean / 255,
    contrast: Math.min(1, (2 * deviation) / 255),
    sharpness: inner === 0 ? 0 : Math.max(0, edgeSquares / inner - edgeMean * edgeMean),
  };
}

/** All that tells a good picture from a bad one, of gray ones of `GRAY`'s size; `after` may be missing or cut short. */
export function measureFrame(shown: Uint8Array, after: Uint8Array): PictureMeasures & { readonly sceneChange: number } {
  return { ...measurePicture({ ...GRAY, pixels: shown }), sceneChange: after.length < GRAY_BYTES ? 0 : differenceOf(shown, after) };
}

/** Mean difference of two pictures of one size, from 0 (the same) to 1 (black and white). */
export function differenceOf(one: Uint8Array, other: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < one.length; index++) sum += Math.abs((one[index] ?? 0) - (other[index] ?? 0));
  return one.length === 0 ? 0 : sum / one.length / 255;
}

/** The size in a JPEG's frame header; undefined where it has none (ITU-T T.81, B.2.2). */
export function jpegSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 9 < view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
