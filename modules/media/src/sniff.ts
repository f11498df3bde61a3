import type { FileKind } from './file.ts';

/** As many of a file's first bytes as telling its type takes. */
export const SNIFF_BYTES = 4100;

export interface Sniffed {
  readonly kind: FileKind;
  readonly contentType: string;
  /** `clean`: decode and encode again; `keep`: store as it came; `refuse`: a picture whose metadata cannot be taken out. */
  readonly treatment: 'clean' | 'keep' | 'refuse';
}

/** Types a browser shows without running anything of ours or the sender's. */
const INLINE: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/avif',
  'video/mp4',
  'video/webm',
  'video/quicktime',
  'audio/mpeg',
  'audio/mp4',
  'audio/ogg',
  'audio/wav',
  'audio/flac',
  'audio/aac',
  'application/pdf',
]);
const ALIASES: Readonly<Record<string, string>> = { 'audio/x-m4a': 'audio/mp4', 'audio/x-flac': 'audio/flac', 'image/apng': 'image/png' };
const OFFICE: Readonly<Record<string, string>> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  hwpx: 'application/hwp+zip',
  odt: 'application/vnd.oasis.opendocument.text',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odp: 'application/vnd.oasis.opendocument.presentation',
  epub: 'application/epub+zip',
};
const OFFICE_TYPES: ReadonlySet<string> = new Set(Object.values(OFFICE));
const PLAIN_TEXT = 'text/plain; charset=utf-8';

/** Whether a browser may show it in place; everything else is downloaded. */
export const isInline = (contentType: string): boolean => INLINE.has(contentType);

/**
 * What a file is by its first bytes. The name only tells one kind of ZIP from another, none of which is ever shown in
 * place; whatever is text, markup and scripts too, is plain text.
 */
export async function sniff(head: Buffer, name: string): Promise<Sniffed> {
  const { fileTypeFromBuffer } = await import('file-type'); // with the first file: a server without any stays small
  const found = (await fileTypeFromBuffer(head))?.mime.replace(/;.*/, '').trim();
  if (found === undefined || found === 'application/xml' || found === 'image/svg+xml') {
    return isText(head) ? keep('document', PLAIN_TEXT) : keep('other', 'application/octet-stream');
  }
  const contentType = ALIASES[found] ?? found;
  if (/^image\/hei[cf]/.test(contentType)) return { kind: 'image', contentType, treatment: 'refuse' };
  if (contentType.startsWith('image/') && INLINE.has(contentType)) return { kind: 'image', contentType, treatment: 'clean' };
  if (contentType === 'application/pdf' || OFFICE_TYPES.has(contentType)) return keep('document', contentType);
  if (contentType === 'application/zip') {
    const office = OFFICE[/\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''];
    return office === undefined ? keep('other', contentType) : keep('document', office);
  }
  if (INLINE.has(contentType)) return keep(contentType.startsWith('video/') ? 'video' : 'audio', contentType);
  return keep('other', 'application/octet-stream');
}

const keep = (kind: FileKind, contentType: string): Sniffed => ({ kind, contentType, treatment: 'keep' });

function isText(head: Buffer): boolean {
  try {
    // streaming: the sample may end inside a character
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary from text
    return !/[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text);
  } catch {
    return false;
  }
}
