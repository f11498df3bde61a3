/** What the shell shows of uploads: small, because it is part of every page; the uploads themselves are loaded when there is one. */
export interface UploadSignal {
  /** On their way or waiting for a turn. */
  readonly open: number;
  readonly paused: number;
  /** None of the open ones has a line. */
  readonly lost: boolean;
  /** 0 to 1 of all open ones. */
  readonly ratio: number;
}

export const NO_UPLOADS: UploadSignal = { open: 0, paused: 0, lost: false, ratio: 1 };

let current = NO_UPLOADS;
const listeners = new Set<() => void>();

export const uploadSignal = {
  get: (): UploadSignal => current,
  set(next: UploadSignal): void {
    if (
      next.open === current.open &&
      next.paused === current.paused &&
      next.lost === current.lost &&
      Math.floor(next.ratio * 100) === Math.floor(current.ratio * 100)
    )
      return;
    current = next;
    for (const listener of listeners) listener();
  },
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
