import type { z } from 'zod';
import type { beaconBody } from './contract.ts';

/** Hundredths of a film. */
export const PARTS = 100;
export const NO_PARTS = '0'.repeat(PARTS);

export const DEVICES = ['phone', 'tablet', 'desktop', 'tv', 'other'] as const;
export type Device = (typeof DEVICES)[number];

/** What a player told, read and bounded; small, because many of them wait. */
export interface Beacon {
  readonly videoId: string;
  readonly viewId: string;
  readonly seq: number;
  readonly at: Date;
  /** Undefined for someone without a session; they are told apart by `address` and `userAgent`. */
  readonly personId: string | undefined;
  readonly address: string;
  readonly userAgent: string;
  readonly device: Device;
  readonly referrer: string;
  readonly durationSeconds: number | null;
  readonly positionSeconds: number;
  readonly watchedSeconds: number;
  readonly furthestSeconds: number;
  /** A `1` for each hundredth of the film that was watched. */
  readonly parts: string;
  readonly quality: string;
  readonly stalls: number;
  readonly stalledSeconds: number;
}

/** A film shorter than this can be watched more than once between two beacons. */
const SHORT_SECONDS = 40;

/**
 * [VI140] Watched stretches, cut to the film: their seconds together (no more than the film has), the furthest second, and
 * the hundredths they touch. Without a known duration there are no hundredths.
 */
export function readWatched(
  watched: readonly (readonly [number, number])[],
  durationSeconds: number | null,
): Pick<Beacon, 'watchedSeconds' | 'furthestSeconds' | 'parts'> {
  const end = durationSeconds ?? 86_400;
  let seconds = 0;
  let furthest = 0;
  let parts: string[] | undefined;
  for (const [a, b] of watched) {
    const from = Math.min(a, end);
    const to = Math.min(b, end);
    if (to <= from) continue;
    seconds += to - from;
    furthest = Math.max(furthest, to);
    if (durationSeconds === null || durationSeconds <= 0) continue;
    parts ??= NO_PARTS.split('');
    const last = Math.min(PARTS, Math.ceil((to / durationSeconds) * PARTS - 1e-9));
    for (let part = Math.floor((from / durationSeconds) * PARTS + 1e-9); part < last; part++) parts[part] = '1';
  }
  const most = durationSeconds === null ? SHORT_SECONDS : Math.max(durationSeconds, SHORT_SECONDS);
  return { watchedSeconds: Math.min(seconds, most), furthestSeconds: furthest, parts: parts?.join('') ?? NO_PARTS };
}

/** Host of the page before without `www.`, '' for none or nonsense, `embed` on a page of somebody else. */
export function referrerOf(body: Pick<z.output<typeof beaconBody>, 'referrer' | 'embedded'>): string {
  if (body.embedded) return 'embed';
  const host = (body.referrer ?? '').toLowerCase().replace(/^www\./, '');
  return /^[a-z0-9.-]{1,100}(:\d{1,5})?$/.test(host) ? host : '';
}

/** As players name them: `720`, `720p`, `auto`, `audio`; '' for anything else. */
export const qualityOf = (quality: string | null | undefined): string =>
  /^(\d{1,4}p?|auto|audio)$/.test(quality ?? '') ? (quality ?? '') : '';

/** As far as a user agent tells; an iPad that says it is a Mac counts as one. */
export function deviceOf(userAgent: string): Device {
  if (/smart-?tv|apple ?tv|google ?tv|hbbtv|netcast|web0s|tizen.*tv|roku|\baft[a-z]|bravia|crkey/i.test(userAgent)) return 'tv';
  if (/ipad|tablet|kindle|silk|android(?!.*mobile)/i.test(userAgent)) return 'tablet';
  if (/mobile|iphone|ipod/i.test(userAgent)) return 'phone';
  if (/windows nt|macintosh|x11|linux|cros/i.test(userAgent)) return 'desktop';
  return 'other';
}
