import { randomFillSync } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'; // Crockford base32: no I, L, O, U
const BYTES = 5; // 40 bits: eight characters
const pool = Buffer.allocUnsafe(BYTES * 512);
let offset = pool.length;

/** `MDG-XXXX-XXXX`: short enough to read out over a telephone; 40 random bits find one request among a day's logs. */
export function newRequestId(): string {
  if (offset === pool.length) {
    randomFillSync(pool);
    offset = 0;
  }
  let bits = pool.readUIntBE(offset, BYTES);
  offset += BYTES;
  let id = '';
  for (let i = 0; i < 8; i++) {
    id = (i === 3 ? '-' : '') + ALPHABET[bits % 32] + id;
    bits = Math.floor(bits / 32);
  }
  return `MDG-${id}`;
}

const SAFE = /^[A-Za-z0-9._:-]{1,64}$/;

/** The id a client or proxy sent in `X-Request-Id`, if it is harmless to write into headers and logs. */
export function acceptableRequestId(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && SAFE.test(header) ? header : undefined;
}
