import { observeTransfer, secondsFor, type TransferSpeed } from './transfer-speed.ts';

/**
 * `queued` waits for its turn, `sending` has it, `lost` has it and waits for the network, `paused` was stopped by the person,
 * `failed` was refused by the server on its way, `refused` never began, `sent` has all its bytes there.
 */
export type UploadState = 'queued' | 'sending' | 'lost' | 'paused' | 'failed' | 'refused' | 'sent';

/** Codes beginning with `studio.` are said by the page, others by the server in the person's language. */
export interface UploadFailure {
  readonly code: string;
  readonly message: string;
  readonly requestId: string | null;
}

/** One file on its way. */
export interface UploadItem {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly sent: number;
  readonly state: UploadState;
  readonly speed: TransferSpeed | null;
  readonly uploadId: string | null;
  /** Once a video was made of it. */
  readonly videoId: string | null;
  readonly failure: UploadFailure | null;
  /** Object URL of a frame, and what the browser itself could read of the film. */
  readonly poster: string | null;
  readonly durationSeconds: number | null;
}

export type UploadEvent =
  | { readonly kind: 'added'; readonly item: UploadItem }
  | { readonly kind: 'described'; readonly id: string; readonly poster: string | null; readonly durationSeconds: number | null }
  | { readonly kind: 'started'; readonly id: string }
  | { readonly kind: 'created'; readonly id: string; readonly uploadId: string }
  | { readonly kind: 'became'; readonly id: string; readonly videoId: string }
  | { readonly kind: 'progressed'; readonly id: string; readonly sent: number; readonly at: number }
  | { readonly kind: 'paused' | 'resumed' | 'lost' | 'sent' | 'removed'; readonly id: string }
  | { readonly kind: 'failed' | 'refused'; readonly id: string; readonly failure: UploadFailure };

/** How many travel at once: more share one line and finish none sooner. */
export const AT_ONCE = 2;

/** From which states an event leads on; elsewhere it comes too late and changes nothing. */
const FROM: Partial<Record<UploadEvent['kind'], readonly UploadState[]>> = {
  started: ['queued', 'lost'],
  progressed: ['sending', 'lost'],
  paused: ['queued', 'sending', 'lost'],
  resumed: ['paused', 'lost', 'failed'],
  lost: ['sending'],
  sent: ['sending', 'lost'],
  failed: ['queued', 'sending', 'lost', 'sent'],
  refused: ['queued'],
};

/** The list after an event. The same list when the event means nothing there. */
export function advanceUploads(list: readonly UploadItem[], event: UploadEvent): readonly UploadItem[] {
  if (event.kind === 'added') return [...list, event.item];
  const before = list.find((item) => item.id === event.id);
  if (before === undefined) return list;
  const from = FROM[event.kind];
  if (from !== undefined && !from.includes(before.state)) return list;
  if (event.kind === 'removed') return list.filter((item) => item !== before);
  const after = change(before, event);
  return list.map((item) => (item === before ? after : item));
}

function change(item: UploadItem, event: Exclude<UploadEvent, { kind: 'added' }>): UploadItem {
  switch (event.kind) {
    case 'described':
      return { ...item, poster: event.poster ?? item.poster, durationSeconds: event.durationSeconds ?? item.durationSeconds };
    case 'started':
      return { ...item, state: 'sending', speed: null, failure: null };
    case 'created':
      return { ...item, uploadId: event.uploadId };
    case 'became':
      return { ...item, videoId: event.videoId };
    case 'progressed':
      return { ...item, state: 'sending', sent: event.sent, speed: observeTransfer(item.speed, event.sent, event.at) };
    case 'paused':
      return { ...item, state: 'paused', speed: null };
    case 'resumed':
      return { ...item, state: 'queued', speed: null, failure: null };
    case 'lost':
      return { ...item, state: 'lost', speed: null };
    case 'sent':
      return { ...item, state: 'sent', sent: item.size, speed: null };
    case 'failed':
    case 'refused':
      return { ...item, state: event.kind, speed: null, failure: event.failure };
    case 'removed':
      return item;
  }
}

/** Whose turn it is now: the oldest that wait, as many as places are free. What lost its line keeps its place. */
export function nextUploads(list: readonly UploadItem[]): readonly UploadItem[] {
  const busy = list.filter(({ state }) => state === 'sending' || state === 'lost').length;
  return list.filter(({ state }) => state === 'queued').slice(0, Math.max(0, AT_ONCE - busy));
}

export interface UploadTotals {
  /** Files that are sent or on their way. */
  readonly files: number;
  readonly sending: number;
  /** On their way or waiting for a turn, also without a line. */
  readonly open: number;
  readonly paused: number;
  readonly lost: number;
  readonly bytesLeft: number;
  /** 0 to 1, of all that are not done. */
  readonly ratio: number;
  readonly secondsLeft: number | null;
}

/** All of them together, for the line above the list. */
export function totalsOf(list: readonly UploadItem[]): UploadTotals {
  const count = (...states: UploadState[]) => list.filter(({ state }) => states.includes(state)).length;
  const open = list.filter(({ state }) => state === 'queued' || state === 'sending' || state === 'lost');
  const size = open.reduce((sum, item) => sum + item.size, 0);
  const sent = open.reduce((sum, item) => sum + item.sent, 0);
  const rates = open.map(({ speed }) => speed?.rate ?? null).filter((rate) => rate !== null);
  return {
    files: open.length + count('sent', 'paused'),
    sending: count('sending'),
    open: open.length,
    paused: count('paused'),
    lost: count('lost'),
    bytesLeft: size - sent,
    ratio: size === 0 ? 1 : sent / size,
    secondsLeft: secondsFor(size - sent, rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate, 0)),
  };
}

/** Milliseconds before the next try after `failures` in a row; `random` from 0 to 1 keeps many from coming back at once. */
export function retryDelay(failures: number, random: number): number {
  const ceiling = Math.min(30_000, 1_000 * 2 ** Math.max(0, failures - 1));
  return ceiling / 2 + (ceiling / 2) * random;
}
