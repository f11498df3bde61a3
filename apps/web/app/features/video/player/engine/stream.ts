import type Hls from 'hls.js';
import type { ErrorData, HlsConfig, Level } from 'hls.js';
import { HLS_URL } from './hls-url.ts';
import { tokenOf, withToken } from './signed-path.ts';

let library: Promise<typeof Hls> | undefined;

function loadLibrary(): Promise<typeof Hls> {
  library ??= (import(/* @vite-ignore */ HLS_URL) as Promise<typeof import('hls.js')>).then((loaded) => loaded.default);
  library.catch(() => {
    library = undefined;
  });
  return library;
}

export interface StreamFailure {
  /** What hls.js or the browser calls it; for support, not for people. */
  readonly code: string;
  /** The film's own doing, the network's, or that it may no longer be read. */
  readonly kind: 'network' | 'media' | 'refused';
}

export interface StreamState {
  /** Qualities by their short side in pixels, the best first. Empty where the browser plays by itself. */
  readonly rungs: readonly number[];
  /** The one that plays. */
  readonly playing: number | null;
  readonly failure: StreamFailure | null;
}

export interface StreamOptions {
  /** Path of the master playlist. */
  readonly url: string;
  readonly startSeconds: number;
  /** Bits a second, as last measured. */
  readonly bandwidth: number | null;
  /** Short side the person asked for. */
  readonly quality: number | null;
}

/** Until it plays, a few seconds are enough; then what the network may drop for a while. */
const FIRST_BUFFER_SECONDS = 6;
const BUFFER_SECONDS = 40;
/** However small the segments are: what is buffered is not replaced when the network gets better. */
const MOST_BUFFER_SECONDS = 60;
/** What is kept in hand when the rest of a buffer gives way to a better picture. */
const SAFE_SECONDS = 8;
/** What a network is taken for before it was measured. */
const FIRST_BANDWIDTH = 3_000_000;
const MEDIA_RETRY_MS = 8_000;

const shortSide = (level: Level): number => Math.min(level.width, level.height);

/**
 * One film on one media element: hls.js where there are Media Source Extensions, the browser itself elsewhere (older Safari). Owns
 * what it attaches until `close`. Requests carry the newest token whatever their playlist says.
 */
export class Stream {
  readonly media: HTMLVideoElement;
  #options: StreamOptions;
  #token: string | undefined;
  #Library: typeof Hls | undefined;
  #hls: Hls | undefined;
  #next: Hls | undefined;
  #state: StreamState = { rungs: [], playing: null, failure: null };
  #listener: (state: StreamState) => void = () => undefined;
  #closed = false;
  #relaxed = false;
  #mediaRetryAt = Number.NEGATIVE_INFINITY;
  readonly #onNativeError = () => this.#change({ failure: { code: `media.${this.media.error?.code ?? 0}`, kind: 'media' } });

  private constructor(media: HTMLVideoElement, options: StreamOptions) {
    this.media = media;
    this.#options = options;
    this.#token = tokenOf(options.url);
  }

  static open(media: HTMLVideoElement, options: StreamOptions): Stream {
    const stream = new Stream(media, options);
    void stream.#start();
    return stream;
  }

  get state(): StreamState {
    return this.#state;
  }
  get options(): StreamOptions {
    return this.#options;
  }
  /** Bits a second; null before anything was loaded. */
  get bandwidth(): number | null {
    const measured = this.#hls?.bandwidthEstimate;
    return measured !== undefined && Number.isFinite(measured) ? Math.round(measured) : null;
  }

  /** One listener: the player that owns this. */
  listen(listener: (state: StreamState) => void): void {
    this.#listener = listener;
  }

  async #start(): Promise<void> {
    let Library: typeof Hls;
    try {
      Library = await loadLibrary();
    } catch {
      this.#change({ failure: { code: 'player.not_loaded', kind: 'network' } });
      return;
    }
    if (this.#closed) return;
    this.#Library = Library;
    if (!Library.isSupported()) return this.#startNative();
    const hls = this.#create(Library, this.#options.startSeconds, this.#options.bandwidth);
    this.#hls = hls;
    this.#follow(hls);
    hls.loadSource(this.#options.url);
    hls.attachMedia(this.media);
  }

  #startNative(): void {
    const { media } = this;
    if (media.canPlayType('application/vnd.apple.mpegurl') === '') {
      this.#change({ failure: { code: 'player.unsupported', kind: 'media' } });
      return;
    }
    media.removeEventListener('error', this.#onNativeError);
    media.addEventListener('error', this.#onNativeError);
    media.src = `${this.#options.url}#t=${this.#options.startSeconds}`;
  }

  #create(Library: typeof Hls, startSeconds: number, bandwidth: number | null): Hls {
    const config: Partial<HlsConfig> = {
      startPosition: Math.max(0, startSeconds),
      // Segments are fMP4 already: there is nothing to remux, and no worker to start.
      enableWorker: false,
      lowLatencyMode: false,
      testBandwidth: false,
      startFragPrefetch: true,
      capLevelToPlayerSize: true,
      abrEwmaDefaultEstimate: bandwidth ?? FIRST_BANDWIDTH,
      maxBufferLength: this.#relaxed ? BUFFER_SECONDS : FIRST_BUFFER_SECONDS,
      maxMaxBufferLength: MOST_BUFFER_SECONDS,
      backBufferLength: 60,
      // Captions are drawn by the player itself, from the files beside the film.
      subtitleTrackController: undefined,
      subtitleStreamController: undefined,
      timelineController: undefined,
      emeController: undefined,
      cmcdController: undefined,
      xhrSetup: (xhr, url) => {
        const fresh = withToken(url, this.#token);
        if (fresh !== url) xhr.open('GET', fresh, true);
      },
    };
    return new Library(config);
  }

  #follow(hls: Hls): void {
    const { Events } = this.#Library as typeof Hls;
    const rungs = () => [...new Set(hls.levels.map(shortSide))].sort((a, b) => b - a);
    hls.on(Events.MANIFEST_PARSED, () => {
      this.#change({ rungs: rungs(), failure: null });
      const level = this.#wantedLevel(hls);
      if (level >= 0) hls.loadLevel = level;
    });
    hls.on(Events.LEVELS_UPDATED, () => this.#change({ rungs: rungs() }));
    hls.on(Events.LEVEL_SWITCHED, (_, { level }) => {
      const switched = hls.levels[level];
      this.#change({ playing: switched === undefined ? null : shortSide(switched) });
    });
    hls.on(Events.ERROR, (_, data) => this.#failed(hls, data));
  }

  #failed(hls: Hls, data: ErrorData): void {
    const status = data.response?.code;
    const refused = status === 401 || status === 403 || status === 410;
    if (!data.fatal && !refused) return;
    const { ErrorTypes } = this.#Library as typeof Hls;
    const now = performance.now();
    if (data.type === ErrorTypes.MEDIA_ERROR && now - this.#mediaRetryAt > MEDIA_RETRY_MS) {
      this.#mediaRetryAt = now;
      hls.recoverMediaError();
      return;
    }
    const code = status ? `${data.details} ${status}` : data.details;
    this.#change({ failure: { code, kind: refused ? 'refused' : data.type === ErrorTypes.NETWORK_ERROR ? 'network' : 'media' } });
  }

  /** Index of the best quality not above the one asked for; -1 is automatic. */
  #wantedLevel(hls: Hls): number {
    const wanted = this.#options.quality;
    if (wanted === null || hls.levels.length === 0) return -1;
    return Math.max(
      0,
      hls.levels.findLastIndex((level) => shortSide(level) <= wanted),
    );
  }

  /** A quality by its short side, or null for what fits the network and the window. Seen from the next segment on, without a gap. */
  choose(quality: number | null): void {
    this.#options = { ...this.#options, quality };
    const hls = this.#hls;
    if (hls === undefined) return;
    const level = this.#wantedLevel(hls);
    if (level >= 0) hls.nextLevel = level;
    else hls.loadLevel = -1;
  }

  /** It plays: from here on as much is loaded ahead as a bad minute takes. */
  relax(): void {
    this.#relaxed = true;
    if (this.#hls !== undefined) this.#hls.config.maxBufferLength = BUFFER_SECONDS;
  }

  /** Fresh paths of the same film. What was refused for the old ones goes on. */
  renew(url: string): void {
    this.#token = tokenOf(url);
    this.#options = { ...this.#options, url };
    if (this.#hls === undefined && this.#Library !== undefined) {
      // The browser's own player reads the path it was given: once that is refused, `retry` gives the fresh one.
      if (this.#state.failure !== null) this.retry();
      return;
    }
    if (this.#state.failure?.kind === 'refused') this.retry();
  }

  retry(): void {
    this.#change({ failure: null });
    const at = this.media.currentTime || this.#options.startSeconds;
    this.#options = { ...this.#options, startSeconds: at };
    const hls = this.#hls;
    if (hls === undefined) {
      if (this.#Library === undefined) void this.#start();
      else this.#startNative();
    } else if (hls.levels.length === 0) hls.loadSource(this.#options.url);
    else if (this.media.error !== null) hls.recoverMediaError();
    else hls.startLoad(at);
  }

  /**
   * Reads the master again, for qualities that were made meanwhile. The playing stream is handed over with all that is buffered:
   * nothing is seen or heard of it. Answers whether there was anything new.
   */
  async refresh(): Promise<boolean> {
    const Library = this.#Library;
    const before = this.#hls;
    if (Library === undefined || before === undefined || this.#next !== undefined || this.#closed) return false;
    const next = this.#create(Library, this.media.currentTime, this.bandwidth);
    this.#next = next;
    const { Events } = Library;
    const parsed = new Promise<boolean>((resolve) => {
      next.on(Events.MANIFEST_PARSED, () => resolve(true));
      next.on(Events.ERROR, (_, { fatal }) => fatal && resolve(false));
    });
    next.config.autoStartLoad = false;
    next.loadSource(this.#options.url);
    const more = (await parsed) && next.levels.length > before.levels.length;
    this.#next = undefined;
    if (this.#closed || !more) {
      next.destroy();
      return false;
    }
    await this.#quiet(before);
    if (this.#closed) {
      next.destroy();
      return false;
    }
    before.stopLoad();
    const handed = before.transferMedia();
    before.destroy();
    this.#hls = next;
    this.#follow(next);
    this.#change({ rungs: [...new Set(next.levels.map(shortSide))].sort((a, b) => b - a), failure: null });
    if (handed === null) next.attachMedia(this.media);
    else next.attachMedia(handed);
    next.loadLevel = this.#wantedLevel(next);
    next.once(Events.BUFFER_CREATED, () => this.#improve(next));
    next.startLoad(this.media.currentTime);
    return true;
  }

  /** What is buffered far ahead in a lesser quality is loaded again in the one that can be had now. */
  #improve(hls: Hls): void {
    const level = hls.levels[hls.loadLevel >= 0 ? hls.loadLevel : hls.nextAutoLevel];
    const { playing } = this.#state;
    if (level === undefined || playing === null || shortSide(level) <= playing) return;
    const startOffset = this.media.currentTime + SAFE_SECONDS;
    hls.trigger((this.#Library as typeof Hls).Events.BUFFER_FLUSHING, { startOffset, endOffset: Number.POSITIVE_INFINITY, type: 'video' });
  }

  /** A moment between two appends, with something in hand: buffers cannot be handed over in the middle of one. */
  async #quiet(hls: Hls): Promise<void> {
    const until = performance.now() + 10_000;
    while (!this.#closed && performance.now() < until) {
      const { buffered, currentTime, paused } = this.media;
      const ahead = Array.from({ length: buffered.length }, (_, at) => at)
        .filter((at) => buffered.start(at) <= currentTime + 0.2)
        .reduce((most, at) => Math.max(most, buffered.end(at) - currentTime), 0);
      if (ahead > 3 || (paused && ahead > 0)) {
        hls.stopLoad();
        await new Promise((resolve) => setTimeout(resolve, 120));
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  #change(change: Partial<StreamState>): void {
    if (this.#closed) return;
    this.#state = { ...this.#state, ...change };
    this.#listener(this.#state);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#next?.destroy();
    this.#hls?.destroy();
    this.media.removeEventListener('error', this.#onNativeError);
    if (this.#hls === undefined) this.media.removeAttribute('src');
  }
}
