import type { Clock, ZoneId } from '@madang/kernel';
import type { PublicVideo } from './video-views.ts';

const HOUR_MS = 3_600_000;
const COUNTERS_MS = 60_000;
const MOST = 10_000;

interface Entry {
  readonly video: PublicVideo;
  readonly until: number;
  readonly countedUntil: number;
}

/** What public, finished videos are, on this node. Events drop it on every node; an hour bounds what a lost one would cost. */
export class VideoCache {
  readonly #clock: Clock;
  // insertion order is order of use
  readonly #entries = new Map<string, Entry>();
  /** Grows with every drop: what was read before one is answered but not kept. */
  #drops = 0;

  constructor(deps: { clock: Clock }) {
    this.#clock = deps.clock;
  }

  /** Before a read that is to be kept. */
  mark(): number {
    return this.#drops;
  }

  /** `fresh` while its counters are less than a minute old. */
  find(zoneId: ZoneId, videoId: string): { readonly video: PublicVideo; readonly fresh: boolean } | undefined {
    const key = keyOf(zoneId, videoId);
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const now = this.#clock.now().getTime();
    this.#entries.delete(key);
    if (entry.until <= now) return undefined;
    this.#entries.set(key, entry);
    return { video: entry.video, fresh: entry.countedUntil > now };
  }

  keep(zoneId: ZoneId, videoId: string, video: PublicVideo, mark: number): void {
    if (mark !== this.#drops) return;
    const now = this.#clock.now().getTime();
    const key = keyOf(zoneId, videoId);
    this.#entries.delete(key);
    this.#entries.set(key, { video, until: now + HOUR_MS, countedUntil: now + COUNTERS_MS });
    if (this.#entries.size > MOST) this.#entries.delete(this.#entries.keys().next().value as string);
  }

  /** New counters; the rest keeps its age. */
  recount(zoneId: ZoneId, videoId: string, video: PublicVideo, mark: number): void {
    const known = this.#entries.get(keyOf(zoneId, videoId));
    if (known === undefined || mark !== this.#drops) return;
    this.#entries.set(keyOf(zoneId, videoId), { ...known, video, countedUntil: this.#clock.now().getTime() + COUNTERS_MS });
  }

  drop(zoneId: ZoneId, videoId: string): void {
    this.#drops++;
    this.#entries.delete(keyOf(zoneId, videoId));
  }

  /** A channel's name stands beside each of its videos. */
  dropChannel(zoneId: ZoneId, channelId: string): void {
    this.#drops++;
    for (const [key, { video }] of this.#entries)
      if (key.startsWith(`${zoneId} `) && video.row.channel_id === channelId) this.#entries.delete(key);
  }
}

const keyOf = (zoneId: ZoneId, videoId: string): string => `${zoneId} ${videoId}`;
