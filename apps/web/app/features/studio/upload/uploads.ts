import { useSyncExternalStore } from 'react';
import { api, session } from '../../../api/browser.ts';
import type { UploadItem } from '../engine/upload-list.ts';
import type { Transfer, Transport } from './transport.ts';
import { uploadMemory } from './upload-memory.ts';
import { UploadQueue } from './upload-queue.ts';

let open: { personId: string; queue: UploadQueue } | undefined;

/** The person's uploads on this page. Whoever was here before takes theirs along. */
export function uploadsOf(personId: string): UploadQueue {
  if (open?.personId === personId) return open.queue;
  open?.queue.close();
  const queue = UploadQueue.create({
    api,
    session: session(),
    transport: lateTransport(),
    memory: uploadMemory(personId),
    now: () => performance.now(),
    random: Math.random,
  });
  const leave = session().onPersonChange((next) => {
    if (next === personId) return;
    leave();
    queue.close();
    if (open?.queue === queue) open = undefined;
  });
  open = { personId, queue };
  return queue;
}

/** tus is loaded with the first file. */
function lateTransport(): Transport {
  let loading: Promise<Transport> | undefined;
  const load = () => {
    loading ??= import('./tus-transport.ts').then(({ createTusTransport }) => createTusTransport());
    loading.catch(() => {
      loading = undefined;
    });
    return loading;
  };
  const send: Transport['send'] = (file, url, events) => {
    let transfer: Transfer | undefined;
    let stopped = false;
    load().then(
      (transport) => {
        if (!stopped) transfer = transport.send(file, url, events);
      },
      () => {
        if (stopped) return;
        events.onError({ status: 0, body: '', retryAfterSeconds: null, requestId: null, token: undefined, resuming: false });
      },
    );
    return {
      abort: () => {
        stopped = true;
        transfer?.abort();
      },
    };
  };
  return { send, terminate: async (url, token) => (await load()).terminate(url, token) };
}

const NONE: readonly UploadItem[] = [];

/** The list as it is now. The queue itself is the browser's alone: ask for it where a person did something. */
export function useUploads(personId: string): { queue: () => UploadQueue; items: readonly UploadItem[] } {
  const queue = () => uploadsOf(personId);
  const items = useSyncExternalStore(
    import.meta.env.SSR ? () => () => undefined : queue().subscribe,
    () => queue().get(),
    () => NONE,
  );
  return { queue, items };
}
