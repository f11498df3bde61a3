const MAX_LENGTH = 150;
/** Control characters, and those that turn the direction of what follows (`annexe‮gpj.exe`). */
const UNSEEN = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/**
 * The sender's name for a file as it may be shown and sent back: last path segment, composed (macOS sends Hangul
 * decomposed), no unseen characters, at most 150 characters with the extension kept. `file` when nothing is left.
 */
export function tidyFileName(sent: string | undefined): string {
  const name = (sent ?? '')
    .toWellFormed()
    .replace(UNSEEN, '')
    .replace(/^.*[/\\]/s, '')
    .normalize('NFC')
    .trim();
  if (/^\.*$/.test(name)) return 'file';
  const characters = [...name];
  if (characters.length <= MAX_LENGTH) return name;
  const extension = /\.[^.\s]{1,16}$/u.exec(name)?.[0] ?? '';
  return characters.slice(0, MAX_LENGTH - [...extension].length).join('') + extension;
}

/** `Content-Disposition` (RFC 6266): an ASCII name for old programs and the true one (RFC 8187) for the rest. */
export function contentDisposition(type: 'inline' | 'attachment', name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${type}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
