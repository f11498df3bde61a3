import { fail, type Logger, MadangError, type PeopleDirectory, type Principal, type ZoneContext } from '@madang/kernel';
import type { Broadcasts } from './broadcasts.ts';
import { chatErrors } from './chat-errors.ts';
import type { Message } from './contract.ts';
import { Gather, type Waiting } from './gather.ts';
import { mentionedIds } from './mentions.ts';
import { isRoomId, parseMessageId } from './message-id.ts';
import type { MessageRow, MessageViews } from './message-views.ts';
import type { RoomAccess } from './room-access.ts';
import type { SendLimit } from './send-limit.ts';
import type { Send, StoreMessages, StoreOutcome } from './store-messages.ts';
import type { UnreadHints } from './unread-hints.ts';

const INTERVAL_MS = 16;
const MOST_PER_BATCH = 500;

export interface SendInput {
  readonly roomId: string;
  readonly clientId: string;
  readonly body: string;
  readonly replyTo?: string | null | undefined;
  readonly fileIds: readonly string[];
}
export interface Sent {
  /** False when the client id was known [CH3]. */
  readonly fresh: boolean;
  readonly message: Message;
}
/** A message of this batch, or the place of one that was stored before. */
type Result =
  | { readonly fresh: true; readonly message: Message }
  | { readonly fresh: false; readonly seq: number; readonly createdAt: Date };

interface MessageSenderDeps {
  readonly store: StoreMessages;
  readonly access: RoomAccess;
  readonly views: MessageViews;
  readonly people: PeopleDirectory;
  readonly broadcasts: Broadcasts;
  readonly hints: UnreadHints;
  readonly limit: SendLimit;
  readonly logger: Logger;
}

/**
 * Sends of one zone that arrive together are stored together, then acknowledged and broadcast [CH2] [CH4] [CH5].
 * One batch of a zone at a time: that is what keeps a room's broadcasts in order.
 */
export class MessageSender {
  readonly #deps: MessageSenderDeps;
  readonly #gather: Gather<Send, Result>;

  constructor(deps: MessageSenderDeps) {
    this.#deps = deps;
    this.#gather = new Gather({ run: (zone, batch) => this.#run(zone, batch), intervalMs: INTERVAL_MS, most: MOST_PER_BATCH });
  }

  /** Resolves once stored; `limited: false` for the program's own sends. */
  async send(zone: ZoneContext, principal: Principal, input: SendInput, options: { limited: boolean } = { limited: true }): Promise<Sent> {
    const result = await this.#add(zone, principal, input, options.limited);
    if (result.fresh) return result;
    const message = await this.#deps.views.find(zone, input.roomId, result.seq, principal.id);
    if (message === undefined) fail(chatErrors.message_not_found);
    return { fresh: false, message };
  }

  /** As `send`, for who needs no more than the place. */
  async sendForPlace(zone: ZoneContext, principal: Principal, input: SendInput): Promise<{ seq: number; createdAt: string }> {
    const result = await this.#add(zone, principal, input, true);
    return result.fresh
      ? { seq: result.message.seq, createdAt: result.message.createdAt }
      : { seq: result.seq, createdAt: result.createdAt.toISOString() };
  }

  close(): Promise<void> {
    return this.#gather.close();
  }

  async #add(zone: ZoneContext, principal: Principal, input: SendInput, limited: boolean): Promise<Result> {
    const send = await this.#check(zone, principal, input);
    if (limited) this.#deps.limit.spend(zone.zone.id, principal.id);
    return this.#gather.add(zone, send);
  }

  /** All that can be refused without the room, so that the batch holds only what the database will take. */
  async #check(zone: ZoneContext, principal: Principal, input: SendInput): Promise<Send> {
    if (!isRoomId(input.roomId)) fail(chatErrors.room_not_found);
    if (input.fileIds.length === 0 && input.body.trim() === '') fail(chatErrors.empty_message);
    const fileIds = [...new Set(input.fileIds)];
    if (fileIds.some((id) => !/^[a-z]+_[0-9a-z-]+$/.test(id))) fail(chatErrors.message_not_found, { detail: 'a file id is malformed' });
    let replyTo: number | null = null;
    if (input.replyTo != null) {
      const place = parseMessageId(input.replyTo);
      if (place === undefined || place.roomId !== input.roomId) fail(chatErrors.reply_not_found);
      replyTo = place.seq;
    }
    return {
      principal,
      roomId: input.roomId,
      clientId: input.clientId,
      body: input.body,
      replyTo,
      fileIds,
      mentions: await this.#mentions(zone, input.body),
    };
  }

  async #mentions(zone: ZoneContext, body: string): Promise<readonly string[]> {
    const ids = mentionedIds(body);
    if (ids.length === 0) return ids;
    const existing = await this.#deps.people.existing(zone, ids);
    return ids.filter((id) => existing.has(id));
  }

  async #run(zone: ZoneContext, batch: readonly Waiting<Send, Result>[]): Promise<void> {
    // The same send twice in one batch is one send with two people waiting, who are the same person.
    const groups = new Map<string, Waiting<Send, Result>[]>();
    for (const entry of batch) {
      const key = JSON.stringify([entry.item.roomId, entry.item.principal.id, entry.item.clientId]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [entry]);
      else group.push(entry);
    }
    const waiting = [...groups.values()];
    try {
      await this.#storeAndTell(zone, waiting, false);
    } catch (error) {
      if (waiting.length > 1)
        this.#deps.logger.warn({ err: error, sends: waiting.length }, 'a batch of messages failed; storing them one by one');
      // One by one: only what the database refuses fails. Whether the batch took effect may be unknown (a connection lost in
      // COMMIT): then the messages are known now, and told as if they were new.
      for (const group of waiting) {
        try {
          await this.#storeAndTell(zone, [group], true);
        } catch (cause) {
          for (const entry of group) entry.reject(cause);
        }
      }
    }
  }

  async #storeAndTell(zone: ZoneContext, groups: readonly Waiting<Send, Result>[][], again: boolean): Promise<void> {
    const sends = groups.map((group) => (group[0] as Waiting<Send, Result>).item);
    const outcomes = await this.#deps.store(zone, sends);
    const fresh: { send: Send; group: Waiting<Send, Result>[]; row: MessageRow & { room_id: string } }[] = [];
    for (const [index, group] of groups.entries()) {
      const outcome = outcomes[index] as StoreOutcome;
      const send = sends[index] as Send;
      if (outcome.kind === 'refused') for (const entry of group) entry.reject(outcome.error);
      else if (outcome.kind === 'attached') this.#askAttached(zone, group, outcome.row);
      else if (outcome.kind === 'stored') fresh.push({ send, group, row: rowOf(send, outcome) });
      else {
        for (const entry of group) entry.resolve({ fresh: false, seq: outcome.seq, createdAt: outcome.createdAt });
        // Whoever stored it may have died before telling. As long as nothing followed, no receiver could notice the gap.
        if (again || outcome.head) await this.#tellAgain(zone, send.roomId, outcome.seq);
      }
    }
    const messages = await this.#deps.views.presentAll(
      zone,
      fresh.map(({ row }) => row),
    );
    for (const [index, { send, group }] of fresh.entries()) {
      const message = messages[index] as Message;
      settle(group, { fresh: true, message });
      this.#tell(zone, message, send);
    }
  }

  #tell(zone: ZoneContext, message: Message, send: Send): void {
    const { broadcasts, hints } = this.#deps;
    broadcasts.message(zone.zone.id, message);
    hints.touch(zone.zone.id, message.roomId, message.seq);
    for (const id of send.mentions) {
      if (id === send.principal.id) continue;
      this.#deps.access.mayHear(zone, id, message.roomId).then(
        (may) => {
          if (!may) return;
          const { roomId, id: messageId, seq, sender } = message;
          broadcasts.toPerson(zone.zone.id, id, 'mention', { roomId, id: messageId, seq, sender, body: message.body.slice(0, 140) });
        },
        (error) => this.#deps.logger.warn({ err: error }, 'a mention was not told'),
      );
    }
  }

  async #tellAgain(zone: ZoneContext, roomId: string, seq: number): Promise<void> {
    const message = await this.#deps.views.find(zone, roomId, seq, '');
    if (message !== undefined) this.#deps.broadcasts.message(zone.zone.id, message);
  }

  /** The module that attached the room is asked outside of any transaction; the send comes round again with its answer. */
  #askAttached(zone: ZoneContext, group: readonly Waiting<Send, Result>[], row: Parameters<RoomAccess['attachedGrant']>[2]): void {
    const first = group[0] as Waiting<Send, Result>;
    this.#deps.access
      .attachedGrant(zone, first.item.principal, row)
      .then((attachedGrant) => this.#gather.add(zone, { ...first.item, attachedGrant }))
      .then(
        (result) => settle(group, result),
        (error) => {
          for (const entry of group)
            entry.reject(error instanceof MadangError ? error : new Error('an attached room could not be asked', { cause: error }));
        },
      );
  }
}

/** One of those who sent the same thing made the message; for the others it was known [CH3]. */
function settle(group: readonly Waiting<Send, Result>[], result: Result): void {
  const [first, ...others] = group;
  first?.resolve(result);
  const known: Result = result.fresh ? { fresh: false, seq: result.message.seq, createdAt: new Date(result.message.createdAt) } : result;
  for (const entry of others) entry.resolve(known);
}

const rowOf = (send: Send, outcome: Extract<StoreOutcome, { kind: 'stored' | 'known' }>): MessageRow & { room_id: string } => ({
  room_id: send.roomId,
  seq: outcome.seq,
  rev: 0,
  sender_id: send.principal.id,
  client_id: send.clientId,
  body: send.body,
  reply_to: send.replyTo,
  file_ids: send.fileIds.length === 0 ? null : [...send.fileIds],
  mentions: send.mentions.length === 0 ? null : [...send.mentions],
  created_at: outcome.createdAt,
  edited_at: null,
  deleted_at: null,
  reply: outcome.reply,
  reactions: null,
});
