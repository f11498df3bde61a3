import { fail, requestErrors } from '@madang/kernel';

/** Cursor of lists of people by time: the time in base 36 milliseconds, a dot, the id. */
export function parseListCursor(cursor: string | undefined): {
  readonly at: Date | 'infinity';
  readonly id: string;
  next(last: { created_at: Date; user_id: string } | undefined): string | undefined;
} {
  const next = (last: { created_at: Date; user_id: string } | undefined) =>
    last === undefined ? undefined : `${last.created_at.getTime().toString(36)}.${last.user_id}`;
  if (cursor === undefined) return { at: 'infinity', id: '', next };
  const match = /^([0-9a-z]{1,9})\.([0-9a-z_-]{1,80})$/.exec(cursor);
  const at = new Date(Number.parseInt(match?.[1] ?? '', 36));
  if (match === null || Number.isNaN(at.getTime())) {
    fail(requestErrors.invalid, { fields: [{ path: 'query.cursor', code: 'invalid', message: 'not a cursor of this list' }] });
  }
  return { at, id: match[2] ?? '', next };
}
