/**
 * Which places of a room are drawn: at most `DRAWN_MOST` lines, whatever was read. `to: null` follows the newest message;
 * a number stands still while new ones arrive below.
 */
export interface ViewWindow {
  readonly from: number;
  readonly to: number | null;
}
/** What is held without a hole, and where the room begins and ends. */
export interface Held {
  readonly from: number;
  readonly to: number;
}

/** Lines drawn at most; some 8,000 px of talk. */
export const DRAWN_MOST = 160;
/** Lines added at a time. */
export const STEP = 40;

export const lastOf = (view: ViewWindow, head: number): number => view.to ?? head;

/** The newest part of what is held, following. */
export function viewOfPresent(held: Held): ViewWindow {
  return { from: Math.max(held.from, held.to - STEP - 20), to: null };
}

/** Around a place, standing still. It follows when it reaches the head anyway. */
export function viewAround(seq: number, held: Held, head: number): ViewWindow {
  const from = Math.max(held.from, seq - STEP);
  const to = Math.min(held.to, seq + STEP);
  return { from, to: to >= head ? null : to };
}

/** More of the past; what leaves the far end makes room. */
export function extendUp(view: ViewWindow, held: Held, head: number): ViewWindow {
  const from = Math.max(held.from, view.from - STEP);
  if (from === view.from) return view;
  const last = lastOf(view, head);
  return last - from + 1 > DRAWN_MOST ? { from, to: from + DRAWN_MOST - 1 } : { from, to: view.to };
}

/** Towards the present; at the head it follows again. */
export function extendDown(view: ViewWindow, held: Held, head: number): ViewWindow {
  if (view.to === null) return view;
  const to = Math.min(held.to, view.to + STEP);
  const from = Math.max(view.from, to - DRAWN_MOST + 1);
  if (to >= head) return { from, to: null };
  return to === view.to ? view : { from, to };
}

/**
 * After messages arrived: whoever reads the newest keeps a short list; whoever reads further up keeps what they look at, and
 * the list stops growing below it.
 */
export function followHead(view: ViewWindow, head: number, atEnd: boolean): ViewWindow {
  if (view.to !== null || head - view.from + 1 <= DRAWN_MOST) return view;
  return atEnd ? { from: head - DRAWN_MOST + STEP, to: null } : { from: view.from, to: view.from + DRAWN_MOST - 1 };
}
