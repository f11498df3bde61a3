import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes that pass between two tidyings. */
const EVERY_BYTES = 4 * 1024 * 1024;

let collect: ((options: { type: 'minor' }) => void) | undefined;
let passed = 0;

/**
 * Bytes of a body lie outside of V8's heap, and V8 answers to many of them with a full collection every 20 to 30 MB, half of
 * what an upload costs. They all die young: a small collection every few megabytes (about a millisecond) gives them back.
 */
export function tidyAfter(bytes: number): void {
  passed += bytes;
  if (passed < EVERY_BYTES) return;
  passed = 0;
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;
    setFlagsFromString('--no-expose-gc');
  }
  collect({ type: 'minor' });
}
