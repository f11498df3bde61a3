import type { Acknowledgements, Change, Message, Person, Room } from '@madang/chat/contract';
import { applyChangeTo } from '@madang/chat/timeline';
import { LinkLost, type Refused, type RoomLink } from './room-link.ts';

export const person = (id: string): Person => ({ id, name: id.slice(5), colour: 100, avatarUrl: null, role: 'student', guest: false });

/** Time that moves only when a test moves it. */
export class ManualTime {
  #now = Date.parse('2026-11-21T12:00:00Z');
  #queue: { at: number; work: () => void }[] = [];

  readonly now = (): Date => new Date(this.#now);
  readonly later = (work: () => void, ms: number): (() => void) => {
    const entry = { at: this.#now + ms, work };
    this.#queue.push(entry);
    return () => {
      this.#queue = this.#queue.filter((one) => one !== entry);
    };
  };

  /** Runs what is due, letting promises settle between. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await settle();
      const next = this.#queue.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > until) break;
      this.#queue = this.#queue.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.at);
      next.work();
    }
    this.#now = until;
    await settle();
  }
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
};

type Listener = (payload: never) => void;
interface Delivery {
  readonly event: string;
  readonly payload: unknown;
}

/** A room as the server keeps it, and a network between that loses, doubles and reorders whatever a test says. */
export class FakeRoomServer {
  readonly roomId = 'room_test';
  readonly me: string;
  readonly messages: Message[] = [];
  readonly changes: Change[] = [];
  /** Broadcasts on their way to the client. */
  flying: Delivery[] = [];
  /** Answers to sends that are lost after the send was stored. */
  loseAnswers = 0;
  /** Refusals to come, first in first out. */
  refusals: Refused[] = [];
  joins = 0;
  readonly sends: string[] = [];
  #listeners: { event: string; listener: Listener }[] | undefined;
  #rejectOpen: (() => void)[] = [];

  constructor(me: string) {
    this.me = me;
  }

  room(): Room {
    const seq = this.messages.length;
    return {
      id: this.roomId,
      name: 'Test',
      topic: '',
      visibility: 'public',
      attachedTo: null,
      orgId: null,
      ownerId: null,
      peer: null,
      seq,
      rev: this.changes.length,
      firstSeq: 1,
      slowModeSeconds: 0,
      retentionDays: null,
      members: 2,
      online: 1,
      createdAt: '2026-11-01T00:00:00Z',
      membership: { role: 'member', readSeq: seq, unread: 0, notifications: 'all', joinedAt: '2026-11-01T00:00:00Z' },
      may: { send: true, moderate: false, manage: false },
      last: null,
    };
  }

  page(query: { cursor?: string; direction?: 'before' | 'after'; around?: number; limit?: number }): Message[] {
    const limit = query.limit ?? 50;
    if (query.around !== undefined) return this.#slice(query.around - limit / 2, limit);
    if (query.cursor === undefined) return this.#slice(this.messages.length - limit, limit);
    const cursor = Number(query.cursor);
    return query.direction === 'after'
      ? this.#slice(cursor, limit)
      : this.#slice(Math.max(0, cursor - 1 - limit), Math.min(limit, cursor - 1));
  }

  #slice(from: number, length: number): Message[] {
    return this.messages.slice(Math.max(0, from), Math.max(0, from) + length).reverse();
  }

  say(sender: string, body: string, clientId = `c${this.messages.length}`): Message {
    const known = this.messages.find((one) => one.clientId === clientId && one.sender.id === sender);
    if (known !== undefined) return known;
    const seq = this.messages.length + 1;
    const message: Message = {
      id: `msg_${seq}`,
      roomId: this.roomId,
      seq,
      rev: 0,
      clientId,
      sender: person(sender),
      body,
      replyTo: null,
      files: [],
      mentions: [],
      reactions: [],
      createdAt: new Date(Date.parse('2026-11-21T12:00:00Z') + seq * 1_000).toISOString(),
      editedAt: null,
      deletedAt: null,
    };
    this.messages.push(message);
    this.flying.push({ event: 'message:new', payload: message });
    return message;
  }

  change(seq: number, what: { edit: string } | { remove: true } | { react: string; by: string; on: boolean }): Change | undefined {
    const target = this.messages[seq - 1];
    if (target === undefined || target.deletedAt !== null) return undefined;
    const rev = this.changes.length + 1;
    const about = { roomId: this.roomId, id: target.id, seq, rev };
    const at = new Date(Date.parse('2026-11-21T13:00:00Z') + rev * 1_000).toISOString();
    let change: Change;
    if ('edit' in what) change = { kind: 'edited', ...about, body: what.edit, mentions: [], editedAt: at };
    else if ('remove' in what) change = { kind: 'deleted', ...about, deletedAt: at };
    else {
      const held = target.reactions.find(({ reaction }) => reaction === what.react);
      change = {
        kind: 'reaction',
        ...about,
        reaction: what.react,
        userId: what.by,
        on: what.on,
        count: Math.max(0, (held?.count ?? 0) + (what.on ? 1 : -1)),
      };
    }
    this.changes.push(change);
    this.messages[seq - 1] = applyChangeTo(target, change, this.me);
    const events = { edited: 'message:edited', deleted: 'message:deleted', reaction: 'reaction' } as const;
    this.flying.push({ event: events[change.kind], payload: change });
    return change;
  }

  /** Hands one broadcast over; `twice` leaves it in the air as well. */
  deliver(at: number, twice = false): void {
    const [delivery] = twice ? this.flying.slice(at, at + 1) : this.flying.splice(at, 1);
    if (delivery === undefined) return;
    for (const { event, listener } of this.#listeners ?? []) if (event === delivery.event) listener(delivery.payload as never);
  }

  deliverAll(): void {
    while (this.flying.length > 0) this.deliver(0);
  }

  connect(): RoomLink {
    const listeners: { event: string; listener: Listener }[] = [];
    this.#listeners = listeners;
    return {
      call: (event, payload) => this.#answer(event, payload as Record<string, unknown>, listeners) as never,
      on(event, listener) {
        const entry = { event, listener: listener as Listener };
        listeners.push(entry);
        return () => void listeners.splice(listeners.indexOf(entry), 1);
      },
    };
  }

  /** The line breaks: nothing in the air arrives, and no answer comes any more. */
  disconnect(): void {
    this.#listeners = undefined;
    this.flying = [];
    for (const reject of this.#rejectOpen.splice(0)) reject();
  }

  async #answer(event: string, payload: Record<string, unknown>, of: object): Promise<unknown> {
    await Promise.resolve();
    if (of !== this.#listeners) throw new LinkLost('gone');
    if (event === 'room:join') return this.#join(payload);
    if (event !== 'message:send') return {};
    const refusal = this.refusals.shift();
    if (refusal !== undefined) throw refusal;
    this.sends.push(String(payload.clientId));
    const { id, seq, createdAt } = this.say(this.me, String(payload.body), String(payload.clientId));
    if (this.loseAnswers > 0) {
      this.loseAnswers--;
      return new Promise((_, reject) => this.#rejectOpen.push(() => reject(new LinkLost('answer lost'))));
    }
    return { id, seq, createdAt };
  }

  #join({ after, rev }: Record<string, unknown>): Acknowledgements['room:join'] {
    this.joins++;
    const from = typeof after === 'number' ? Math.min(after, this.messages.length) : Math.max(0, this.messages.length - 50);
    const missed = this.messages.slice(from, from + 200);
    const since = typeof rev === 'number' ? rev : this.changes.length;
    const told = this.changes.slice(since, since + 500);
    return {
      seq: this.messages.length,
      rev: this.changes.length,
      firstSeq: 1,
      online: 1,
      messages: missed,
      changes: told,
      more: from + missed.length < this.messages.length || since + told.length < this.changes.length,
      reset: false,
    };
  }
}
