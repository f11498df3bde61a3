/** A segment of a rendition, as a media playlist names it. */
export interface Segment {
  /** Without line breaks; relative to the playlist. */
  readonly uri: string;
  /** Above 0; kept to the microsecond. */
  readonly seconds: number;
  /** URI of the initialization segment it needs. */
  readonly init: string;
}

export interface MediaPlaylistOptions {
  /** Nothing will be added any more: EVENT becomes VOD, with an end. */
  readonly ended: boolean;
  /**
   * The plan's segment length in whole seconds, 4 by default. It may not change while the playlist grows (RFC 8216 6.2.1), so
   * it is said from the first segment on; a longer segment raises it all the same, for a wrong one stops players.
   */
  readonly targetSeconds?: number;
}

export interface ParsedMediaPlaylist {
  readonly segments: readonly Segment[];
  readonly ended: boolean;
  readonly targetSeconds: number;
  readonly firstSegment: number;
}

function checkedUri(uri: string): string {
  if (uri === '' || /[\r\n"]|^\s|^#|\s$/.test(uri)) throw new RangeError(`not a segment's URI: ${JSON.stringify(uri)}`);
  return uri;
}

/** An HLS media playlist (RFC 8216) of CMAF segments that follow each other without a break. RangeError for a URI that would break its line. */
export function mediaPlaylist(segments: readonly Segment[], options: MediaPlaylistOptions): string {
  const target = segments.reduce((longest, segment) => Math.max(longest, Math.round(segment.seconds)), options.targetSeconds ?? 4);
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${target}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    `#EXT-X-PLAYLIST-TYPE:${options.ended ? 'VOD' : 'EVENT'}`,
    '#EXT-X-INDEPENDENT-SEGMENTS',
  ];
  let init: string | undefined;
  for (const segment of segments) {
    if (segment.init !== init) lines.push(`#EXT-X-MAP:URI="${checkedUri(segment.init)}"`);
    init = segment.init;
    lines.push(`#EXTINF:${segment.seconds.toFixed(6)},`, checkedUri(segment.uri));
  }
  if (options.ended) lines.push('#EXT-X-ENDLIST');
  return `${lines.join('\n')}\n`;
}

const wholeNumber = (text: string): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);

/**
 * Reads a media playlist of fMP4 segments, ffmpeg's or ours; undefined for anything else (a master, byte ranges, encryption).
 * A last line that was cut off is left out, so what was torn by a kill gives its whole segments. `ended` tells only that the
 * text has an end: ffmpeg writes one on SIGTERM too.
 */
export function parseMediaPlaylist(text: string): ParsedMediaPlaylist | undefined {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const lines = whole.split(/\r?\n/);
  if (lines[0] !== '#EXTM3U') return undefined;
  const segments: Segment[] = [];
  let [ended, targetSeconds, firstSegment] = [false, 0, 0];
  let init: string | undefined;
  let seconds: number | undefined;
  for (const line of lines) {
    const [, tag, value = ''] = /^(#EXT[A-Z0-9-]*)(?::(.*))?$/.exec(line) ?? [];
    if (line === '' || (tag === undefined && line.startsWith('#'))) continue;
    if (tag === undefined) {
      if (seconds === undefined || init === undefined) return undefined;
      segments.push({ uri: line, seconds, init });
      seconds = undefined;
    } else if (tag === '#EXTINF') {
      const match = /^(\d{1,9}(?:\.\d{1,9})?)(?:,|$)/.exec(value);
      if (match === null) return undefined;
      seconds = Number(match[1]);
    } else if (tag === '#EXT-X-MAP') {
      init = /^URI="([^"]+)"$/.exec(value)?.[1];
      if (init === undefined) return undefined;
    } else if (tag === '#EXT-X-ENDLIST') ended = true;
    else if (tag === '#EXT-X-TARGETDURATION') targetSeconds = wholeNumber(value) ?? 0;
    else if (tag === '#EXT-X-MEDIA-SEQUENCE') firstSegment = wholeNumber(value) ?? 0;
    else if (/^#EXT-X-(STREAM-INF|MEDIA$|BYTERANGE|KEY|DISCONTINUITY$)/.test(tag)) return undefined;
  }
  return { segments, ended, targetSeconds, firstSegment };
}
