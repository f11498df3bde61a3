import { StringDecoder } from 'node:string_decoder';

/** Reads what ffmpeg writes with `-progress`: `key=value` lines, a `progress=` line at the end of each report. */
export function readProgress(onReport: (values: ReadonlyMap<string, string>) => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let values = new Map<string, string>();
  return (chunk) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = (lines.pop() ?? '').slice(-1_000);
    for (const line of lines) {
      const at = line.indexOf('=');
      if (at < 0) continue;
      const key = line.slice(0, at);
      values.set(key, line.slice(at + 1).trim());
      if (key !== 'progress') continue;
      onReport(values);
      values = new Map();
    }
  };
}

/** Seconds of film a second, over the last while: an average that forgets. */
export function createSpeedometer(now: () => number): (seconds: number) => number {
  const begun = now();
  let last = { at: begun, seconds: 0 };
  let speed = 0;
  return (seconds) => {
    const elapsed = (now() - last.at) / 1000;
    if (elapsed < 0.2) return speed;
    const fresh = Math.max(0, seconds - last.seconds) / elapsed;
    const weight = last.at === begun ? 1 : 1 - Math.exp(-elapsed / 5);
    speed += (fresh - speed) * weight;
    last = { at: now(), seconds };
    return speed;
  };
}
