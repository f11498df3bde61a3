/** Pieces of a message's body. */
export type TextPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'mention'; readonly id: string }
  | { readonly kind: 'link'; readonly href: string; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'block'; readonly text: string };

/** Fenced code first: nothing inside it means anything else. */
const FENCE = /```(?:[a-z0-9+#-]{1,20}\n|\n)?([\s\S]+?)\n?```/g;
/** Inline code, mentions as the server writes them, addresses of the web. */
const INLINE = /`([^`\n]+)`|<@((?:user|guest)_[0-9a-z-]{1,60})>|(https?:\/\/[^\s<>"'`]{1,1900})/giu;
const CLOSERS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Linear in the length of `body`; everything else stays text. */
export function parseMessageText(body: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let at = 0;
  for (const match of body.matchAll(FENCE)) {
    parseInline(body.slice(at, match.index).replace(/\n$/, ''), pieces);
    pieces.push({ kind: 'block', text: match[1] ?? '' });
    at = match.index + match[0].length;
    if (body[at] === '\n') at++;
  }
  parseInline(body.slice(at), pieces);
  return pieces;
}

function parseInline(text: string, pieces: TextPiece[]): void {
  let at = 0;
  const upTo = (end: number) => {
    if (end > at) pieces.push({ kind: 'text', text: text.slice(at, end) });
  };
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, mention, address] = match;
    let length = whole.length;
    let piece: TextPiece | undefined;
    if (code !== undefined) piece = { kind: 'code', text: code };
    else if (mention !== undefined) piece = { kind: 'mention', id: mention };
    else if (address !== undefined) {
      const href = withoutTail(address);
      length = href.length;
      if (isWebAddress(href)) piece = { kind: 'link', href, text: href };
    }
    if (piece === undefined) continue;
    upTo(match.index);
    pieces.push(piece);
    at = match.index + length;
  }
  upTo(text.length);
}

/** A Korean particle, or the next sentence of a script without spaces, written straight behind Latin letters. */
const PARTICLE = /([/?&=#.][^/?&=#.\u3001-\u9fff\uac00-\ud7a3]+)[\u3001-\u9fff\uac00-\ud7a3]+$/u;

/** What belongs to the sentence and not to the address: its full stop, its closing bracket, its particle. */
function withoutTail(address: string): string {
  const end = withoutPunctuation(address, address.length);
  const latin = address.slice(0, end).replace(PARTICLE, '$1');
  return latin.slice(0, withoutPunctuation(latin, latin.length));
}

function withoutPunctuation(address: string, from: number): number {
  let end = from;
  while (end > 0) {
    const last = address[end - 1] ?? '';
    const opener = CLOSERS[last];
    if (opener === undefined) {
      if (!/[.,;:!?*_~…”’」』]/.test(last)) break;
    } else if (openFor(address, end, opener, last)) break;
    end--;
  }
  return end;
}

/** Whether a closing bracket at the end has its opening one inside the address. */
function openFor(address: string, end: number, opener: string, closer: string): boolean {
  let open = 0;
  for (let at = 0; at < end - 1; at++) {
    if (address[at] === opener) open++;
    else if (address[at] === closer && open > 0) open--;
  }
  return open > 0;
}

function isWebAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && (url.protocol === 'https:' || url.protocol === 'http:') && url.hostname.length > 1 && url.username === '';
}

/** One line for previews, announcements and notifications: code and addresses as written, mentions by name. */
export function plainText(body: string, nameOf: (id: string) => string | undefined): string {
  return parseMessageText(body)
    .map((piece) => (piece.kind === 'mention' ? `@${nameOf(piece.id) ?? '…'}` : piece.kind === 'link' ? piece.href : piece.text))
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Emoji only, and few of them: shown larger. */
export function isFewEmoji(body: string): boolean {
  return body.length <= 40 && /^(?:\p{RGI_Emoji}\s*){1,4}$/v.test(body.trim());
}
