import type { NotificationServerEvents } from '@madang/notifications/contract';
import { useSyncExternalStore } from 'react';
import { api } from '../../api/browser.ts';
import { onForget } from '../../api/forget.ts';

export type LiveNotification = NotificationServerEvents['notification']['notification'];

export interface BellState {
  /** Undefined until it is known. */
  readonly unread: number | undefined;
  /** What arrived while this page was open, the latest first. */
  readonly arrived: readonly LiveNotification[];
}

const KEPT = 50;
const NOTHING: BellState = { unread: undefined, arrived: [] };
let state = NOTHING;
const listeners = new Set<() => void>();
const become = (next: BellState): void => {
  state = next;
  for (const listener of listeners) listener();
};
onForget(() => become(NOTHING));

export const bellStore = {
  heard({ notification, unread }: NotificationServerEvents['notification']): void {
    const others = state.arrived.filter((one) => one.id !== notification.id);
    become({ unread, arrived: [notification, ...others].slice(0, KEPT) });
  },
  counted: (unread: number): void => become({ ...state, unread }),
  /** Nothing is said when it fails: the next time asks again. */
  async ask(): Promise<void> {
    const answer = await api('GET /api/v1/notifications/unread').catch(() => undefined);
    if (answer !== undefined) bellStore.counted(answer.unread);
  },
};

export function useBell(): BellState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
    () => NOTHING,
  );
}
