import type { FileCard } from '@madang/chat/contract';
import type { Pending, ReplyTarget } from './room-state.ts';
import type { RoomStore } from './room-store.ts';

/** Where messages wait that could not be sent, also over a closed tab. */
export interface Outbox {
  read(): readonly Pending[];
  keep(pending: Pending): void;
  drop(clientId: string): void;
}

export interface Written {
  readonly body: string;
  readonly replyTo: ReplyTarget | null;
  readonly files: readonly FileCard[];
}

export interface WritingDeps {
  readonly store: RoomStore;
  readonly outbox: Outbox;
  readonly newId: () => string;
  readonly now: () => Date;
}

/** A message takes its place among those that wait: kept first, then shown. */
export function writePending({ store, outbox, newId, now }: WritingDeps, written: Written): void {
  const pending: Pending = { ...written, clientId: newId(), createdAt: now().toISOString(), step: 'waiting' };
  outbox.keep(pending);
  store.dispatch({ type: 'written', pending });
}
