const LONGEST = 30;
const SHORTEST = 3;

/** As handles are compared: `Ａnna`, `ANNA` and `anna` are one. */
export const handleKey = (handle: string): string => handle.normalize('NFKC').toLowerCase();

/**
 * A handle made of a name, in the name's own script: letters and digits, other runs become one hyphen. `salt` (letters and
 * digits) is appended where the name leaves too little, or `taken` asks for another try.
 */
export function handleFrom(name: string, salt: string, taken = false): string {
  const plain = name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  const base = Array.from(plain)
    .slice(0, LONGEST - salt.length - 1)
    .join('')
    .replace(/-+$/, '');
  if (base === '') return `channel-${salt}`;
  return taken || Array.from(base).length < SHORTEST ? `${base}-${salt}` : base;
}
