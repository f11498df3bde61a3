const KEY = 'madang.positions';
const MOST = 50;

type Kept = [id: string, seconds: number][];

function read(): Kept {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? (kept as Kept) : [];
  } catch {
    return [];
  }
}

/** Where someone the server does not know stopped; those it knows have their history there. */
export function localPosition(videoId: string): number | undefined {
  const seconds = read().find((entry) => entry[0] === videoId)?.[1];
  return typeof seconds === 'number' && seconds > 0 ? seconds : undefined;
}

/** Null forgets: it was seen to its end. */
export function keepLocalPosition(videoId: string, seconds: number | null): void {
  const others = read().filter((entry) => Array.isArray(entry) && entry[0] !== videoId);
  const next: Kept = seconds === null ? others : ([[videoId, Math.floor(seconds)], ...others].slice(0, MOST) as Kept);
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // Full or closed: it begins at the beginning.
  }
}
