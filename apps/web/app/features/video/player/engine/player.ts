import { keepSettings, loadSettings, type PlayerSettings, RATES } from './settings.ts';
import type { Stream, StreamFailure } from './stream.ts';
import type { ViewReport } from './view-report.ts';

export interface PlayerState {
  readonly paused: boolean;
  readonly ended: boolean;
  /** A frame of the film has been shown: the poster may go. */
  readonly started: boolean;
  /** It should move and does not, for longer than a blink. */
  readonly waiting: boolean;
  readonly position: number;
  readonly duration: number;
  /** How far the film is made; less than `duration` while it grows. */
  readonly available: number;
  readonly buffered: readonly (readonly [from: number, to: number])[];
  readonly volume: number;
  readonly muted: boolean;
  readonly rate: number;
  readonly rungs: readonly number[];
  readonly rung: number | null;
  /** What the person asked for; null is automatic. */
  readonly quality: number | null;
  readonly failure: StreamFailure | null;
  /** The browser lets it begin without sound only. */
  readonly silenced: boolean;
}

export interface PlayerOptions {
  readonly media: HTMLVideoElement;
  readonly stream: Stream;
  readonly durationSeconds: number | null;
  readonly report: ViewReport;
  /** Where the position is kept, every few seconds; null once it was seen to its end. */
  readonly onPosition: (seconds: number | null) => void;
  /** The paths ran out: fresh ones, please. */
  readonly onRefused: () => void;
}

/** A wait shorter than this is not shown. */
const PATIENCE_MS = 300;
const TAIL_SECONDS = 10;

/** Drives one media element and says how it is. Owns the stream given to it. */
export class Player {
  readonly #media: HTMLVideoElement;
  readonly #stream: Stream;
  readonly #options: PlayerOptions;
  #state: PlayerState;
  readonly #listeners = new Set<() => void>();
  readonly #leave: (() => void)[] = [];
  #waitTimer: ReturnType<typeof setTimeout> | undefined;
  #flowing = false;
  #refusedAt = Number.NEGATIVE_INFINITY;

  constructor(options: PlayerOptions) {
    const { media, stream } = options;
    this.#options = options;
    this.#media = media;
    this.#stream = stream;
    const settings = loadSettings();
    media.volume = settings.volume;
    media.muted = settings.muted;
    media.playbackRate = settings.rate;
    media.defaultPlaybackRate = settings.rate;
    this.#state = {
      paused: media.paused,
      ended: false,
      started: false,
      waiting: false,
      position: stream.options.startSeconds,
      duration: options.durationSeconds ?? 0,
      available: 0,
      buffered: [],
      volume: settings.volume,
      muted: settings.muted,
      rate: settings.rate,
      rungs: stream.state.rungs,
      rung: stream.state.playing,
      quality: settings.quality,
      failure: stream.state.failure,
      silenced: false,
    };
    this.#bind();
    stream.listen(({ rungs, playing, failure }) => {
      if (failure?.kind === 'refused' && performance.now() - this.#refusedAt > 20_000) {
        this.#refusedAt = performance.now();
        options.onRefused();
        return;
      }
      this.#set({ rungs, rung: playing, failure });
    });
    this.#read();
  }

  get state(): PlayerState {
    return this.#state;
  }
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #set(change: Partial<PlayerState>): void {
    const changed = Object.entries(change).some(([key, value]) => this.#state[key as keyof PlayerState] !== value);
    if (!changed) return;
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }

  #bind(): void {
    const { report } = this.#options;
    const on = (type: string, work: () => void) => {
      this.#media.addEventListener(type, work);
      this.#leave.push(() => this.#media.removeEventListener(type, work));
    };
    on('play', () => {
      this.#stream.relax();
      this.#set({ paused: false, ended: false });
    });
    on('pause', () => {
      report.stop();
      this.#flow();
      this.#set({ paused: true });
      this.#options.onPosition(this.#kept());
    });
    on('playing', () => {
      this.#flowing = true;
      this.#flow();
      this.#set({ started: true });
    });
    on('waiting', () => this.#wait());
    on('seeking', () => {
      // Waiting for the place one went to is no stall.
      this.#flowing = false;
      report.moved(this.#media.currentTime);
      this.#set({ position: this.#media.currentTime, ended: false });
    });
    on('seeked', () => this.#media.readyState >= 2 && this.#state.position > 0 && this.#set({ started: true }));
    on('timeupdate', () => {
      const { currentTime, paused, seeking } = this.#media;
      const moves = !paused && !seeking;
      if (moves) {
        report.at(currentTime);
        this.#flow();
      }
      // A film that began before this page was awake was not heard to begin.
      this.#set({ position: currentTime, ...(moves && { started: true }) });
    });
    on('progress', () => this.#read());
    on('durationchange', () => this.#read());
    on('loadeddata', () => this.#read());
    on('ratechange', () => this.#set({ rate: this.#media.playbackRate }));
    on('volumechange', () => {
      const { volume, muted } = this.#media;
      this.#set({ volume, muted, ...(!muted && { silenced: false }) });
    });
    on('ended', () => {
      report.stop();
      this.#set({ ended: true, paused: true });
      this.#options.onPosition(null);
    });
  }

  #kept(): number | null {
    const { position, duration } = this.#state;
    return duration > 0 && position > duration - TAIL_SECONDS ? null : position;
  }

  #read(): void {
    const { buffered, seekable, duration } = this.#media;
    const available = seekable.length > 0 ? seekable.end(seekable.length - 1) : 0;
    const known = this.#options.durationSeconds ?? 0;
    this.#set({
      buffered: Array.from({ length: buffered.length }, (_, at) => [buffered.start(at), buffered.end(at)] as const),
      available,
      duration: Number.isFinite(duration) && duration > known - 1 ? duration : Math.max(known, available),
    });
  }

  #wait(): void {
    if (this.#media.paused || this.#media.ended) return;
    if (this.#flowing) this.#options.report.stall(performance.now());
    this.#waitTimer ??= setTimeout(() => this.#set({ waiting: true }), PATIENCE_MS);
  }
  #flow(): void {
    clearTimeout(this.#waitTimer);
    this.#waitTimer = undefined;
    this.#options.report.flow(performance.now());
    this.#set({ waiting: false });
  }

  /** Begins by itself if the browser lets it: with sound, or without and saying so. */
  async begin(): Promise<void> {
    try {
      await this.#media.play();
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'NotAllowedError' || this.#media.muted) return;
      this.#media.muted = true;
      this.#set({ silenced: true });
      await this.#media.play().catch(() => {
        this.#media.muted = loadSettings().muted;
        this.#set({ silenced: false });
      });
    }
  }
  play(): void {
    this.#wait();
    // Refused only without a press, or when another load came between; the state says what is.
    void this.#media.play().catch(() => undefined);
  }
  pause(): void {
    this.#media.pause();
  }
  toggle(): void {
    if (this.#media.paused) this.play();
    else this.pause();
  }
  seek(seconds: number): void {
    const { available, duration } = this.#state;
    const end = available > 0 && available < duration - 1 ? Math.max(0, available - 1) : duration;
    this.#media.currentTime = Math.min(Math.max(0, seconds), end || seconds);
    this.#set({ position: this.#media.currentTime });
  }
  nudge(seconds: number): void {
    this.seek(this.#media.currentTime + seconds);
  }
  setVolume(volume: number): void {
    const next = Math.round(Math.min(1, Math.max(0, volume)) * 100) / 100;
    this.#media.volume = next;
    this.#media.muted = next === 0;
    keepSettings(next === 0 ? { muted: true } : { volume: next, muted: false });
  }
  setMuted(muted: boolean): void {
    this.#media.muted = muted;
    if (!muted && this.#media.volume === 0) this.#media.volume = 0.5;
    keepSettings({ muted });
  }
  setRate(rate: number): void {
    this.#media.playbackRate = rate;
    this.#media.defaultPlaybackRate = rate;
    keepSettings({ rate });
  }
  stepRate(step: 1 | -1): number {
    const at = RATES.findIndex((rate) => rate >= this.#state.rate);
    const next = RATES[Math.min(RATES.length - 1, Math.max(0, at + step))] ?? 1;
    this.setRate(next);
    return next;
  }
  choose(quality: PlayerSettings['quality']): void {
    this.#stream.choose(quality);
    keepSettings({ quality });
    this.#set({ quality });
  }
  retry(): void {
    const playing = !this.#state.paused || !this.#state.started;
    this.#stream.retry();
    if (playing) this.play();
  }
  renew(url: string): void {
    this.#stream.renew(url);
  }
  async refresh(): Promise<void> {
    await this.#stream.refresh();
  }

  close(): void {
    const { bandwidth } = this.#stream;
    if (bandwidth !== null) keepSettings({ bandwidth });
    if (this.#state.started && !this.#state.ended) this.#options.onPosition(this.#kept());
    clearTimeout(this.#waitTimer);
    for (const leave of this.#leave.splice(0)) leave();
    this.#listeners.clear();
    this.#stream.close();
  }
}
