/**
 * Reads asked for in the same turn of the event loop go to the database as one. `read` is given distinct keys, at most
 * `most` of them; a key it does not answer is undefined.
 */
export function readInBatches<Value>(
  read: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
  most = 500,
): (key: string) => Promise<Value | undefined> {
  let waiting: Map<string, Promise<Value | undefined>> | undefined;

  function openBatch(): { keys: Map<string, Promise<Value | undefined>>; answers: Promise<ReadonlyMap<string, Value>> } {
    const keys = new Map<string, Promise<Value | undefined>>();
    const answers = new Promise<ReadonlyMap<string, Value>>((resolve, reject) => {
      setImmediate(() => {
        if (waiting === keys) waiting = undefined;
        read([...keys.keys()]).then(resolve, reject);
      });
    });
    return { keys, answers };
  }

  let answers: Promise<ReadonlyMap<string, Value>> | undefined;
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
