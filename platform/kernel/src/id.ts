import { randomFillSync } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford base32: no i, l, o, u
const pool = Buffer.allocUnsafe(4096);
let offset = pool.length;

/**
 * A new identifier `<prefix>_<26 characters>`: 48 bits of milliseconds since the epoch, then 80 random bits (ULID layout),
 * so identifiers made later sort later and index inserts stay local.
 */
export function newId(prefix: string, now: number = Date.now()): string {
  if (offset + 10 > pool.length) {
    randomFillSync(pool);
    offset = 0;
  }
  let time = '';
  let rest = now;
  for (let i = 0; i < 10; i++) {
    time = ALPHABET[rest % 32] + time;
    rest = Math.floor(rest / 32);
  }
  let random = '';
  for (let half = 0; half < 2; half++) {
    let bits = pool.readUIntBE(offset, 5); // 40 bits: eight characters
    offset += 5;
    let part = '';
    for (let i = 0; i < 8; i++) {
      part = ALPHABET[bits % 32] + part;
      bits = Math.floor(bits / 32);
    }
    random += part;
  }
  return `${prefix}_${time}${random}`;
}

/** What an identifier from outside may look like; anything else is answered 404 without asking the database. */
export const ID_PATTERN = /^[a-z]{1,12}_[0-9a-z-]{1,60}$/;
