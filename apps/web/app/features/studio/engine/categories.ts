import type { Category } from '@madang/video/contract';

/** As the contract has them; its schema does not reach the browser. */
export const CATEGORY_CHOICES = [
  'education',
  'music',
  'performance',
  'film',
  'science',
  'technology',
  'sports',
  'games',
  'news',
  'life',
  'travel',
  'other',
] as const satisfies readonly Category[];

/** What is spoken, as most people here would choose; `''` is unsaid. Another one that a video has stays in its list. */
export const SPOKEN = ['ko', 'en', 'ja', 'es', 'zh', 'vi', 'fr', 'de', 'ru', 'pt', 'id', 'th', 'ar', 'hi'] as const;
