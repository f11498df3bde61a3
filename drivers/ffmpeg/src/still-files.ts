import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FilmStill, Fraction } from '@madang/kernel';
import { STILLS } from './encode-arguments.ts';
import { GRAY_BYTES, jpegSize, measureFrame } from './picture-measures.ts';
import { readBytes, takeOut } from './take-out.ts';

const NOTHING = Buffer.alloc(0);

/** Pictures that an encoder has taken so far, told once each. */
export class StillFiles {
  readonly #work: string;
  readonly #folder: string;
  readonly #rate: Fraction;
  readonly #frames: Set<number>;

  /** @param work where the encoder writes, @param folder where pictures go; both have a folder for them */
  constructor(work: string, folder: string, rate: Fraction, frames: readonly number[]) {
    this.#work = path.join(work, STILLS);
    this.#folder = path.join(folder, STILLS);
    this.#rate = rate;
    this.#frames = new Set([...frames].sort((a, b) => a - b));
  }

  /** Those finished since the last call; without the frame after only where none will come any more. */
  async *news(ended: boolean): AsyncGenerator<FilmStill> {
    if (this.#frames.size === 0) return;
    const there = new Set(await readdir(this.#work));
    for (const frame of this.#frames) {
      if (!there.has(`${frame}.jpg`) || !there.has(`${frame}.gray`) || !(ended || there.has(`${frame + 1}.gray`))) return;
      this.#frames.delete(frame);
      const file = path.join(this.#folder, `${frame}.jpg`);
      await takeOut(path.join(this.#work, `${frame}.jpg`), file);
      const size = jpegSize(await readFile(file));
      const grayOf = (nth: number): Promise<Buffer> => readBytes(path.join(this.#work, `${nth}.gray`), GRAY_BYTES);
      const [shown, after] = [await grayOf(frame), there.has(`${frame + 1}.gray`) ? await grayOf(frame + 1) : NOTHING];
      if (size === undefined || shown.length < GRAY_BYTES) continue;
      const atSeconds = (frame * this.#rate.denominator) / this.#rate.numerator;
      yield { frame, atSeconds, path: file, ...size, ...measureFrame(shown, after) };
    }
  }
}
