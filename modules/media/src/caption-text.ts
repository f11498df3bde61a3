/** A cue of a WebVTT file. */
export interface Cue {
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  /** Settings of its place, checked; '' for none. */
  readonly settings: string;
  readonly text: string;
}

const MAX_CHARACTERS = 4_000_000;
const MAX_CUES = 50_000;
const TIMING = /^((?:\d{2,4}:)?[0-5]\d:[0-5]\d[.,]\d{3})[ \t]+-->[ \t]+((?:\d{2,4}:)?[0-5]\d:[0-5]\d[.,]\d{3})(?:[ \t]+(.*))?$/;
const SETTING =
  /^(vertical:(rl|lr)|line:-?\d{1,3}(\.\d+)?%?(,(start|center|end))?|position:\d{1,3}(\.\d+)?%(,(line-left|center|line-right))?|size:\d{1,3}(\.\d+)?%|align:(start|center|end|left|right))$/;
/** What WebVTT itself knows; anything else between angles is shown as text. */
const TAG = /^\/?(b|i|u|c|v|ruby|rt|lang)((\.[\w-]+)*)?([ \t][^<>&]*)?$/;

function secondsOf(time: string): number {
  const parts = time.replace(',', '.').split(':').map(Number);
  return parts.reduce((sum, part) => sum * 60 + part, 0);
}

function timeText(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const part = (value: number, digits: number): string => String(Math.floor(value)).padStart(digits, '0');
  return `${part(ms / 3_600_000, 2)}:${part((ms / 60_000) % 60, 2)}:${part((ms / 1000) % 60, 2)}.${part(ms % 1000, 3)}`;
}

/** Markup that WebVTT does not know, and an arrow that would begin a cue, become plain text. */
function cleanLine(line: string): string {
  return line
    .replace(/<([^<>]*)>|[<>]/g, (whole, tag: string | undefined) => {
      if (tag !== undefined && (TAG.test(tag) || /^(\d{2,4}:)?[0-5]\d:[0-5]\d\.\d{3}$/.test(tag))) return whole;
      return whole.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    })
    .replaceAll('-->', '--&gt;');
}

/**
 * Reads WebVTT from outside (W3C WebVTT 1) and keeps its cues; styles, regions and notes are left out. Undefined for what is
 * not WebVTT, has a cue that cannot be, no cue at all, or too much of them.
 */
export function parseCaptions(vtt: string): readonly Cue[] | undefined {
  if (vtt.length > MAX_CHARACTERS) return undefined;
  const lines = vtt
    .replace(/^\uFEFF/, '')
    .replaceAll('\0', '\uFFFD')
    .split(/\r\n|\n|\r/);
  if (!/^WEBVTT([ \t].*)?$/.test(lines[0] ?? '')) return undefined;
  const cues: Cue[] = [];
  let at = 1;
  while (at < lines.length) {
    const block: string[] = [];
    for (; at < lines.length && lines[at] !== ''; at++) block.push(lines[at] ?? '');
    at++;
    const first = block.findIndex((line) => line.includes('-->'));
    if (first === -1) continue;
    if (first > 1) return undefined;
    const [, start = '', end = '', settings = ''] = TIMING.exec(block[first] ?? '') ?? [];
    if (start === '' || secondsOf(end) <= secondsOf(start)) return undefined;
    const kept = settings.split(/[ \t]+/).filter((setting) => SETTING.test(setting));
    const text = block
      .slice(first + 1)
      .map(cleanLine)
      .join('\n');
    if (text.trim() === '') continue;
    cues.push({ start: secondsOf(start), end: secondsOf(end), settings: kept.join(' '), text });
    if (cues.length > MAX_CUES) return undefined;
  }
  return cues.length === 0 ? undefined : cues.toSorted((a, b) => a.start - b.start);
}

/** WebVTT of these cues. */
export function captionsText(cues: readonly Cue[]): string {
  const blocks = cues.map(
    ({ start, end, settings, text }) => `${timeText(start)} --> ${timeText(end)}${settings === '' ? '' : ` ${settings}`}\n${text}\n`,
  );
  return `WEBVTT\n\n${blocks.join('\n')}`;
}

/** The whole text as one segment: an HLS subtitle rendition (RFC 8216 3.5). */
export function captionsPlaylist(durationSeconds: number): string {
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.max(1, Math.ceil(durationSeconds))}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    `#EXTINF:${durationSeconds.toFixed(6)},`,
    'text.vtt',
    '#EXT-X-ENDLIST',
    '',
  ].join('\n');
}
