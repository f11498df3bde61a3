import { type Beacon, NO_PARTS } from './beacon.ts';

export type Verdict = 'open' | 'counted' | 'repeated';

/** One time a watch page was opened, as its beacons told so far. */
export interface View {
  readonly watchSeconds: number;
  readonly furthestSeconds: number;
  readonly qualities: Readonly<Record<string, number>>;
  readonly stalls: number;
  readonly stalledSeconds: number;
  readonly parts: string;
  /** Numbers of the beacons taken, as [from, to) pairs in order. */
  readonly beacons: readonly number[];
  readonly verdict: Verdict;
}

export interface Taken {
  readonly view: View;
  /** False when every beacon was known already. */
  readonly fresh: boolean;
  readonly watchedSeconds: number;
  /** Hundredths seen for the first time in this view. */
  readonly newParts: readonly number[];
  /** Nothing of the film had been seen in this view before. */
  readonly opened: boolean;
  /** It has just become long enough to be a view, if its viewer has not had one. */
  readonly claims: boolean;
  /** Where the player stood at the latest beacon, unless a later one was known. */
  readonly stoppedAt: Beacon | undefined;
}

const VIEW_SECONDS = 30;
const MOST_GAPS = 100;
const MOST_QUALITIES = 10;

/** [VI141] Thirty seconds or half the film, whichever is less. */
export const secondsOfAView = (durationSeconds: number | null): number =>
  durationSeconds === null ? VIEW_SECONDS : Math.min(VIEW_SECONDS, durationSeconds / 2);

/** [VI142] A view after beacons, in whatever order and however often they arrive. */
export function takeBeacons(before: View, beacons: readonly Beacon[]): Taken {
  let numbers = before.beacons;
  const latest = numbers.at(-1) ?? 0;
  const qualities: Record<string, number> = { ...before.qualities };
  const parts = before.parts.split('');
  let { furthestSeconds, stalls, stalledSeconds } = before;
  let watchedSeconds = 0;
  let stoppedAt: Beacon | undefined;
  let durationSeconds: number | null = null;
  const newParts: number[] = [];
  for (const beacon of beacons) {
    const taken = withNumber(numbers, beacon.seq);
    if (taken === undefined) continue;
    numbers = taken;
    durationSeconds = beacon.durationSeconds ?? durationSeconds;
    watchedSeconds += beacon.watchedSeconds;
    furthestSeconds = Math.max(furthestSeconds, beacon.furthestSeconds);
    stalls += beacon.stalls;
    stalledSeconds += beacon.stalledSeconds;
    const quality = beacon.quality in qualities || Object.keys(qualities).length < MOST_QUALITIES ? beacon.quality : '';
    if (beacon.watchedSeconds > 0 && quality !== '') qualities[quality] = (qualities[quality] ?? 0) + beacon.watchedSeconds;
    if (beacon.parts !== NO_PARTS) {
      for (let part = 0; part < parts.length; part++) {
        if (beacon.parts[part] !== '1' || parts[part] === '1') continue;
        parts[part] = '1';
        newParts.push(part);
      }
    }
    if (beacon.seq >= latest && (stoppedAt === undefined || beacon.seq > stoppedAt.seq)) stoppedAt = beacon;
  }
  const watchSeconds = before.watchSeconds + watchedSeconds;
  const fresh = numbers !== before.beacons;
  return {
    view: {
      watchSeconds,
      furthestSeconds,
      qualities,
      stalls,
      stalledSeconds,
      parts: parts.join(''),
      beacons: numbers,
      verdict: before.verdict,
    },
    fresh,
    watchedSeconds,
    newParts,
    opened: before.parts === NO_PARTS && newParts.length > 0,
    claims: fresh && before.verdict === 'open' && watchSeconds > 0 && watchSeconds >= secondsOfAView(durationSeconds),
    stoppedAt,
  };
}

/** The pairs with `number` among them; undefined when it was there, or would open one gap too many. */
function withNumber(pairs: readonly number[], number: number): readonly number[] | undefined {
  let at = 0;
  while (at < pairs.length && (pairs[at + 1] as number) < number) at += 2;
  const from = pairs[at];
  const to = pairs[at + 1];
  if (from === undefined || to === undefined) return pairs.length / 2 > MOST_GAPS ? undefined : [...pairs, number, number + 1];
  if (number >= from && number < to) return undefined;
  if (number === to) {
    const next = pairs[at + 2];
    return next === number + 1
      ? [...pairs.slice(0, at + 1), ...pairs.slice(at + 3)]
      : [...pairs.slice(0, at + 1), number + 1, ...pairs.slice(at + 2)];
  }
  if (number + 1 === from) return [...pairs.slice(0, at), number, ...pairs.slice(at + 1)];
  return pairs.length / 2 > MOST_GAPS ? undefined : [...pairs.slice(0, at), number, number + 1, ...pairs.slice(at)];
}
