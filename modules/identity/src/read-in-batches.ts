/**
 * Reads asked for in the same turn of the event loop go to the database as one. `read` is given distinct keys, at most
 * `most` of them; a key it does not answer is undefined. A lone read goes at once; with `intervalMs` a batch starts no sooner
 * than that after the one before, so that under load fewer and larger ones go.
 */
export function readInBatches<Value>(
  read: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
  { most = 500, intervalMs = 0 }: { most?: number; intervalMs?: number } = {},
): (key: string) => Promise<Value | undefined> {
  let waiting: Map<string, Promise<Value | undefined>> | undefined;
  let answers: Promise<ReadonlyMap<string, Value>> | undefined;
  let lastStart = Number.NEGATIVE_INFINITY;

  function openBatch(): { keys: Map<string, Promise<Value | undefined>>; answers: Promise<ReadonlyMap<string, Value>> } {
    const keys = new Map<string, Promise<Value | undefined>>();
    const answers = new Promise<ReadonlyMap<string, Value>>((resolve, reject) => {
      const start = () => {
        if (waiting === keys) waiting = undefined;
        lastStart = performance.now();
        read([...keys.keys()]).then(resolve, reject);
      };
      const rest = lastStart + intervalMs - performance.now();
      if (rest > 1) setTimeout(start, rest);
      else setImmediate(start);
    });
    return { keys, answers };
  }

  return (key) => {
    if (waiting === undefined || answers === undefined || waiting.size >= most) {
      const batch = openBatch();
      waiting = batch.keys;
      answers = batch.answers;
    }
    const asked = waiting.get(key);
    if (asked !== undefined) return asked;
    const answer = answers.then((found) => found.get(key));
    waiting.set(key, answer);
    return answer;
  };
}
