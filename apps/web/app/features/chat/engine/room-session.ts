import type { Change, Message, ReactionCount, Room } from '@madang/chat/contract';
import type { HistoryView } from './history-view.ts';
import type { OpenRoom } from './open-room.ts';
import { Refused, type RoomLink } from './room-link.ts';
import { type Intent, isBehind } from './room-state.ts';
import type { RoomStore } from './room-store.ts';
import { SendQueue } from './send-queue.ts';
import type { Outbox } from './write-pending.ts';

/** What a room asks of the server besides the socket. Every one rejects with a problem that has `code` and `status`. */
export interface RoomCalls {
  readRoom(): Promise<Room>;
  edit(messageId: string, body: string): Promise<Message>;
  remove(messageId: string): Promise<void>;
  react(messageId: string, reaction: string, on: boolean): Promise<ReactionCount & { seq: number; rev: number; id: string }>;
}

export interface RoomSessionDeps {
  readonly me: string;
  readonly roomId: string;
  readonly open: OpenRoom;
  readonly calls: RoomCalls;
  readonly outbox: Outbox;
  readonly now: () => Date;
  readonly later: (work: () => void, ms: number) => () => void;
  readonly newId: () => string;
}

/** Events of two nodes may overtake each other by this much without anything being lost. */
const GAP_MS = 400;
const REJOIN_MS = 2_000;
/** Further behind than this, the newest are shown at once and the rest is history. */
const FAR_BEHIND = 1_000;
const TYPING_LASTS_MS = 6_000;
const TYPING_EVERY_MS = 3_000;
const READ_EVERY_MS = 800;
const CLOSED: Readonly<Record<string, 'banned' | 'gone'>> = { 'chat.banned': 'banned', 'chat.room_not_found': 'gone' };

/** One person in one room: keeps the model right against the server, whatever the network does. Between `open` and its end it has timers. */
export class RoomSession {
  readonly store: RoomStore;
  readonly queue: SendQueue;
  readonly history: HistoryView;
  readonly #deps: RoomSessionDeps;
  readonly #timers = new Map<string, () => void>();
  #link: RoomLink | undefined;
  #joining = false;
  #visible = true;
  #typedAt = 0;
  #closed = false;

  constructor(deps: RoomSessionDeps) {
    this.#deps = deps;
    this.store = deps.open.store;
    this.history = deps.open.history;
    this.queue = new SendQueue({ ...deps, store: this.store, link: () => (this.store.get().joined ? this.#link : undefined) });
  }

  /** In the browser, once it is on the page: what could not be sent the last time waits again. The answer closes it. */
  open(): () => void {
    this.#closed = false;
    this.queue.restore();
    // Scrolling to the end reads what stands there; what was written before there was a session takes its turn.
    const stop = this.store.subscribe(() => {
      this.#markRead();
      void this.queue.flush();
    });
    return () => {
      stop();
      this.#close();
    };
  }

  /** Takes a connected link; the answer gives it back when it is lost. */
  attach(link: RoomLink): () => void {
    this.#link = link;
    const { roomId } = this.#deps;
    const ours = <Payload extends { roomId: string }>(take: (payload: Payload) => void) => {
      return (payload: Payload) => {
        if (payload.roomId === roomId) take(payload);
      };
    };
    const changed = ours((change: Change) => this.#take(() => this.store.dispatch({ type: 'changed', change })));
    const stops = [
      link.on(
        'message:new',
        ours((message) => this.#take(() => this.#arrived(message))),
      ),
      link.on('message:edited', changed),
      link.on('message:deleted', changed),
      link.on('reaction', changed),
      link.on(
        'typing',
        ours(({ userId, name, on }) => this.#typing(userId, name, on)),
      ),
      link.on(
        'presence',
        ours(({ online }) => this.store.dispatch({ type: 'online', online })),
      ),
      link.on(
        'read',
        ours(({ readSeq }) => this.store.dispatch({ type: 'read', seq: readSeq })),
      ),
      link.on(
        'unread',
        ours(({ seq }) => this.#take(() => this.store.dispatch({ type: 'heard', seq }))),
      ),
      link.on(
        'room:changed',
        ours(({ what }) => void this.#roomChanged(what)),
      ),
    ];
    void this.#join();
    return () => {
      for (const stop of stops) stop();
      if (this.#link !== link) return;
      this.#link = undefined;
      this.store.update({ joined: false });
    };
  }

  /** The page came into sight, or left it. */
  look(visible: boolean): void {
    this.#visible = visible;
    this.#markRead();
  }

  /** Each stroke; told to others at most every three seconds. */
  typed(anything: boolean): void {
    const now = this.#deps.now().getTime();
    if (!this.store.get().joined || (anything ? now - this.#typedAt < TYPING_EVERY_MS : this.#typedAt === 0)) return;
    this.#typedAt = anything ? now : 0;
    this.#link?.call('typing', { roomId: this.#deps.roomId, on: anything }).catch(() => undefined);
  }

  edit(message: Message, body: string): Promise<void> {
    return this.#intend(message, { kind: 'edit', body }, async () => {
      const edited = await this.#deps.calls.edit(message.id, body);
      this.store.dispatch({ type: 'paged', messages: [edited] });
      return edited.rev;
    });
  }

  remove(message: Message): Promise<void> {
    return this.#intend(message, { kind: 'delete' }, async () => {
      await this.#deps.calls.remove(message.id);
      // Its revision comes by the socket; should that be lost, asking brings it.
      this.#after('deleted', REJOIN_MS, () => void this.#join());
      return undefined;
    });
  }

  react(message: Message, reaction: string, on: boolean): Promise<void> {
    return this.#intend(message, { kind: 'react', reaction, on }, async () => {
      const { seq, rev, count } = await this.#deps.calls.react(message.id, reaction, on);
      const change: Change = {
        kind: 'reaction',
        roomId: message.roomId,
        id: message.id,
        seq,
        rev,
        reaction,
        userId: this.#deps.me,
        on,
        count,
      };
      this.#take(() => this.store.dispatch({ type: 'changed', change }));
      return rev;
    });
  }

  /** After settings, or one's own standing, may have changed. */
  async readRoomAgain(): Promise<void> {
    try {
      const room = await this.#deps.calls.readRoom();
      this.store.update({ room, access: 'open' });
      this.store.dispatch({ type: 'heard', seq: room.seq });
      if (isBehind(this.store.get().state)) void this.#join();
    } catch (error) {
      this.#closedBy(error);
    }
  }

  #close(): void {
    this.#closed = true;
    this.typed(false);
    this.#link?.call('room:leave', { roomId: this.#deps.roomId }).catch(() => undefined);
    this.queue.close();
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  /** Asks for exactly what is missing, until nothing is. */
  async #join(): Promise<void> {
    const link = this.#link;
    if (link === undefined || this.#joining || this.#closed) return;
    this.#joining = true;
    try {
      const { roomId } = this.#deps;
      for (let more = true; more; ) {
        const { timeline } = this.store.get().state;
        let answer = await link.call('room:join', { roomId, after: timeline.seq, rev: timeline.rev });
        if (link !== this.#link) return;
        const far = answer.seq - (answer.messages.at(-1)?.seq ?? answer.seq) > FAR_BEHIND;
        if (far) answer = { ...(await link.call('room:join', { roomId })), reset: true };
        this.store.dispatch({ type: 'joined', answer });
        if (answer.reset) this.history.showPresent();
        more = answer.more;
      }
      this.store.update({ joined: true, access: 'open' });
      this.history.follow(this.store.get().atEnd);
      this.#markRead();
      this.queue.resume();
      if (this.store.get().room.membership === null) void this.readRoomAgain();
    } catch (error) {
      if (!this.#closedBy(error) && link === this.#link) this.#after('join', REJOIN_MS, () => void this.#join());
    } finally {
      this.#joining = false;
    }
    if (isBehind(this.store.get().state)) this.#after('gap', GAP_MS, () => void this.#join());
  }

  #arrived(message: Message): void {
    const seen = this.#visible && this.store.get().atEnd && this.store.get().view.to === null;
    this.store.dispatch({ type: 'arrived', message, unseen: !seen });
    this.history.follow(this.store.get().atEnd);
    this.#markRead();
  }

  /** A live event; what it leaves open is asked for once it had time to close by itself. */
  #take(event: () => void): void {
    event();
    if (isBehind(this.store.get().state)) this.#after('gap', GAP_MS, () => isBehind(this.store.get().state) && void this.#join());
  }

  #typing(userId: string, name: string, on: boolean): void {
    const until = this.#deps.now().getTime() + TYPING_LASTS_MS;
    this.store.dispatch({ type: 'typing', userId, name, on, until });
    this.#after('typing', TYPING_LASTS_MS + 50, () => this.store.dispatch({ type: 'passed', now: this.#deps.now().getTime() }));
  }

  #markRead(): void {
    const { state, view, joined, atEnd } = this.store.get();
    if (!joined || !this.#visible || !atEnd || view.to !== null || state.me === undefined) return;
    const { seq } = state.timeline;
    if (seq <= state.readSeq) return;
    this.store.dispatch({ type: 'read', seq });
    if (this.#timers.has('read')) return;
    this.#after('read', READ_EVERY_MS, () => {
      const { readSeq } = this.store.get().state;
      this.#link?.call('read', { roomId: this.#deps.roomId, seq: readSeq }).catch(() => undefined);
    });
  }

  async #roomChanged(what: string): Promise<void> {
    if (what === 'deleted') this.store.update({ access: 'gone' });
    else if (what !== 'pins') await this.readRoomAgain();
  }

  async #intend(message: Message, act: Intent['act'], work: () => Promise<number | undefined>): Promise<void> {
    const id = this.#deps.newId();
    this.store.dispatch({ type: 'intended', intent: { id, seq: message.seq, act } });
    try {
      const rev = await work();
      if (rev !== undefined) this.store.dispatch({ type: 'confirmed', id, rev });
    } catch (error) {
      this.store.dispatch({ type: 'undone', id });
      throw error;
    }
  }

  #closedBy(error: unknown): boolean {
    const code = error instanceof Refused || (typeof error === 'object' && error !== null && 'code' in error) ? String(error.code) : '';
    const access = CLOSED[code];
    if (access !== undefined) this.store.update({ access, joined: false });
    return access !== undefined;
  }

  #after(name: string, ms: number, work: () => void): void {
    if (this.#closed) return;
    this.#timers.get(name)?.();
    this.#timers.set(
      name,
      this.#deps.later(() => {
        this.#timers.delete(name);
        work();
      }, ms),
    );
  }
}
