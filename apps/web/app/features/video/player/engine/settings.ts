/** How someone likes to watch, kept in this browser. */
export interface PlayerSettings {
  /** 0 to 1. */
  readonly volume: number;
  readonly muted: boolean;
  readonly rate: number;
  /** Short side in pixels, or null for what fits. */
  readonly quality: number | null;
  /** A language, or null for none. */
  readonly captions: string | null;
  readonly captionSize: 'small' | 'medium' | 'large';
  readonly captionGround: 'none' | 'soft' | 'solid';
  readonly theatre: boolean;
  readonly autoplay: boolean;
  /** Bits a second, as last measured: the next film starts in a quality that fits. */
  readonly bandwidth: number | null;
}

export const DEFAULT_SETTINGS: PlayerSettings = {
  volume: 1,
  muted: false,
  rate: 1,
  quality: null,
  captions: null,
  captionSize: 'medium',
  captionGround: 'soft',
  theatre: false,
  autoplay: true,
  bandwidth: null,
};
export const RATES = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2] as const;
const KEY = 'madang.player';

/** Whatever was stored, by this version or another: what does not fit falls back to its default. */
export function readSettings(stored: string | null): PlayerSettings {
  let given: Partial<Record<keyof PlayerSettings, unknown>> = {};
  try {
    const parsed: unknown = JSON.parse(stored ?? '{}');
    if (typeof parsed === 'object' && parsed !== null) given = parsed;
  } catch {
    // Broken by hand: the defaults.
  }
  const settings: Record<string, unknown> = { ...DEFAULT_SETTINGS };
  for (const [key, standard] of Object.entries(DEFAULT_SETTINGS)) {
    const value = given[key as keyof PlayerSettings];
    if (standard === null ? typeof value === 'number' || typeof value === 'string' || value === null : typeof value === typeof standard)
      if (value !== undefined) settings[key] = value;
  }
  const read = settings as unknown as PlayerSettings;
  const within = (value: number, low: number, high: number, standard: number) => (value >= low && value <= high ? value : standard);
  return {
    ...read,
    volume: within(read.volume, 0, 1, 1),
    rate: within(read.rate, 0.25, 2, 1),
    quality: typeof read.quality === 'number' ? read.quality : null,
    captions: typeof read.captions === 'string' ? read.captions : null,
    bandwidth: typeof read.bandwidth === 'number' && read.bandwidth > 0 ? read.bandwidth : null,
    captionSize: ['small', 'medium', 'large'].includes(read.captionSize) ? read.captionSize : 'medium',
    captionGround: ['none', 'soft', 'solid'].includes(read.captionGround) ? read.captionGround : 'soft',
  };
}

export function loadSettings(): PlayerSettings {
  try {
    return readSettings(localStorage.getItem(KEY));
  } catch {
    // Storage is closed to embedded pages in some browsers.
    return DEFAULT_SETTINGS;
  }
}

export function keepSettings(change: Partial<PlayerSettings>): PlayerSettings {
  const next = { ...loadSettings(), ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // Full or closed: it holds for this page.
  }
  return next;
}
