import type { Category } from '@madang/video/contract';

export type { Category };

/** In the order of the chips. The contract's own list is a value, and no schema reaches the browser. */
export const CATEGORIES = [
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

export function isCategory(value: string): value is Category {
  return (CATEGORIES as readonly string[]).includes(value);
}
