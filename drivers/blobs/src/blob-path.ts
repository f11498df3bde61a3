/*
 * How a key becomes a path. All work is done on the key's UTF-8 bytes held as a latin1 string, so that `<` compares as
 * stores do: byte by byte.
 *
 * - A directory is a segment, an object is a segment and `=`: `a` and `a/b` can both be objects. What grows ends with `+`.
 * - Bytes other than lower-case letters, digits, `.`, `_`, `-` are `%XX`: names survive file systems that fold case or
 *   normalize Unicode.
 * - A segment of SPLIT bytes or more continues in a directory `…~`: file names stay below 255 bytes whatever the key.
 */

const SPLIT = 80;

export const toBytes = (key: string): string => Buffer.from(key, 'utf8').toString('latin1');
export const fromBytes = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');

function encodeBytes(bytes: string): string {
  if (bytes === '') return '%';
  return bytes.replace(/[^a-z0-9._-]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

function decodeBytes(name: string): string {
  return name === '%' ? '' : name.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function encodeSegment(segment: string): string[] {
  const names: string[] = [];
  let rest = segment;
  for (; rest.length >= SPLIT; rest = rest.slice(SPLIT)) names.push(`${encodeBytes(rest.slice(0, SPLIT))}~`);
  return [...names, encodeBytes(rest)];
}

/** Path names of a directory, given its key bytes up to and including the last slash. */
export function directoryNames(bytes: string): string[] {
  return bytes.split('/').slice(0, -1).flatMap(encodeSegment);
}

/** Path names of an object. */
export function objectNames(bytes: string): string[] {
  const names = bytes.split('/').flatMap(encodeSegment);
  return names.with(-1, `${names.at(-1)}=`);
}

/** Path names of what is no object yet. */
export function growingNames(bytes: string): string[] {
  const names = bytes.split('/').flatMap(encodeSegment);
  return names.with(-1, `${names.at(-1)}+`);
}

export interface PathEntry {
  /** What the entry adds to the key: `photo`, or `files/` for a directory, whose keys all begin so. */
  readonly bytes: string;
  readonly kind: 'object' | 'growing' | 'folder';
}

/** Reads a directory entry back; undefined for what the store did not write. */
export function readName(name: string, isDirectory: boolean): PathEntry | undefined {
  const decoded = () => decodeBytes(name.slice(0, -1));
  if (isDirectory) return { bytes: name.endsWith('~') ? decoded() : `${decodeBytes(name)}/`, kind: 'folder' };
  if (name.endsWith('=')) return { bytes: decoded(), kind: 'object' };
  return name.endsWith('+') ? { bytes: decoded(), kind: 'growing' } : undefined;
}
