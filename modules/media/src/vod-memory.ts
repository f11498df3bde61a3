/** Something whose bytes may be kept in memory. */
export interface Keepable {
  readonly bytes: number;
  contents: Buffer | undefined;
  /** `contents` once more as text, given up with them. */
  text: string | undefined;
  /** Answers being sent from `contents`: they cannot be given up, as that would free nothing. */
  readers: number;
  /** Requests, each worth half as much after `HALF_LIFE_MS`. */
  heat: number;
  heatedAt: number;
}

const HALF_LIFE_MS = 30_000;
/** A newcomer must be this much hotter than what it drives out, or many equally warm files would drive each other out for ever. */
const HOTTER = 1.5;
/** How many of the longest unused are looked at to find one that can go. */
const LOOK_AT = 16;

export function heatOf(file: Keepable, now: number): number {
  const age = now - file.heatedAt;
  return age <= 0 ? file.heat : file.heat * 0.5 ** (age / HALF_LIFE_MS);
}

export function heat(file: Keepable, now: number): void {
  file.heat = heatOf(file, now) + 1;
  file.heatedAt = now;
}

/** Contents of files, never more than `limit` bytes of them; the longest unused goes first. */
export class VodMemory<File extends Keepable> {
  readonly #limit: number;
  /** Longest unused first. What is reserved but still being read has no contents yet. */
  readonly #kept = new Set<File>();
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** It has room: its contents are there, or on their way. */
  has(file: File): boolean {
    return this.#kept.has(file);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Makes room for the file's contents; false when what is there is worth more. `asked`: the file is worth it whatever is there. */
  reserve(file: File, now: number, asked = false): boolean {
    if (this.#kept.has(file)) return true;
    if (file.bytes > this.#limit / 4) return false;
    const wanted = asked ? Number.POSITIVE_INFINITY : heatOf(file, now) / HOTTER;
    while (this.#bytes + file.bytes > this.#limit) {
      const victim = this.#longestUnused();
      if (victim === undefined || heatOf(victim, now) >= wanted) return false;
      this.release(victim);
    }
    this.#kept.add(file);
    this.#bytes += file.bytes;
    return true;
  }

  used(file: File): void {
    if (this.#kept.delete(file)) this.#kept.add(file);
  }

  release(file: File): void {
    if (!this.#kept.delete(file)) return;
    file.contents = undefined;
    file.text = undefined;
    this.#bytes -= file.bytes;
  }

  /** Gives up what nobody asked for since `before`. */
  releaseUnused(before: number): void {
    for (const file of this.#kept) {
      if (file.heatedAt < before && file.readers === 0 && file.contents !== undefined) this.release(file);
    }
  }

  #longestUnused(): File | undefined {
    let looked = 0;
    for (const file of this.#kept) {
      if (file.readers === 0 && file.contents !== undefined) return file;
      looked += 1;
      if (looked === LOOK_AT) return undefined;
    }
    return undefined;
  }
}
