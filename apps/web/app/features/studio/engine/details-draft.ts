import type { Category } from '@madang/video/contract';

/** What a creator says about a video, as the form holds it. */
export interface Details {
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly category: Category;
  /** BCP 47, or '' for unsaid. */
  readonly language: string;
  readonly commentsOpen: boolean;
}

export const TITLE_MOST = 100;
export const DESCRIPTION_MOST = 5000;
export const TAGS_MOST = 20;
export const TAG_MOST = 40;

const FIELDS = ['title', 'description', 'tags', 'category', 'language', 'commentsOpen'] as const;
const same = (a: unknown, b: unknown): boolean => a === b || (Array.isArray(a) && JSON.stringify(a) === JSON.stringify(b));

/** The fields of `mine` that differ from what the server has. */
export function changedDetails(saved: Details, mine: Details): Partial<Details> {
  return Object.fromEntries(FIELDS.filter((field) => !same(saved[field], mine[field])).map((field) => [field, mine[field]]));
}

/**
 * What the form shows after the server said something new: fields the person has not touched since `saved` follow it, the others
 * stay theirs. Only touched fields are ever sent, so two people (or two windows) undo nothing of each other.
 */
export function rebaseDetails(saved: Details, mine: Details, theirs: Details): Details {
  return { ...theirs, ...changedDetails(saved, mine) };
}

/** Whether the server will take it. */
export const maySave = (details: Details): boolean => details.title.trim() !== '';

/** `설장구_가락_2강.mp4` → `설장구 가락 2강`. */
export function titleFromFile(name: string): string {
  const plain = name
    .replace(/\.[A-Za-z0-9]{1,5}$/, '')
    .replaceAll(/[_\s]+/g, ' ')
    .trim();
  return [...(plain === '' ? name : plain)].slice(0, TITLE_MOST).join('').trim();
}

/** A tag as typed, or undefined for nothing: without `#`, one line, not too long. */
export function tidyTag(typed: string): string | undefined {
  const tag = [
    ...typed
      .replaceAll(/\s+/g, ' ')
      .replace(/^[\s#]+/, '')
      .trim(),
  ]
    .slice(0, TAG_MOST)
    .join('')
    .trim();
  return tag === '' ? undefined : tag;
}

/** Tags with those of `typed` (separated by commas) behind them, none twice, as many as fit. */
export function addTags(tags: readonly string[], typed: string): readonly string[] {
  const known = new Set(tags.map((tag) => tag.toLowerCase()));
  const added = typed
    .split(/[,，、\n]/)
    .map(tidyTag)
    .filter((tag) => tag !== undefined)
    .filter((tag) => !known.has(tag.toLowerCase()) && known.add(tag.toLowerCase()));
  return [...tags, ...added].slice(0, TAGS_MOST);
}
