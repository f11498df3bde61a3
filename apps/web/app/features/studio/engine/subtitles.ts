const TIME = /(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[,.](\d{1,3}))?/;
const ARROW = new RegExp(`^\\s*${TIME.source}\\s*-->\\s*${TIME.source}(.*)$`);

function stamp(hours: string | undefined, minutes: string, seconds: string, fraction: string | undefined): string {
  const two = (value: string) => value.padStart(2, '0');
  return `${two(hours ?? '0')}:${two(minutes)}:${two(seconds)}.${(fraction ?? '').padEnd(3, '0')}`;
}

/**
 * SubRip or WebVTT → WebVTT (https://www.w3.org/TR/webvtt1/). Bytes may be UTF-8 or UTF-16 with a mark. What SubRip writes and
 * WebVTT does not know (fonts, `{\an8}`) is left out. Undefined when there is not one cue in it.
 */
export function toWebVtt(bytes: Uint8Array): string | undefined {
  const text = decode(bytes).replaceAll('\r\n', '\n').replaceAll('\r', '\n').replaceAll('\u0000', '\uFFFD');
  if (/^WEBVTT(?:[ \t\n]|$)/.test(text)) return text.includes('-->') ? text : undefined;
  const cues: string[] = [];
  for (const block of text.split(/\n{2,}/)) {
    const lines = block.split('\n');
    const at = lines.findIndex((line) => ARROW.test(line));
    const [, h1, m1 = '0', s1 = '0', f1, h2, m2 = '0', s2 = '0', f2] = ARROW.exec(lines[at] ?? '') ?? [];
    const body = lines
      .slice(at + 1)
      .map((line) =>
        line
          .replaceAll(/<\/?font[^>]*>|\{\\[^}]*\}/gi, '')
          .replaceAll('-->', '→')
          .trim(),
      )
      .filter((line) => line !== '');
    if (at < 0 || body.length === 0) continue;
    cues.push(`${stamp(h1, m1, s1, f1)} --> ${stamp(h2, m2, s2, f2)}\n${body.join('\n')}`);
  }
  return cues.length === 0 ? undefined : `WEBVTT\n\n${cues.join('\n\n')}\n`;
}

/** Old subtitle files are often in the encoding of their country; what is not UTF-8 is tried as Korean. */
function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('euc-kr').decode(bytes);
  }
}
