import { ZONE_ID_PATTERN } from '@madang/kernel';

/*
 * What every driver accepts. A bad key, prefix or content type throws TypeError: the program makes them, never people, so
 * a bad one is a defect.
 */

const MAX_KEY_BYTES = 900;
const CONTENT_TYPE = /^[\x20-\x7e]{1,255}$/;

export function isKey(key: string): boolean {
  const [root, zone = '', ...rest] = key.split('/');
  const fine = root === 'zones' && ZONE_ID_PATTERN.test(zone) && rest.length > 0 && isPlain(key) && rest.every((part) => part !== '');
  return fine && Buffer.byteLength(key) <= MAX_KEY_BYTES;
}

export function checkKey(key: string): void {
  if (!isKey(key)) throw new TypeError(`not a blob key: ${JSON.stringify(key.slice(0, 120))}`);
}

/** A prefix is the beginning of a key, down to nothing at all. */
export function checkPrefix(prefix: string): void {
  const whole = prefix.split('/').slice(0, -1);
  const fine = isPlain(prefix) && whole.every((part) => part !== '') && Buffer.byteLength(prefix) <= MAX_KEY_BYTES;
  if (!fine) throw new TypeError(`not a blob key prefix: ${JSON.stringify(prefix.slice(0, 120))}`);
}

export function checkContentType(contentType: string): void {
  if (!CONTENT_TYPE.test(contentType)) throw new TypeError('a content type is printable ASCII, at most 255 characters');
}

function isPlain(key: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  return key.isWellFormed() && !/[\u0000-\u001f\u007f\\]/.test(key) && !key.split('/').some((part) => part === '.' || part === '..');
}
