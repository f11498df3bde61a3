const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~';

/**
 * The average colour of a picture, `#rrggbb`, from its BlurHash: the four base-83 digits after size and scale hold it as plain sRGB.
 * Undefined for what is no BlurHash. As a ground it says nearly as much as the blur does, for no work at all.
 */
export function blurhashTone(hash: string | null): string | undefined {
  if (hash === null || hash.length < 6) return undefined;
  let value = 0;
  for (const digit of hash.slice(2, 6)) {
    const at = DIGITS.indexOf(digit);
    if (at < 0) return undefined;
    value = value * 83 + at;
  }
  return value > 0xffffff ? undefined : `#${value.toString(16).padStart(6, '0')}`;
}
