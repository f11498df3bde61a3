import type { Change, FileCard, JoinAnswer, Message, Person } from '@madang/chat/contract';
import {
  applyChangeTo,
  emptyTimeline,
  hasGap,
  receiveChange,
  receiveJoin,
  receiveMessage,
  receivePage,
  type Timeline,
} from '@madang/chat/timeline';

/** What a reply says of the message it answers. */
export type ReplyTarget = NonNullable<Message['replyTo']>;

/** A message written here and not yet in its place. It is known by its `clientId`, which the server keeps one message for. */
export interface Pending {
  readonly clientId: string;
  readonly body: string;
  readonly replyTo: ReplyTarget | null;
  readonly files: readonly FileCard[];
  /** When it was written, by this device's clock. */
  readonly createdAt: string;
  /** `waiting` for a connection or its turn, `sending`, `sent` and about to appear, `failed` until the person decides. */
  readonly step: 'waiting' | 'sending' | 'sent' | 'failed';
  readonly seq?: number;
  /** Why it failed, in the person's words. */
  readonly problem?: string;
}

/** Something done to a message here that the server has not confirmed yet; shown as if it had. */
export interface Intent {
  readonly id: string;
  readonly seq: number;
  readonly act:
    | { readonly kind: 'edit'; readonly body: string }
    | { readonly kind: 'delete' }
    | { readonly kind: 'react'; readonly reaction: string; readonly on: boolean };
  /** The revision it became, once known: it stays until the timeline has come that far. */
  readonly rev?: number;
}

export interface Typist {
  readonly name: string;
  /** Milliseconds since the epoch; typing that is not renewed ends by itself. */
  readonly until: number;
}

export interface RoomState {
  readonly me: string | undefined;
  readonly timeline: Timeline;
  /** Messages below are gone. */
  readonly firstSeq: number;
  /** The newest place heard of, also where its message is still to come. */
  readonly knownSeq: number;
  /** Changes taken lately: a page of history that was read before them is brought up to them. */
  readonly recent: readonly Change[];
  readonly pending: readonly Pending[];
  readonly intents: readonly Intent[];
  readonly typing: ReadonlyMap<string, Typist>;
  readonly online: number;
  readonly readSeq: number;
  /** The last message read when others began to arrive unseen: the divider stands below it. Null when there is nothing to divide. */
  readonly dividerSeq: number | null;
}

export type RoomEvent =
  | { readonly type: 'joined'; readonly answer: JoinAnswer }
  | { readonly type: 'arrived'; readonly message: Message; readonly unseen: boolean }
  | { readonly type: 'changed'; readonly change: Change }
  | { readonly type: 'paged'; readonly messages: readonly Message[] }
  | { readonly type: 'heard'; readonly seq: number }
  | { readonly type: 'written'; readonly pending: Pending }
  | { readonly type: 'sending'; readonly clientId: string }
  | { readonly type: 'acknowledged'; readonly clientId: string; readonly seq: number }
  | { readonly type: 'refused'; readonly clientId: string; readonly problem: string }
  | { readonly type: 'put-back'; readonly clientId: string }
  | { readonly type: 'discarded'; readonly clientId: string }
  | { readonly type: 'intended'; readonly intent: Intent }
  | { readonly type: 'confirmed'; readonly id: string; readonly rev: number }
  | { readonly type: 'undone'; readonly id: string }
  | { readonly type: 'typing'; readonly userId: string; readonly name: string; readonly on: boolean; readonly until: number }
  | { readonly type: 'passed'; readonly now: number }
  | { readonly type: 'online'; readonly online: number }
  | { readonly type: 'read'; readonly seq: number };

/** How many changes are remembered for pages that are on their way while they happen. */
const RECENT = 500;
/** Messages held at most before those far from view are let go. */
export const HELD_MOST = 4_000;

export interface RoomSeed {
  readonly me: string | undefined;
  /** The room's heads, read before `messages`. */
  readonly seq: number;
  readonly rev: number;
  readonly firstSeq: number;
  readonly online: number;
  readonly readSeq: number;
  readonly unread: number;
  readonly messages: readonly Message[];
}

/** A room as a loader read it: heads first, then a page. `room:join {after, rev}` from these heads brings exactly the rest. */
export function openRoomState(seed: RoomSeed): RoomState {
  const seq = seed.messages.reduce((most, message) => Math.max(most, message.seq), seed.seq);
  return {
    me: seed.me,
    timeline: { ...receivePage(emptyTimeline, seed.messages), seq, rev: seed.rev },
    firstSeq: seed.firstSeq,
    knownSeq: seq,
    recent: [],
    pending: [],
    intents: [],
    typing: new Map(),
    online: seed.online,
    readSeq: seed.readSeq,
    dividerSeq: seed.unread > 0 && seed.readSeq > 0 ? seed.readSeq : null,
  };
}

/** True while the room is known to hold more than was received. */
export const isBehind = (state: RoomState): boolean => hasGap(state.timeline) || state.knownSeq > state.timeline.seq;

/** Pure: the same events in the same order give the same room. */
export function reduceRoom(state: RoomState, event: RoomEvent): RoomState {
  switch (event.type) {
    case 'joined':
      return joined(state, event.answer);
    case 'arrived':
      return arrived(state, event.message, event.unseen);
    case 'changed': {
      const timeline = receiveChange(state.timeline, event.change, state.me);
      if (timeline === state.timeline) return state;
      return settled({ ...state, timeline, recent: [...state.recent, event.change].slice(-RECENT) });
    }
    case 'paged':
      return settled({
        ...state,
        timeline: receivePage(
          state.timeline,
          event.messages.map((message) => catchUp(state, message)),
        ),
      });
    case 'heard':
      return event.seq <= state.knownSeq ? state : { ...state, knownSeq: event.seq };
    case 'written':
      return state.pending.some((one) => one.clientId === event.pending.clientId)
        ? state
        : { ...state, pending: [...state.pending, event.pending] };
    case 'sending':
      return withPending(state, event.clientId, (one) => ({ ...one, step: 'sending' }));
    case 'acknowledged':
      return settled({
        ...withPending(state, event.clientId, (one) => ({ ...one, step: 'sent', seq: event.seq })),
        knownSeq: Math.max(state.knownSeq, event.seq),
      });
    case 'refused':
      return withPending(state, event.clientId, (one) => ({ ...one, step: 'failed', problem: event.problem }));
    case 'put-back':
      return withPending(state, event.clientId, ({ problem: _, ...one }) => ({ ...one, step: 'waiting' }));
    case 'discarded':
      return { ...state, pending: state.pending.filter((one) => one.clientId !== event.clientId) };
    case 'intended':
      return { ...state, intents: [...state.intents.filter((one) => !sameTarget(one, event.intent)), event.intent] };
    case 'confirmed':
      return settled({
        ...state,
        intents: state.intents.map((one) => (one.id === event.id ? { ...one, rev: event.rev } : one)),
      });
    case 'undone':
      return { ...state, intents: state.intents.filter((one) => one.id !== event.id) };
    case 'typing': {
      if (event.userId === state.me || (!event.on && !state.typing.has(event.userId))) return state;
      const typing = new Map(state.typing);
      if (event.on) typing.set(event.userId, { name: event.name, until: event.until });
      else typing.delete(event.userId);
      return { ...state, typing };
    }
    case 'passed': {
      const typing = new Map([...state.typing].filter(([, typist]) => typist.until > event.now));
      return typing.size === state.typing.size ? state : { ...state, typing };
    }
    case 'online':
      return event.online === state.online ? state : { ...state, online: event.online };
    case 'read':
      return event.seq <= state.readSeq ? state : { ...state, readSeq: Math.min(event.seq, Math.max(state.timeline.seq, state.knownSeq)) };
  }
}

function joined(state: RoomState, answer: JoinAnswer): RoomState {
  const timeline = receiveJoin(state.timeline, answer, state.me);
  return settled({
    ...state,
    timeline,
    firstSeq: answer.firstSeq,
    knownSeq: answer.more ? Math.max(state.knownSeq, answer.seq) : Math.max(answer.seq, timeline.seq),
    recent: answer.reset ? [] : [...state.recent, ...answer.changes].slice(-RECENT),
    online: answer.online,
    dividerSeq: state.dividerSeq ?? (answer.messages.some((message) => message.sender.id !== state.me) ? dividerBefore(state) : null),
  });
}

/** Whoever has read here before wants to know where they stopped; a first visitor has stopped nowhere. */
const dividerBefore = (state: RoomState): number | null => (state.readSeq > 0 && state.readSeq < state.knownSeq ? state.readSeq : null);

function arrived(state: RoomState, message: Message, unseen: boolean): RoomState {
  const timeline = receiveMessage(state.timeline, message, state.me);
  const mine = message.sender.id === state.me;
  const divides = unseen && !mine && (state.dividerSeq === null || state.dividerSeq < state.readSeq);
  const typing = state.typing.has(message.sender.id) ? new Map(state.typing) : state.typing;
  if (typing !== state.typing) (typing as Map<string, Typist>).delete(message.sender.id);
  return settled({
    ...state,
    timeline,
    typing,
    knownSeq: Math.max(state.knownSeq, message.seq),
    dividerSeq: divides ? Math.max(state.readSeq, 0) : mine ? null : state.dividerSeq,
  });
}

/** A message that was read before changes which have been taken since. */
function catchUp(state: RoomState, message: Message): Message {
  return state.recent.reduce((kept, change) => (change.seq === kept.seq ? applyChangeTo(kept, change, state.me) : kept), message);
}

function withPending(state: RoomState, clientId: string, change: (pending: Pending) => Pending): RoomState {
  if (!state.pending.some((one) => one.clientId === clientId)) return state;
  return { ...state, pending: state.pending.map((one) => (one.clientId === clientId ? change(one) : one)) };
}

const sameTarget = (one: Intent, other: Intent): boolean =>
  one.seq === other.seq &&
  one.act.kind === other.act.kind &&
  (one.act.kind !== 'react' || (other.act.kind === 'react' && one.act.reaction === other.act.reaction));

/** Drops what the timeline now says itself: pending messages in their places, intents that came true. */
function settled(state: RoomState): RoomState {
  const { timeline, me } = state;
  let { pending, intents } = state;
  if (pending.length > 0) {
    const placed = new Set<string>();
    for (const message of timeline.messages.values()) if (message.sender.id === me) placed.add(message.clientId);
    pending = pending.filter((one) => !placed.has(one.clientId) && (one.seq === undefined || one.seq > timeline.seq));
    if (pending.length === state.pending.length) pending = state.pending;
  }
  if (intents.length > 0) {
    intents = intents.filter((intent) => {
      const target = timeline.messages.get(intent.seq);
      if (target === undefined || target.deletedAt !== null) return false;
      return intent.rev === undefined || (timeline.rev < intent.rev && target.rev < intent.rev);
    });
    if (intents.length === state.intents.length) intents = state.intents;
  }
  return pending === state.pending && intents === state.intents ? state : { ...state, pending, intents };
}

/** A message as this person should see it now, with what they just did to it. */
export function withIntents(message: Message, intents: readonly Intent[], now: string): Message {
  let shown = message;
  for (const { seq, act } of intents) {
    if (seq !== message.seq || shown.deletedAt !== null) continue;
    if (act.kind === 'edit') shown = { ...shown, body: act.body, editedAt: shown.editedAt ?? now };
    else if (act.kind === 'delete') shown = { ...shown, body: '', files: [], reactions: [], replyTo: null, deletedAt: now };
    else shown = { ...shown, reactions: withReaction(shown.reactions, act.reaction, act.on) };
  }
  return shown;
}

function withReaction(reactions: Message['reactions'], reaction: string, on: boolean): Message['reactions'] {
  const held = reactions.find((one) => one.reaction === reaction);
  if ((held?.mine ?? false) === on) return reactions;
  const count = (held?.count ?? 0) + (on ? 1 : -1);
  if (held === undefined) return [...reactions, { reaction, count, mine: on }];
  return count === 0
    ? reactions.filter((one) => one !== held)
    : reactions.map((one) => (one === held ? { reaction, count, mine: on } : one));
}

/** The places held without a hole around `seq`; undefined when that place itself is not held. */
export function heldAround(messages: ReadonlyMap<number, Message>, seq: number, reach: number): { from: number; to: number } | undefined {
  if (!messages.has(seq)) return undefined;
  let from = seq;
  let to = seq;
  while (seq - from < reach && messages.has(from - 1)) from--;
  while (to - seq < reach && messages.has(to + 1)) to++;
  return { from, to };
}

/** Lets go of what is far from both the view and the head, once too much is held. */
export function forgetFar(state: RoomState, view: { from: number; to: number }): RoomState {
  const { timeline } = state;
  if (timeline.messages.size <= HELD_MOST) return state;
  const half = HELD_MOST / 4;
  const near = (seq: number) => (seq >= view.from - half && seq <= view.to + half) || seq > timeline.seq - 200;
  return { ...state, timeline: { ...timeline, messages: new Map([...timeline.messages].filter(([seq]) => near(seq))) } };
}

/** Everyone whose card came with the messages held, the latest card of each. */
export function peopleSeen(state: RoomState): Map<string, Person> {
  const people = new Map<string, Person>();
  for (const { sender, replyTo } of state.timeline.messages.values()) {
    if (replyTo !== null && !people.has(replyTo.sender.id)) people.set(replyTo.sender.id, replyTo.sender);
    people.set(sender.id, sender);
  }
  return people;
}
