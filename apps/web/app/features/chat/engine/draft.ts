/** A person chosen while writing: `@이서연` in the field stands for them. */
export interface Pick {
  readonly id: string;
  readonly name: string;
}
export interface Draft {
  readonly text: string;
  readonly picks: readonly Pick[];
}

/** As the server takes it: chosen names become `<@id>`. Longer names first, so that `@Ann` does not eat `@Anna`. */
export function bodyOfDraft({ text, picks }: Draft): string {
  let body = text.trim();
  for (const { id, name } of picks.toSorted((a, b) => b.name.length - a.name.length)) body = body.replaceAll(`@${name}`, `<@${id}>`);
  return body;
}

/** The way back, to edit what was sent. Who has no known name stays as written. */
export function draftOfBody(body: string, nameOf: (id: string) => string | undefined): Draft {
  const picks = new Map<string, Pick>();
  const text = body.replaceAll(/<@((?:user|guest)_[0-9a-z-]{1,60})>/g, (written, id: string) => {
    const name = nameOf(id);
    if (name === undefined) return written;
    picks.set(id, { id, name });
    return `@${name}`;
  });
  return { text, picks: [...picks.values()] };
}

/** The `@…` being typed just before the caret: where it begins and what was typed of it. */
export function mentionAtCaret(text: string, caret: number): { start: number; query: string } | undefined {
  const match = /(?:^|[\s(])@([\p{L}\p{N}_.-]{0,20})$/u.exec(text.slice(0, caret));
  if (match === null) return undefined;
  const query = match[1] ?? '';
  return { start: caret - query.length - 1, query };
}

/** Puts a chosen person where the `@…` stood. */
export function withPick(draft: Draft, at: { start: number; query: string }, pick: Pick): { draft: Draft; caret: number } {
  const before = draft.text.slice(0, at.start);
  const after = draft.text.slice(at.start + 1 + at.query.length);
  const inserted = `@${pick.name} `;
  const rest = after.startsWith(' ') ? after.slice(1) : after;
  return {
    draft: { text: before + inserted + rest, picks: [...draft.picks.filter((one) => one.id !== pick.id), pick] },
    caret: before.length + inserted.length,
  };
}

/** Unicode code points, as the server counts. */
export function lengthOf(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
