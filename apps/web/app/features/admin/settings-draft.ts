import type { Feature, Locale, LocalizedText } from '@madang/kernel';
import type { AdminZone } from '@madang/zones/contract';

export interface Draft {
  readonly names: LocalizedText;
  readonly taglines: LocalizedText;
  readonly hue: number;
  readonly features: readonly Feature[];
}
export type DraftPart = keyof Draft;
export const PARTS: readonly DraftPart[] = ['names', 'taglines', 'hue', 'features'];

export const draftOf = ({ names, taglines, hue, features }: AdminZone): Draft => ({ names, taglines, hue, features });

const same = (part: DraftPart, one: Draft, other: Draft): boolean => {
  if (part === 'features') return one.features.toSorted().join() === other.features.toSorted().join();
  if (part === 'hue') return one.hue === other.hue;
  return Object.entries(one[part]).every(([locale, text]) => text === other[part][locale as Locale]);
};

/** The parts in which two drafts differ. */
export const differing = (one: Draft, other: Draft): readonly DraftPart[] => PARTS.filter((part) => !same(part, one, other));

/** What a save sends: only the parts that were changed from `base`, so that another's change of other parts stays. */
export function changesOf(
  base: Draft,
  draft: Draft,
): { -readonly [Part in DraftPart]?: Draft[Part] extends readonly Feature[] ? Feature[] : Draft[Part] } {
  return Object.fromEntries(differing(base, draft).map((part) => [part, draft[part]]));
}

/** Mine on top of what is there now: where I changed nothing, theirs holds. */
export function rebase(base: Draft, draft: Draft, theirs: Draft): Draft {
  return { ...theirs, ...changesOf(base, draft) };
}
