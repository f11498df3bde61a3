/** Changes that come within this are told together, ms. */
const SETTLE_MS = 10;
/** Between two notifications of one place: four a second. */
const QUIET_MS = 250;

interface Watched {
  readonly listeners: Set<(count: number) => void>;
  /** The last count told; undefined before the first. */
  told: number | undefined;
  /** Settling or quiet; undefined when the next touch may speak. */
  timer: NodeJS.Timeout | undefined;
  /** Touched since the last reading. */
  dirty: boolean;
}

/** Turns touches of a place into notifications of its count: soon after the first, then at most four a second, the last one always told. */
export class PlaceWatchers {
  readonly #places = new Map<string, Watched>();
  readonly #read: (place: string) => Promise<number>;

  constructor(read: (place: string) => Promise<number>) {
    this.#read = read;
  }

  /** Returns the way to stop; `last` tells that nobody watches the place any more. */
  watch(place: string, listener: (count: number) => void): () => { last: boolean } {
    const watched = this.#places.get(place) ?? { listeners: new Set(), told: undefined, timer: undefined, dirty: false };
    this.#places.set(place, watched);
    // Its own function per watch, so that one listener may watch twice and each watch ends by itself.
    const own = (count: number): void => listener(count);
    const { listeners } = watched;
    listeners.add(own);
    return () => {
      if (!listeners.delete(own) || listeners.size > 0) return { last: false };
      clearTimeout(this.#places.get(place)?.timer);
      this.#places.delete(place);
      return { last: true };
    };
  }

  isWatched(place: string): boolean {
    return this.#places.has(place);
  }

  touch(place: string): void {
    const watched = this.#places.get(place);
    if (watched === undefined) return;
    watched.dirty = true;
    if (watched.timer === undefined) this.#after(SETTLE_MS, place, watched);
  }

  touchAll(): void {
    for (const place of this.#places.keys()) this.touch(place);
  }

  close(): void {
    for (const watched of this.#places.values()) clearTimeout(watched.timer);
    this.#places.clear();
  }

  #after(milliseconds: number, place: string, watched: Watched): void {
    watched.timer = setTimeout(() => {
      watched.timer = undefined;
      if (!watched.dirty) return;
      watched.dirty = false;
      this.#after(QUIET_MS, place, watched);
      void this.#tell(place, watched);
    }, milliseconds);
    watched.timer.unref();
  }

  async #tell(place: string, watched: Watched): Promise<void> {
    const count = await this.#read(place);
    if (count === watched.told) return;
    watched.told = count;
    for (const listener of [...watched.listeners]) listener(count);
  }
}
