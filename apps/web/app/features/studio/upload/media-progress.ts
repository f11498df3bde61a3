import type { MediaProgress } from '@madang/media/contract';
import { useEffect, useState } from 'react';
import { type Connection, connect } from '../../../realtime/connections.ts';

export type Watched = { readonly videoId: string } | { readonly uploadId: string };

const keyOf = (what: Watched): string => ('videoId' in what ? what.videoId : what.uploadId);

interface Watch {
  readonly what: Watched;
  readonly listeners: Set<(progress: MediaProgress) => void>;
  last: MediaProgress | undefined;
}

const watches = new Map<string, Watch>();
let connection: Promise<{ socket: Connection['socket']; close(): void }> | undefined;

const say = (socket: Connection['socket'], event: 'watch' | 'unwatch', what: Watched) => socket.emit(event, { ...what }, () => undefined);

function opened(): NonNullable<typeof connection> {
  connection ??= connect('/media').then(({ socket, release }) => {
    const hear = (progress: MediaProgress) => {
      for (const key of [progress.uploadId, progress.videoId ?? '']) {
        const watch = watches.get(key);
        if (watch === undefined) continue;
        watch.last = progress;
        for (const listener of watch.listeners) listener(progress);
      }
    };
    // After a break the server knows of nothing that was watched.
    const again = () => {
      for (const { what } of watches.values()) say(socket, 'watch', what);
    };
    socket.on('progress', hear).on('connect', again);
    return {
      socket,
      close() {
        socket.off('progress', hear).off('connect', again);
        release();
      },
    };
  });
  connection.catch(() => {
    connection = undefined;
  });
  return connection;
}

/** How far something is, as it happens. Everyone on the page shares one socket, which closes with the last who watches. */
export function watchProgress(what: Watched, listener: (progress: MediaProgress) => void): () => void {
  const key = keyOf(what);
  const watch = watches.get(key) ?? { what, listeners: new Set(), last: undefined };
  const first = watch.listeners.size === 0;
  watches.set(key, watch);
  watch.listeners.add(listener);
  if (watch.last !== undefined) listener(watch.last);
  const making = opened();
  // Unless the connection's own `connect` will say it.
  if (first) making.then(({ socket }) => socket.connected && watches.has(key) && say(socket, 'watch', what)).catch(() => undefined);
  return () => {
    watch.listeners.delete(listener);
    if (watch.listeners.size > 0) return;
    watches.delete(key);
    making
      .then((made) => {
        if (made.socket.connected && !watches.has(key)) say(made.socket, 'unwatch', what);
        if (watches.size > 0 || connection !== making) return;
        connection = undefined;
        made.close();
      })
      .catch(() => undefined);
  };
}

/** The newest word on an upload or a video while `enabled`; undefined until there is one. */
export function useProgress(what: Watched | undefined, enabled = true): MediaProgress | undefined {
  const [progress, setProgress] = useState<{ key: string; said: MediaProgress }>();
  const key = what === undefined ? undefined : keyOf(what);
  const kind = what !== undefined && 'videoId' in what ? 'videoId' : 'uploadId';
  useEffect(() => {
    if (key === undefined || !enabled) return;
    const watched = { [kind]: key } as Watched;
    return watchProgress(watched, (said) => setProgress({ key, said }));
  }, [key, kind, enabled]);
  return progress?.key === key ? progress?.said : undefined;
}
