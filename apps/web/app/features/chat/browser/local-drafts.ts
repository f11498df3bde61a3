import type { Draft } from '../engine/draft.ts';

export const EMPTY_DRAFT: Draft = { text: '', picks: [] };

const keyOf = (roomId: string) => `madang.draft.${roomId}`;

/** What was being written in a room when it was left. */
export function readDraft(roomId: string): Draft {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(roomId)) ?? 'null') as Draft | null;
    return typeof kept?.text === 'string' && Array.isArray(kept.picks) ? kept : EMPTY_DRAFT;
  } catch {
    return EMPTY_DRAFT;
  }
}

export function keepDraft(roomId: string, draft: Draft): void {
  try {
    if (draft.text.trim() === '') localStorage.removeItem(keyOf(roomId));
    else localStorage.setItem(keyOf(roomId), JSON.stringify(draft));
  } catch {
    // Storage is full or closed: the draft lives as long as the page.
  }
}
