/** A moment as `<input type="datetime-local">` wants it, on this device's clock: `2026-11-25T21:00`. */
export function toLocalField(moment: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  return `${day}T${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

/** The next full hour that is at least an hour away. */
export function nextRoundHour(now: Date): Date {
  const next = new Date(now);
  next.setHours(now.getHours() + 2, 0, 0, 0);
  return next;
}
