import { executionAsyncResource } from 'node:async_hooks';

export interface TickShape {
  /** From the next tick on, until it is forgotten. */
  readonly entry: object | undefined;
  forget(): void;
}

/**
 * Holds an entry of the queue of `process.nextTick`, so that V8 goes on knowing the shape of all of them.
 *
 * V8 forgets a shape when it collects garbage and no object of it is left. Node makes these entries with computed names, and
 * such a place in its code, once it has met its own shape made anew, asks the runtime for ever after: each tick then costs three
 * times as much, and a request has five. So a server that was idle during one collection answered slower from then on.
 */
export function keepTickShape(): TickShape {
  let entry: object | undefined;
  process.nextTick(() => {
    entry = executionAsyncResource();
  });
  return {
    get entry() {
      return entry;
    },
    forget() {
      entry = undefined;
    },
  };
}
