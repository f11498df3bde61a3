export interface Cue {
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  /** As written, lines kept, markup too. */
  readonly text: string;
}

const TIMES = /^(?:(\d{2,}):)?(\d{2}):(\d{2})\.(\d{3})[ \t]+-->[ \t]+(?:(\d{2,}):)?(\d{2}):(\d{2})\.(\d{3})/;

const seconds = (hours = '0', minutes = '0', rest = '0', milliseconds = '0'): number =>
  Number(hours) * 3600 + Number(minutes) * 60 + Number(rest) + Number(milliseconds) / 1000;

/** Cues of a WebVTT file (W3C WebVTT §4.1) with their times; identifiers, settings, notes, styles and regions are passed over. */
export function webVttCues(file: string): Cue[] {
  const blocks = file
    .replace(/^\uFEFF/, '')
    .replaceAll(/\r\n?/g, '\n')
    .split(/\n{2,}/);
  return blocks.flatMap((block) => {
    const lines = block.split('\n');
    const at = lines.findIndex((line) => line.includes('-->'));
    const found = TIMES.exec(lines[at]?.trim() ?? '');
    if (found === null) return [];
    const [, h1, m1, s1, ms1, h2, m2, s2, ms2] = found;
    return [{ start: seconds(h1, m1, s1, ms1), end: seconds(h2, m2, s2, ms2), text: lines.slice(at + 1).join('\n') }];
  });
}
