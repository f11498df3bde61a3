/** A parsed five-field cron expression: minute hour day-of-month month day-of-week, in a time zone. */
export interface Cron {
  /** Whether the minute that holds `at` is one of its ticks. */
  matches(at: Date): boolean;
}

interface Field {
  readonly values: ReadonlySet<number>;
  /** Begins with `*`: the field asks for nothing by itself (cron(5), day-of-month against day-of-week). */
  readonly open: boolean;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const FIELDS = [
  { what: 'minute', from: 0, to: 59, names: [] },
  { what: 'hour', from: 0, to: 23, names: [] },
  { what: 'day of month', from: 1, to: 31, names: [] },
  { what: 'month', from: 1, to: 12, names: MONTHS },
  { what: 'day of week', from: 0, to: 7, names: DAYS },
] as const satisfies readonly { what: string; from: number; to: number; names: readonly string[] }[];

/**
 * The cron of POSIX with lists, ranges, steps and English names (`0,30 9-17/2 * * mon-fri`). When both day fields are
 * restricted either of them suffices. A local time that the clocks skip has no tick; one that they repeat has two.
 * Throws a `RangeError` that names the expression and what is wrong.
 */
export function parseCron(expression: string, timeZone: string): Cron {
  const parts = expression.trim().toLowerCase().split(/\s+/);
  if (parts.length !== FIELDS.length) throw new RangeError(`cron '${expression}' needs five fields`);
  const [minute, hour, day, month, weekday] = FIELDS.map((field, index) => parseField(parts[index] ?? '', field, expression)) as [
    Field,
    Field,
    Field,
    Field,
    Field,
  ];
  const local = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    minute: 'numeric',
    hour: 'numeric',
    day: 'numeric',
    month: 'numeric',
    weekday: 'short',
  });
  return {
    matches(at) {
      const now = Object.fromEntries(local.formatToParts(at).map((part) => [part.type, part.value]));
      if (!minute.values.has(Number(now.minute)) || !hour.values.has(Number(now.hour)) || !month.values.has(Number(now.month)))
        return false;
      const onDay = day.values.has(Number(now.day));
      const onWeekday = weekday.values.has(DAYS.indexOf(now.weekday?.toLowerCase() ?? ''));
      return day.open || weekday.open ? onDay && onWeekday : onDay || onWeekday;
    },
  };
}

function parseField(text: string, field: (typeof FIELDS)[number], expression: string): Field {
  const bad = () => new RangeError(`cron '${expression}': '${text}' is not a ${field.what}`);
  const number = (word: string): number => {
    const named = (field.names as readonly string[]).indexOf(word);
    const value = named >= 0 ? named + (field.what === 'month' ? 1 : 0) : /^\d{1,2}$/.test(word) ? Number(word) : Number.NaN;
    if (!(value >= field.from && value <= field.to)) throw bad();
    return value;
  };
  const values = new Set<number>();
  for (const item of text.split(',')) {
    const [range = '', step, ...rest] = item.split('/');
    const [first = '', second, ...more] = range.split('-');
    const stride = step === undefined ? 1 : /^[1-9]\d?$/.test(step) ? Number(step) : Number.NaN;
    if (rest.length > 0 || more.length > 0 || Number.isNaN(stride)) throw bad();
    const from = first === '*' ? field.from : number(first);
    const to = first === '*' || (second === undefined && step !== undefined) ? field.to : second === undefined ? from : number(second);
    if (to < from || (first === '*' && second !== undefined)) throw bad();
    for (let value = from; value <= to; value += stride) values.add(field.what === 'day of week' ? value % 7 : value);
  }
  return { values, open: text.startsWith('*') };
}

export const MINUTE_MS = 60_000;

/** The latest tick in (`after`, `until`], or undefined; looks back a day at most. */
export function latestTick(cron: Cron, after: Date, until: Date): Date | undefined {
  const oldest = Math.max(after.getTime(), until.getTime() - 86_400_000);
  for (let at = Math.floor(until.getTime() / MINUTE_MS) * MINUTE_MS; at > oldest; at -= MINUTE_MS) {
    if (cron.matches(new Date(at))) return new Date(at);
  }
  return undefined;
}
