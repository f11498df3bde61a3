/** ISO 639-2 codes, as containers carry them, that have a two-letter code, which BCP 47 wants instead. */
const TWO_LETTERS: ReadonlyMap<string, string> = new Map(
  (
    'kor:ko eng:en jpn:ja spa:es zho:zh chi:zh fra:fr fre:fr deu:de ger:de ita:it por:pt rus:ru vie:vi tha:th ind:id msa:ms may:ms ' +
    'ara:ar hin:hi nld:nl dut:nl pol:pl tur:tr ukr:uk swe:sv nor:no dan:da fin:fi ces:cs cze:cs ell:el gre:el heb:he hun:hu ron:ro ' +
    'rum:ro mon:mn uzb:uz kaz:kk khm:km mya:my bur:my nep:ne ben:bn urd:ur fas:fa per:fa'
  )
    .split(' ')
    .map((pair) => pair.split(':') as [string, string]),
);

/** One line of plain text, at most `length` characters; undefined where nothing is left of it. */
export function cleanText(value: unknown, length: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  const line = value
    .slice(0, length * 8)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  const text = Array.from(line).slice(0, length).join('').trim();
  return text === '' ? undefined : text;
}

/** BCP 47 from a container's tag: `kor` → `ko`, `en-US` stays. Undefined for `und` and what is no language tag. */
export function languageTag(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/.test(value)) return undefined;
  const [primary = '', ...rest] = value.split('-');
  const language = primary.toLowerCase();
  if (['und', 'zxx', 'mis', 'mul'].includes(language)) return undefined;
  return [TWO_LETTERS.get(language) ?? language, ...rest].join('-');
}
