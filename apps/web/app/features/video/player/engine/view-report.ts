import { createWatchedParts, type Part } from './watched-parts.ts';

/** The body of `POST /api/v1/videos/:videoId/beacons`. */
export interface Beacon {
  readonly viewId: string;
  readonly seq: number;
  readonly positionSeconds: number;
  readonly watched: Part[];
  readonly quality: string | null;
  readonly stalls: number;
  readonly stalledSeconds: number;
  readonly referrer?: string;
  readonly embedded: boolean;
}

/**
 * What one view of a film has to tell: parts watched, stalls and their length, quality. `take` answers the next beacon, or nothing
 * where there is nothing to tell. Times are milliseconds of any clock that only moves on.
 */
export function createViewReport(deps: { viewId: string; referrer: string; embedded: boolean }) {
  const parts = createWatchedParts();
  let seq = 0;
  let stalls = 0;
  let stalledMs = 0;
  let stalledSince: number | undefined;
  let position = 0;

  const settle = (now: number) => {
    if (stalledSince === undefined) return;
    stalledMs += now - stalledSince;
    stalledSince = now;
  };
  return {
    at(seconds: number): void {
      position = seconds;
      parts.at(seconds);
    },
    moved(seconds: number): void {
      position = seconds;
      parts.stop();
    },
    stop: () => parts.stop(),
    stall(now: number): void {
      if (stalledSince !== undefined) return;
      stalls++;
      stalledSince = now;
    },
    flow(now: number): void {
      settle(now);
      stalledSince = undefined;
    },
    take(now: number, quality: string | null): Beacon | undefined {
      settle(now);
      const watched = parts.take();
      if (watched.length === 0 && stalls === 0 && stalledMs === 0) return undefined;
      const beacon: Beacon = {
        viewId: deps.viewId,
        seq,
        positionSeconds: Math.max(0, Math.round(position * 10) / 10),
        watched,
        quality,
        stalls,
        stalledSeconds: Math.min(3600, Math.round(stalledMs / 100) / 10),
        embedded: deps.embedded,
        ...(seq === 0 && { referrer: deps.referrer }),
      };
      seq++;
      stalls = 0;
      stalledMs = 0;
      return beacon;
    },
  };
}
export type ViewReport = ReturnType<typeof createViewReport>;

/** Where a viewer came from: the host of the page that led here, empty for none or for this very host, `embed` in a frame elsewhere. */
export function referrerOf(documentReferrer: string, ownHost: string, framedElsewhere: boolean): string {
  if (framedElsewhere) return 'embed';
  try {
    const { host } = new URL(documentReferrer);
    return host === ownHost ? '' : host.slice(0, 200);
  } catch {
    return '';
  }
}
