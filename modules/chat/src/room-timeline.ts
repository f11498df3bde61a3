import type { Change, JoinAnswer, Message } from './contract.ts';

/**
 * One client's view of one room: which messages it holds and how far it is complete. The rules it follows are [CH20]–[CH26]:
 * messages are placed by `seq`, changes are taken in `rev` order, and what arrives early waits until the gap is filled.
 * Values are immutable: each function returns a new timeline (or the same one when nothing changed).
 */
export interface Timeline {
  /** Every message up to here was received, from wherever this client started. */
  readonly seq: number;
  /** Every change up to here was applied. */
  readonly rev: number;
  readonly messages: ReadonlyMap<number, Message>;
  /** Messages beyond a gap, by `seq`. */
  readonly earlyMessages: ReadonlyMap<number, Message>;
  /** Changes beyond a gap, by `rev`. */
  readonly earlyChanges: ReadonlyMap<number, Change>;
}

export const emptyTimeline: Timeline = { seq: 0, rev: 0, messages: new Map(), earlyMessages: new Map(), earlyChanges: new Map() };

/** True while something arrived that cannot be placed yet: ask `room:join {after: seq, rev}`. */
export const hasGap = (timeline: Timeline): boolean => timeline.earlyMessages.size > 0 || timeline.earlyChanges.size > 0;

/** In room order. */
export const messagesInOrder = (timeline: Timeline): Message[] => [...timeline.messages.values()].sort((a, b) => a.seq - b.seq);

/** `me` decides which reactions are `mine`. A change the message already contains (by its `rev`) leaves it as it is. */
export function applyChangeTo(message: Message, change: Change, me: string | undefined): Message {
  if (change.rev <= message.rev) return message;
  switch (change.kind) {
    case 'edited':
      return { ...message, rev: change.rev, body: change.body, mentions: change.mentions, editedAt: change.editedAt };
    case 'deleted':
      return { ...message, rev: change.rev, body: '', mentions: [], files: [], reactions: [], replyTo: null, deletedAt: change.deletedAt };
    case 'reaction': {
      const mineBefore = message.reactions.find((entry) => entry.reaction === change.reaction)?.mine ?? false;
      const mine = change.userId === me ? change.on : mineBefore;
      const others = message.reactions.filter((entry) => entry.reaction !== change.reaction);
      const reactions = change.count === 0 ? others : [...others, { reaction: change.reaction, count: change.count, mine }];
      return { ...message, rev: change.rev, reactions: reactions.sort((a, b) => (a.reaction < b.reaction ? -1 : 1)) };
    }
  }
}

/** A live `message:new`. */
export function receiveMessage(timeline: Timeline, message: Message, me?: string): Timeline {
  if (message.seq <= timeline.seq) return timeline;
  return settle({ ...timeline, earlyMessages: new Map(timeline.earlyMessages).set(message.seq, message) }, me);
}

/** A live `message:edited`, `message:deleted` or `reaction`. */
export function receiveChange(timeline: Timeline, change: Change, me?: string): Timeline {
  if (change.rev <= timeline.rev) return timeline;
  return settle({ ...timeline, earlyChanges: new Map(timeline.earlyChanges).set(change.rev, change) }, me);
}

/** A page of history, from anywhere: fills in places, never moves the heads. */
export function receivePage(timeline: Timeline, page: readonly Message[]): Timeline {
  const messages = new Map(timeline.messages);
  for (const message of page) keepNewest(messages, message);
  return { ...timeline, messages };
}

/** The answer to `room:join`: the first (empty timeline), a reset, or the rest since `{after: seq, rev}`. */
export function receiveJoin(timeline: Timeline, answer: JoinAnswer, me?: string): Timeline {
  const first = answer.reset || timeline.seq === 0;
  const messages = new Map(answer.reset ? [] : timeline.messages);
  for (const message of answer.messages) keepNewest(messages, message);
  const lastSeq = answer.messages.at(-1)?.seq ?? timeline.seq;
  const earlyMessages = new Map(timeline.earlyMessages);
  for (const seq of earlyMessages.keys()) if (seq <= (answer.more ? lastSeq : answer.seq)) earlyMessages.delete(seq);
  const earlyChanges = new Map(timeline.earlyChanges);
  for (const change of answer.changes) if (change.rev > timeline.rev) earlyChanges.set(change.rev, change);
  const next = { ...timeline, messages, earlyMessages, earlyChanges, seq: Math.max(timeline.seq, answer.more ? lastSeq : answer.seq) };
  if (first)
    return settle({ ...next, seq: answer.more ? lastSeq : answer.seq, rev: answer.rev, earlyChanges: later(earlyChanges, answer.rev) }, me);
  const settled = settle(next, me);
  return answer.more || settled.rev >= answer.rev ? settled : settle({ ...settled, rev: answer.rev }, me);
}

const later = (changes: ReadonlyMap<number, Change>, rev: number): Map<number, Change> => new Map([...changes].filter(([at]) => at > rev));

function keepNewest(messages: Map<number, Message>, message: Message): void {
  const held = messages.get(message.seq);
  if (held === undefined || held.rev <= message.rev) messages.set(message.seq, message);
}

/**
 * Takes what has become contiguous. Messages go first; a change waits while its message is still to come, because
 * `message:new` carries the message as it was sent.
 */
function settle(timeline: Timeline, me: string | undefined): Timeline {
  let { seq, rev } = timeline;
  const messages = new Map(timeline.messages);
  const earlyMessages = new Map(timeline.earlyMessages);
  const earlyChanges = new Map(timeline.earlyChanges);
  for (let next = earlyMessages.get(seq + 1); next !== undefined; next = earlyMessages.get(seq + 1)) {
    earlyMessages.delete(++seq);
    keepNewest(messages, next);
  }
  for (let next = earlyChanges.get(rev + 1); next !== undefined && next.seq <= seq; next = earlyChanges.get(rev + 1)) {
    earlyChanges.delete(++rev);
    const target = messages.get(next.seq);
    if (target !== undefined) messages.set(next.seq, applyChangeTo(target, next, me));
  }
  return { seq, rev, messages, earlyMessages, earlyChanges };
}
