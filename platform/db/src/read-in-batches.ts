import type { ZoneDb } from '@madang/kernel';

/**
 * Reads of a zone that are asked for together go to the database as one statement: each costs a round trip and the start of
 * a plan, which are most of what a small read costs. `read` is given distinct keys, at most `most` of them; a key it does not
 * answer is undefined. Nothing is kept: a statement starts after everyone in it asked. A lone read goes at once; with
 * `intervalMs` a batch starts no sooner than that after the one before, so that under load fewer and larger ones go.
 */
export function readInBatches<Value>(
  read: (db: ZoneDb, keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
  { most = 500, intervalMs = 0 }: { most?: number; intervalMs?: number } = {},
): (db: ZoneDb, key: string) => Promise<Value | undefined> {
  // a zone's database object is made anew when the zone changes
  const readers = new WeakMap<ZoneDb, (key: string) => Promise<Value | undefined>>();
  return (db, key) => {
    let reader = readers.get(db);
    if (reader === undefined) {
      reader = readerOf((keys) => read(db, keys), most, intervalMs);
      readers.set(db, reader);
    }
    return reader(key);
  };
}

function readerOf<Value>(
  read: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
  most: number,
  intervalMs: number,
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
