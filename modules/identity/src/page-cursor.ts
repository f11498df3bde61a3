import { fail, requestErrors } from '@madang/kernel';

/** The place after which the next page begins, opaque to clients. */
export const cursorOf = (...place: readonly string[]): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/** Throws `request.invalid` for what `cursorOf` did not make. */
export function placeOf(cursor: string | undefined, parts: number): readonly string[] | undefined {
  if (cursor === undefined) return undefined;
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(place) && place.length === parts && place.every((part) => typeof part === 'string')) return place;
  } catch {
    // refused below, like every other cursor that is not ours
  }
  fail(requestErrors.invalid, { fields: [{ path: 'query.cursor', code: 'invalid', message: 'not a cursor of this list' }] });
}

/** Cuts the one row read beyond the page and says where the next begins. */
export function page<Row>(
  rows: readonly Row[],
  limit: number,
  cursor: (last: Row) => string,
): { rows: readonly Row[]; next: string | undefined } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > limit && last !== undefined ? cursor(last) : undefined };
}
