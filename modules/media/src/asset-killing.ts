import type { BlobStore, Queries, ZoneContext, ZoneDb, ZoneTransaction } from '@madang/kernel';

class Killed extends Error {
  override readonly name = 'Killed';
}

/**
 * A process that dies at a chosen step: from then on nothing it tries to do to the database or the store happens, until it
 * is started again. A step is what one statement, one commit or one call of the store does; it dies before or after it.
 */
export class Mortal {
  steps = 0;
  #dieAt = Number.POSITIVE_INFINITY;
  #dead = false;

  /** Dies at this step from now, once. */
  dieAt(step: number): void {
    this.steps = 0;
    this.#dead = false;
    this.#dieAt = step;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  restart(): void {
    this.#dead = false;
    this.#dieAt = Number.POSITIVE_INFINITY;
  }

  async #step<T>(action: () => Promise<T>): Promise<T> {
    this.#look();
    const done = await action();
    this.#look();
    return done;
  }

  /** Throws from the step on at which it dies. */
  #look(): void {
    if (!this.#dead && ++this.steps >= this.#dieAt) this.#dead = true;
    if (this.#dead) throw new Killed();
  }

  #queries<Q extends Queries>(queries: Q): Q {
    return {
      ...queries,
      many: (query) => this.#step(() => queries.many(query)),
      maybeOne: (query) => this.#step(() => queries.maybeOne(query)),
      one: (query) => this.#step(() => queries.one(query)),
      run: (query) => this.#step(() => queries.run(query)),
    } satisfies Queries as Q;
  }

  zone({ zone, db }: ZoneContext): ZoneContext {
    const mortal: ZoneDb = {
      ...this.#queries(db),
      zoneId: db.zoneId,
      transaction: (work) =>
        this.#step(() =>
          db.transaction(async (tx) => {
            const inside: ZoneTransaction = {
              ...this.#queries<Queries>(tx),
              zoneId: tx.zoneId,
              afterCommit: (action) => tx.afterCommit(action),
            };
            const done = await work(inside);
            this.#look();
            return done;
          }),
        ),
    };
    return { zone, db: mortal };
  }

  blobs(real: BlobStore): BlobStore {
    return {
      put: (...args) => this.#step(() => real.put(...args)),
      find: (...args) => this.#step(() => real.find(...args)),
      // It dies before a read, not with an open file in its hands.
      get: (...args) => {
        this.#look();
        return real.get(...args);
      },
      copy: (...args) => this.#step(() => real.copy(...args)),
      join: (...args) => this.#step(() => real.join(...args)),
      delete: (...args) => this.#step(() => real.delete(...args)),
      list: (...args) => this.#step(() => real.list(...args)),
    };
  }
}
