import { fail, requestErrors } from '@madang/kernel';
import { hash, verify } from '@node-rs/argon2';

/** argon2id (RFC 9106) with OWASP's first choice for it: 19 MiB, two passes, one lane; about 25 ms of one core. */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** The same work whether or not there is an account: without a stored hash a stand-in is verified and the answer is false. */
  verify(stored: string | null | undefined, password: string): Promise<boolean>;
}

/**
 * Hashing runs on the thread pool, at most `concurrency` at once, so that a flood of sign-ins leaves threads for files and
 * names; beyond `waiting` in line the caller is told to come back (503).
 */
export function createPasswordHasher(options: { concurrency?: number; waiting?: number } = {}): PasswordHasher {
  const line = createLine(options.concurrency ?? 2, options.waiting ?? 256);
  const hashInLine = (password: string) => line(() => hash(password, ARGON2ID));
  let standIn: Promise<string> | undefined;

  return {
    hash: hashInLine,
    async verify(stored, password) {
      standIn ??= hash('a password that nobody has', ARGON2ID);
      const against = stored ?? (await standIn);
      const matches = await line(() => verify(against, password));
      return matches && stored != null;
    },
  };
}

function createLine(concurrency: number, waiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  const queue: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= concurrency) {
      if (queue.length >= waiting)
        fail(requestErrors.unavailable, { detail: 'too many passwords are being checked', retryAfterSeconds: 5 });
      await new Promise<void>((resolve) => queue.push(resolve));
    } else {
      running++;
    }
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next === undefined) running--;
      else next(); // the place passes on
    }
  };
}
