import type { Clock, ZoneId } from '@madang/kernel';
import type { PackedBodies } from './compression.ts';
import type { PageAnswer } from './edge-options.ts';

export type CacheStatus = 'HIT' | 'MISS' | 'STALE' | 'BYPASS';

/** What a render gives the cache. `tags` name what the page shows, for `drop`. */
export interface RenderedPage {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly tags: readonly string[];
  /** Overrides the cache's own freshness (home 60 s, lists 5 min); 0 keeps it out. */
  readonly freshSeconds?: number;
  /** Filled in by the cache. */
  readonly packed?: PackedBodies;
}

export interface PageCacheOptions {
  readonly clock: Clock;
  /** Bytes of bodies over all zones, before compression; default 64 MiB. The page unused for longest goes first. */
  readonly maxBytes?: number;
  /** Default 60. */
  readonly freshSeconds?: number;
  /** How long after that a page is still shown while a new one is made; default 300. */
  readonly staleSeconds?: number;
  /** Hears of renders in the background that failed; the stale page stays. */
  onError?(error: unknown): void;
}

interface Entry {
  readonly page: RenderedPage;
  readonly bytes: number;
  readonly freshUntil: number;
  readonly staleUntil: number;
}

interface Render {
  readonly result: Promise<RenderedPage>;
  /** Tags dropped while it ran: what it read may be from before the change. */
  readonly dropped: Set<string>;
  droppedAll: boolean;
}

/**
 * Renders of public pages, for visitors nobody knows: a page made for a person never enters (the caller bypasses). One
 * render per page at a time, however many ask. A page dropped by tag is never shown again, not even as stale, and a
 * render that was under way when its content changed is answered but not kept.
 */
export class PageCache {
  readonly #clock: Clock;
  readonly #maxBytes: number;
  readonly #freshMs: number;
  readonly #staleMs: number;
  readonly #onError: (error: unknown) => void;
  // insertion order is order of use
  readonly #entries = new Map<string, Entry>();
  readonly #renders = new Map<string, Render>();
  #bytes = 0;

  constructor(options: PageCacheOptions) {
    this.#clock = options.clock;
    this.#maxBytes = options.maxBytes ?? 64 * 1024 * 1024;
    this.#freshMs = (options.freshSeconds ?? 60) * 1000;
    this.#staleMs = (options.staleSeconds ?? 300) * 1000;
    this.#onError = options.onError ?? (() => {});
  }

  /** Bytes of the bodies held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** `key` names everything the render depends on but the content: host, path, query, language, theme. */
  async get(zoneId: ZoneId, key: string, render: () => Promise<RenderedPage>): Promise<{ page: RenderedPage; status: CacheStatus }> {
    const id = `${zoneId}\n${key}`;
    const now = this.#clock.now().getTime();
    const entry = this.#entries.get(id);
    if (entry !== undefined && now < entry.staleUntil) {
      this.#entries.delete(id);
      this.#entries.set(id, entry);
      if (now < entry.freshUntil) return { page: entry.page, status: 'HIT' };
      this.#render(id, render).catch(this.#onError);
      return { page: entry.page, status: 'STALE' };
    }
    return { page: await this.#render(id, render), status: 'MISS' };
  }

  /** Forgets a zone's pages that carry any of these tags; all of the zone's without tags. */
  drop(zoneId: ZoneId, tags?: readonly string[]): void {
    const prefix = `${zoneId}\n`;
    for (const [id, entry] of this.#entries) {
      if (id.startsWith(prefix) && (tags === undefined || entry.page.tags.some((tag) => tags.includes(tag)))) this.#forget(id, entry);
    }
    for (const [id, render] of this.#renders) {
      if (!id.startsWith(prefix)) continue;
      if (tags === undefined) render.droppedAll = true;
      else for (const tag of tags) render.dropped.add(tag);
    }
  }

  #render(id: string, render: () => Promise<RenderedPage>): Promise<RenderedPage> {
    const running = this.#renders.get(id);
    // one that began before a drop may show what was there before: those who ask after it get their own
    if (running !== undefined && !running.droppedAll && running.dropped.size === 0) return running.result;
    const started: Render = { result: this.#renderAndKeep(id, render, () => started), dropped: new Set(), droppedAll: false };
    this.#renders.set(id, started);
    return started.result;
  }

  async #renderAndKeep(id: string, render: () => Promise<RenderedPage>, self: () => Render): Promise<RenderedPage> {
    // yields once, so that `self` is set and a render that throws at once still rejects
    await Promise.resolve();
    try {
      const page = { ...(await render()), packed: new Map() };
      const { dropped, droppedAll } = self();
      if (!droppedAll && !page.tags.some((tag) => dropped.has(tag))) this.#keep(id, page);
      return page;
    } finally {
      if (this.#renders.get(id) === self()) this.#renders.delete(id);
    }
  }

  #keep(id: string, page: RenderedPage): void {
    const freshMs = page.freshSeconds === undefined ? this.#freshMs : page.freshSeconds * 1000;
    const bytes = page.body.length + id.length * 2;
    const before = this.#entries.get(id);
    if (before !== undefined) this.#forget(id, before);
    if (page.status !== 200 || freshMs <= 0 || bytes > this.#maxBytes / 4) return;
    const now = this.#clock.now().getTime();
    this.#entries.set(id, { page, bytes, freshUntil: now + freshMs, staleUntil: now + freshMs + this.#staleMs });
    this.#bytes += bytes;
    for (const [oldest, entry] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#forget(oldest, entry);
    }
  }

  #forget(id: string, entry: Entry): void {
    if (this.#entries.delete(id)) this.#bytes -= entry.bytes;
  }
}

/** A cached render as the page handler answers it. */
export function cachedAnswer(page: RenderedPage, status: CacheStatus): PageAnswer {
  return {
    status: page.status,
    headers: { ...page.headers, 'X-Cache-Status': status },
    body: page.body,
    ...(page.packed && { packed: page.packed }),
  };
}
