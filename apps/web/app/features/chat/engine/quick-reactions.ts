import type { Locale } from '@madang/kernel';

/** What people say most often with one tap, in each language; index for index they mean the same. */
const WORDS: Readonly<Record<Locale, readonly string[]>> = {
  ko: ['확인했어요', '고마워요', '이해했어요', '좋아요', '축하해요', '반가워요'],
  en: ['Got it', 'Thank you', 'Makes sense', 'Nice', 'Congrats', 'Welcome'],
  ja: ['確認しました', 'ありがとう', 'わかりました', 'いいね', 'おめでとう', 'ようこそ'],
  es: ['Recibido', 'Gracias', 'Entendido', 'Genial', 'Felicidades', 'Hola'],
};

const meaning = new Map(Object.values(WORDS).flatMap((words) => words.map((word, at) => [word, at] as const)));

/** A reaction as the reader's language says it; whatever is no quick one stays as it is. */
export function reactionWord(reaction: string, locale: Locale): string {
  const at = meaning.get(reaction);
  return at === undefined ? reaction : (WORDS[locale][at] ?? reaction);
}

/** The quick reaction `at` to send for a message: the wording it already has there, so that languages count together. */
export function quickReaction(at: number, locale: Locale, given: readonly { readonly reaction: string }[]): string {
  return given.find(({ reaction }) => meaning.get(reaction) === at)?.reaction ?? WORDS[locale][at] ?? '';
}

export const quickWords = (locale: Locale): readonly string[] => WORDS[locale];
