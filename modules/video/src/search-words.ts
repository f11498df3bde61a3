/**
 * Korean particles as they end a noun (조사), the longest first. Only what is unmistakable after a noun of two syllables or
 * more is cut: a search for 미적분을 means 미적분.
 */
const PARTICLES = [
  '에서부터',
  '으로부터',
  '에게서',
  '이라는',
  '이랑은',
  '에서는',
  '으로는',
  '까지',
  '부터',
  '에서',
  '에게',
  '한테',
  '처럼',
  '보다',
  '으로',
  '이나',
  '이랑',
  '라는',
  '하고',
  '마다',
  '밖에',
  '조차',
  '은',
  '는',
  '이',
  '가',
  '을',
  '를',
  '에',
  '의',
  '와',
  '과',
  '도',
  '만',
  '로',
  '랑',
] as const;
const MOST_WORDS = 8;

const isHangul = (word: string): boolean => /^[가-힣]+$/.test(word);
/** Whether a syllable ends in a consonant, and whether that is ㄹ: 28 finals per vowel, the eighth is ㄹ. */
const finalOf = (syllable: string): number => ((syllable.codePointAt(0) ?? 0) - 0xac00) % 28;

/** Particles that come in pairs follow a consonant or a vowel, never the other. */
function agrees(particle: string, before: string): boolean {
  const final = finalOf(before);
  switch (particle) {
    case '은':
    case '이':
    case '을':
    case '과':
      return final !== 0;
    case '는':
    case '가':
    case '를':
    case '와':
    case '랑':
      return final === 0;
    case '로':
      return final === 0 || final === 8;
    default:
      return !(particle.startsWith('으') || particle.startsWith('이')) || (final !== 0 && !(particle.startsWith('으') && final === 8));
  }
}

/** What a word is about: without the particle that may follow it. Two syllables at least are left. */
export function stemOf(word: string): string {
  if (!isHangul(word)) return word;
  for (const particle of PARTICLES) {
    const stem = word.slice(0, -particle.length);
    if (stem.length >= 2 && word.endsWith(particle) && agrees(particle, stem.at(-1) ?? '')) return stem;
  }
  return word;
}

/** A word of a query: what is looked for, and how it was written. */
interface SearchWord {
  readonly stem: string;
  readonly said: string;
}

/** The words of a query, at most eight, without particles. A particle may have been none: the word as written goes with its stem. */
export function searchWords(query: string): SearchWord[] {
  const said = query
    .normalize('NFC')
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter((word) => word !== '');
  const byStem = new Map(said.map((word) => [stemOf(word), word]));
  return [...byStem].slice(0, MOST_WORDS).map(([stem, word]) => ({ stem, said: word }));
}
