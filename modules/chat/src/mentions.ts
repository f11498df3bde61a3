/** How a body names a person: `<@user_…>` or `<@guest_…>`. */
const MENTION = /<@((?:user|guest)_[0-9a-z-]{1,60})>/g;
export const MENTIONS_PER_MESSAGE = 20;

/** Ids mentioned, each once, in order of appearance; what follows the twentieth is only text. */
export function mentionedIds(body: string): string[] {
  if (!body.includes('<@')) return [];
  const ids = new Set<string>();
  for (const match of body.matchAll(MENTION)) {
    if (match[1] !== undefined) ids.add(match[1]);
    if (ids.size === MENTIONS_PER_MESSAGE) break;
  }
  return [...ids];
}
