import { fail, requestErrors } from '@madang/kernel';

/** The place after which the next page begins, opaque to clients. */
export const cursorOf = (...place: readonly (string | number)[]): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/** Throws `request.invalid` for what `cursorOf` did not make with as many parts. */
export function placeOf(cursor: string | undefined, parts: number): readonly (string | number)[] | undefined {
  if (cursor === undefined) return undefined;
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const known = (part: unknown) => typeof part === 'number' || (typeof part === 'string' && !part.includes('\u0000'));
    if (Array.isArray(place) && place.length === parts && place.every(known)) return place;
  } catch {
    // refused below, like every other cursor that is not ours
  }
  fail(requestErrors.invalid, { fields: [{ path: 'query.cursor', code: 'invalid', message: 'not a cursor of this list' }] });
}

/** As `placeOf` for `(time, id)`; the time is milliseconds since the epoch. */
export function timePlaceOf(cursor: string | undefined): { readonly at: Date; readonly id: string } | undefined {
  const place = placeOf(cursor, 2);
  if (place === undefined) return undefined;
  const at = new Date(Number(place[0]));
  if (Number.isNaN(at.getTime())) fail(requestErrors.invalid, { detail: 'not a cursor of this list' });
  return { at, id: String(place[1]) };
}

export interface Page<Item> {
  readonly items: Item[];
  /** Undefined on the last page. */
  readonly next: string | undefined;
}

/** Cuts the one row read beyond the page and says where the next begins. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  cursor: (last: Row) => string,
): { rows: readonly Row[]; next: string | undefined } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > limit && last !== undefined ? cursor(last) : undefined };
}

/** The header of a page that is not the last; none otherwise. */
export const nextCursor = (page: { readonly next: string | undefined }): Record<string, string> =>
  page.next === undefined ? {} : { 'X-Next-Cursor': page.next };
