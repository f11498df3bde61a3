import { secondsOf } from '../player/engine/clock-text.ts';

export type TextPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }
  | { readonly kind: 'time'; readonly text: string; readonly seconds: number }
  | { readonly kind: 'tag'; readonly text: string; readonly tag: string };

const MARKS = /(https?:\/\/[^\s<>"']+)|(?<![\d:./-])((?:\d{1,2}:)?\d{1,3}:\d{2})(?![\d:])|(?<![\p{L}\p{N}_/&])#([\p{L}\p{N}_]{1,40})/gu;

/** Links, times of the film and hashtags in what people write; nothing in it is markup. */
export function textPieces(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  const say = (words: string) => {
    const last = pieces.at(-1);
    if (words === '') return;
    if (last?.kind === 'text') pieces[pieces.length - 1] = { kind: 'text', text: last.text + words };
    else pieces.push({ kind: 'text', text: words });
  };
  let from = 0;
  for (const match of text.matchAll(MARKS)) {
    const [whole, address, time, tag] = match;
    say(text.slice(from, match.index));
    from = match.index + whole.length;
    if (address !== undefined) {
      // The sentence's own mark at the end is not the address's.
      const href = address.replace(/[.,;:!?)\]}…。、]+$/u, '');
      if (URL.canParse(href)) pieces.push({ kind: 'link', text: href, href });
      else say(href);
      say(address.slice(href.length));
    } else if (tag !== undefined) pieces.push({ kind: 'tag', text: whole, tag });
    else {
      const seconds = time === undefined ? undefined : secondsOf(time);
      if (time === undefined || seconds === undefined) say(whole);
      else pieces.push({ kind: 'time', text: time, seconds });
    }
  }
  say(text.slice(from));
  return pieces;
}
