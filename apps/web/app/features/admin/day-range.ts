/** The reader's own days (`2026-11-21`) as instants the log understands: from midnight to the last millisecond before the next. */
export function dayRange(from: string, to: string): { start_date?: string; end_date?: string } {
  return { ...instant('start_date', from, 0), ...instant('end_date', to, 1) };
}

function instant(key: 'start_date' | 'end_date', day: string, daysOn: 0 | 1): object {
  const [year, month, date] = /^\d{4}-\d{2}-\d{2}$/.test(day) ? day.split('-').map(Number) : [];
  if (year === undefined || month === undefined || date === undefined) return {};
  // Local time: a day of a change of clocks has 23 or 25 hours.
  const at = new Date(year, month - 1, date + daysOn, 0, 0, 0, -daysOn);
  return Number.isNaN(at.getTime()) ? {} : { [key]: at.toISOString() };
}
