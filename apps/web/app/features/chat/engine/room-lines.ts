import type { Message } from '@madang/chat/contract';
import { type Pending, type RoomState, withIntents } from './room-state.ts';
import { lastOf, type ViewWindow } from './view-window.ts';

/** A line of the stream as drawn. */
export type Line =
  | { readonly kind: 'day'; readonly key: string; readonly at: string }
  | { readonly kind: 'unread'; readonly key: string; readonly count: number }
  | { readonly kind: 'message'; readonly key: string; readonly message: Message; readonly first: boolean; readonly own: boolean }
  | { readonly kind: 'pending'; readonly key: string; readonly pending: Pending; readonly first: boolean };

/** Messages of one person within this time stand under one name. */
const GROUP_MS = 5 * 60_000;

/** What the window shows, in order: days divided, senders grouped, the unread marked, what is still on its way at the end. */
export function roomLines(state: RoomState, view: ViewWindow, now: string, dayOf: (at: string) => string): Line[] {
  const { timeline, me, intents, dividerSeq } = state;
  const lines: Line[] = [];
  const last = lastOf(view, timeline.seq);
  let day: string | undefined;
  let before: { sender: string; at: number } | undefined;
  for (let seq = Math.max(view.from, state.firstSeq); seq <= last; seq++) {
    const held = timeline.messages.get(seq);
    if (held === undefined) continue;
    const message = intents.length === 0 ? held : withIntents(held, intents, now);
    const ofDay = dayOf(message.createdAt);
    if (ofDay !== day) {
      lines.push({ kind: 'day', key: `day-${ofDay}`, at: message.createdAt });
      before = undefined;
      day = ofDay;
    }
    if (dividerSeq !== null && seq === dividerSeq + 1) {
      lines.push({ kind: 'unread', key: 'unread', count: timeline.seq - dividerSeq });
      before = undefined;
    }
    const at = Date.parse(message.createdAt);
    const first = before === undefined || before.sender !== message.sender.id || at - before.at > GROUP_MS || message.replyTo !== null;
    const own = message.sender.id === me;
    lines.push({ kind: 'message', key: own ? message.clientId : message.id, message, first, own });
    before = { sender: message.sender.id, at };
  }
  if (view.to !== null) return lines;
  for (const pending of state.pending) {
    const at = Date.parse(pending.createdAt);
    const first = before === undefined || before.sender !== me || at - before.at > GROUP_MS || pending.replyTo !== null;
    lines.push({ kind: 'pending', key: pending.clientId, pending, first });
    before = { sender: me ?? '', at };
  }
  return lines;
}

/** `2026-11-21` in a time zone (IANA), undefined for the reader's own. */
export function dayIn(timeZone: string | undefined): (at: string) => string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return (at) => format.format(new Date(at));
}
