export interface ToastOptions {
  readonly text: string;
  /** Undo, mostly. */
  readonly action?: { readonly label: string; readonly run: () => void };
  /** Milliseconds, default 5,000; 0 stays until closed. */
  readonly timeout?: number;
  /** Spoken at once instead of when there is a pause. */
  readonly urgent?: boolean;
}

type Listener = (options: ToastOptions) => void;
let host: Listener | undefined;
const waiting: ToastOptions[] = [];
let summon: (() => void) | undefined;

/** Says something at the edge of the page. The code that draws it is loaded by the first one. Browser only. */
export function toast(options: ToastOptions): void {
  if (host === undefined) {
    waiting.push(options);
    summon?.();
  } else host(options);
}

/** For the shell: called when the first toast needs a host. */
export function onFirstToast(listener: () => void): () => void {
  summon = listener;
  if (waiting.length > 0) listener();
  return () => {
    summon = undefined;
  };
}

/** For the host itself: takes what waits and all that follows. */
export function receiveToasts(listener: Listener): () => void {
  host = listener;
  for (const options of waiting.splice(0)) listener(options);
  return () => {
    host = undefined;
  };
}
