const SIGNED = /\/vod\/t\/([^/]+)\//;

/** The token in a path of a film that is not public; undefined in a plain path. */
export function tokenOf(path: string): string | undefined {
  return SIGNED.exec(path)?.[1];
}

/** The same address with today's token: playlists keep the one they were read with, and it ends before a long film does. */
export function withToken(url: string, token: string | undefined): string {
  return token === undefined ? url : url.replace(SIGNED, `/vod/t/${token}/`);
}

/** How long before its end a token is renewed. */
const MARGIN_MS = 10 * 60_000;
/** Not in a circle, should a clock be wrong. */
const SOONEST_MS = 30_000;

/** Milliseconds until fresh paths should be asked for; undefined for paths that do not end. */
export function renewalDelay(expiresAt: string | null, now: number): number | undefined {
  if (expiresAt === null) return undefined;
  return Math.max(SOONEST_MS, Date.parse(expiresAt) - MARGIN_MS - now);
}
