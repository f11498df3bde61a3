/** `0:07`, `12:40`, `1:03:10`: a position or length in seconds as players write it. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** `PT1H3M10S` (ISO 8601), as structured data wants lengths. */
export function isoDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const text = `${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${rest > 0 || whole === 0 ? `${rest}S` : ''}`;
  return `PT${text}`;
}

/** Seconds of `7`, `7s`, `1m30s`, `1h2m3s`, `12:40` or `1:03:10`; undefined for anything else. */
export function secondsOf(text: string): number | undefined {
  const clock = /^(?:(\d{1,3}):)?(\d{1,3}):(\d{2})$/.exec(text);
  if (clock !== null) return Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
  const spelled = /^(?:(\d{1,3})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s?)?$/.exec(text);
  if (spelled === null || text === '') return undefined;
  return Number(spelled[1] ?? 0) * 3600 + Number(spelled[2] ?? 0) * 60 + Number(spelled[3] ?? 0);
}

/** Where an address says to begin: `?t=90`, `#t=1m30s` (Media Fragments 1.0 §4.2.1 without its end); undefined where it does not. */
export function startOf(search: string, hash: string): number | undefined {
  const asked = new URLSearchParams(hash.replace(/^#/, '')).get('t') ?? new URLSearchParams(search).get('t');
  return asked === null ? undefined : secondsOf(asked.split(',')[0] ?? '');
}
