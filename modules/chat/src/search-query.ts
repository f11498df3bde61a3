const MOST_WORDS = 6;
/** A trigram index answers substrings of three characters and more. */
const INDEXED = 3;

export interface SearchPattern {
  /** The longest word, which the index finds. */
  readonly word: string;
  /** True: `word` is a LIKE pattern; false: a short word, found at the start of words. */
  readonly likes: boolean;
  /** Regular expressions that decide about what the index found. */
  readonly rest: readonly string[];
}

/**
 * [CH54] Words of three or more characters match anywhere, shorter ones (much of Korean) at the start of a word: that is
 * what the index has trigrams for, as it pads words with blanks. Undefined when nothing is left to look for.
 */
export function searchPattern(query: string): SearchPattern | undefined {
  const words = [...new Set(query.normalize('NFC').toLowerCase().split(/\s+/u).filter(Boolean))].slice(0, MOST_WORDS);
  words.sort((a, b) => length(b) - length(a));
  const [longest, ...others] = words;
  if (longest === undefined || length(longest) < 2) return undefined;
  const likes = length(longest) >= INDEXED;
  return {
    word: likes ? `%${longest.replace(/[\\%_]/g, '\\$&')}%` : longest,
    likes,
    rest: (likes ? others : words).map(regex),
  };
}

const length = (word: string): number => [...word].length;
const escapeRegex = (word: string): string => word.replace(/[^\p{L}\p{N}\s]/gu, '\\$&');
const regex = (word: string): string => (length(word) >= INDEXED ? escapeRegex(word) : `(^|[^[:alnum:]])${escapeRegex(word)}`);
