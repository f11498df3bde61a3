import type { Socket } from 'socket.io-client';
import { session } from '../api/browser.ts';

export type ConnectionState = 'connecting' | 'online' | 'waiting' | 'ended';

/** A namespace's socket, shared by everyone on the page who asked for it. */
export interface Connection {
  readonly socket: Socket;
  state(): ConnectionState;
  onState(listener: (state: ConnectionState) => void): () => void;
  /** Now, instead of when the wait is over. */
  retry(): void;
  /** Give it back; the socket closes with the last one. */
  release(): void;
}

interface Shared {
  readonly opened: Promise<Omit<Connection, 'release'> & { close(): void }>;
  users: number;
}

const open = new Map<string, Shared>();
/** A person who moves from room to room keeps the socket. */
const LINGER_MS = 5_000;

/** `connect('/chat')`. The library is loaded at the first call. The server admits guests and accounts: have a person first. */
export async function connect(namespace: `/${string}`): Promise<Connection> {
  const shared = open.get(namespace) ?? { opened: openSocket(namespace), users: 0 };
  open.set(namespace, shared);
  shared.users++;
  const opened = await shared.opened.catch((error: unknown) => {
    open.delete(namespace);
    throw error;
  });
  let released = false;
  return {
    ...opened,
    release() {
      if (released) return;
      released = true;
      shared.users--;
      setTimeout(() => {
        if (shared.users > 0 || open.get(namespace) !== shared) return;
        open.delete(namespace);
        opened.close();
      }, LINGER_MS);
    },
  };
}

async function openSocket(namespace: string): Promise<Omit<Connection, 'release'> & { close(): void }> {
  const { io } = await import('socket.io-client');
  const socket = io(namespace, {
    path: '/ws',
    transports: ['websocket'],
    // Asked at every attempt: a token that ran out meanwhile is renewed first.
    auth: (answer) =>
      void session()
        .bearer()
        .then(
          (token) => answer({ token }),
          () => answer({}),
        ),
    reconnectionDelay: 500,
    reconnectionDelayMax: 10_000,
    randomizationFactor: 0.5,
  });

  let state: ConnectionState = 'connecting';
  let refusals = 0;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  const listeners = new Set<(state: ConnectionState) => void>();
  const become = (next: ConnectionState) => {
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener(next);
  };

  socket.on('connect', () => {
    refusals = 0;
    become('online');
  });
  socket.on('disconnect', (reason) => {
    if (state === 'ended') return;
    become('waiting');
    // The library leaves it to us when the server itself hung up (a restart, a rebalance).
    if (reason === 'io server disconnect') again();
  });
  socket.on('connect_error', (error: Error & { data?: { code?: string } }) => {
    if (state !== 'ended') become('waiting');
    if (socket.active) return; // the transport failed: the library tries again by itself
    if (error.data?.code === 'request.unauthenticated') {
      session()
        .refresh()
        .then(
          (token) => (token === undefined ? become('ended') : again()),
          () => again(),
        );
    } else again();
  });
  socket.on('session:ended', () => {
    become('ended');
    session().end();
    socket.disconnect();
  });

  /** Full jitter: after a server restart not everyone knocks at once. */
  function again() {
    clearTimeout(retryTimer);
    const ceiling = Math.min(10_000, 500 * 2 ** refusals++);
    retryTimer = setTimeout(() => socket.connect(), Math.random() * ceiling);
  }
  const wake = () => {
    if (state === 'waiting') socket.connect();
  };
  window.addEventListener('online', wake);

  return {
    socket,
    state: () => state,
    onState: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    retry: wake,
    close() {
      clearTimeout(retryTimer);
      window.removeEventListener('online', wake);
      become('ended');
      socket.disconnect();
    },
  };
}
