import type { SignedInBody } from '@madang/identity/contract';
import type { Locale } from '@madang/kernel';
import { ApiProblem, offlineProblem, readProblem } from './problem.ts';

interface Held {
  readonly token: string;
  readonly personId: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface SessionDeps {
  readonly fetch: typeof fetch;
  readonly now: () => number;
  /** Runs `work` while no other tab of this origin does. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  /** Tells the other tabs; they adopt a fresh token and forget an ended session. */
  readonly channel: Pick<BroadcastChannel, 'postMessage' | 'addEventListener'>;
}

/** A token is renewed this long before it ends, so that none dies on its way. */
const MARGIN_MS = 30_000;

/**
 * The access token, kept in memory only. The refresh cookie is the server's: it rotates at every refresh, so tabs take turns
 * and share what one of them got.
 */
export function createSession(deps: SessionDeps) {
  let held: Held | undefined;
  /** The server said so when it wrote the page, and nobody has come since: there is nothing to refresh. */
  let nobody = false;
  const listeners = new Set<(personId: string | undefined) => void>();

  const set = (next: Held | undefined) => {
    const changed = held?.personId !== next?.personId;
    held = next;
    nobody = false;
    if (changed) for (const listener of listeners) listener(next?.personId);
  };
  deps.channel.addEventListener('message', (event) => set((event as MessageEvent<Held | undefined>).data));

  const fresh = (): Held | undefined => (held !== undefined && held.expiresAt - MARGIN_MS > deps.now() ? held : undefined);

  function adopt(body: SignedInBody): void {
    set({ token: body.accessToken, personId: body.user.id, expiresAt: deps.now() + body.expiresIn * 1000 });
    deps.channel.postMessage(held);
  }

  async function post(path: string, body?: unknown): Promise<SignedInBody> {
    const response = await deps
      .fetch(path, {
        method: 'POST',
        credentials: 'same-origin',
        ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      })
      .catch((cause: unknown) => {
        throw offlineProblem(cause);
      });
    const answer: unknown = await response.json().catch(() => null);
    if (!response.ok) throw new ApiProblem(readProblem(response.status, answer, response.headers));
    return answer as SignedInBody;
  }

  /** A usable token for the refresh cookie; undefined when there is no session. `stale` is one the server refused. */
  function refresh(stale?: string): Promise<string | undefined> {
    if (nobody) return Promise.resolve(undefined);
    return deps.exclusively(async () => {
      const current = fresh();
      if (current !== undefined && current.token !== stale) return current.token;
      try {
        adopt(await post('/api/v1/auth/refresh'));
        return held?.token;
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 401) {
          set(undefined);
          return undefined;
        }
        throw error;
      }
    });
  }

  return {
    /** Without asking anyone. */
    held: (): string | undefined => fresh()?.token,
    /** The token for a change: the one at hand, or a new one. */
    bearer: async (): Promise<string | undefined> => fresh()?.token ?? (await refresh()),
    refresh,
    adopt,
    /** The page was written for no one. */
    knowNobody: (): void => {
      nobody = held === undefined;
    },
    /** Someone to act as: whoever is signed in, or a new guest. Answers the person's id. */
    ensurePerson: async (locale: Locale): Promise<string> => {
      const token = fresh()?.token ?? (await refresh());
      if (token !== undefined && held !== undefined) return held.personId;
      return deps.exclusively(async () => {
        const current = fresh();
        if (current !== undefined) return current.personId;
        const body = await post('/api/v1/auth/guest', { locale });
        adopt(body);
        return body.user.id;
      });
    },
    /** After signing out, in every tab. */
    end: (): void => {
      set(undefined);
      deps.channel.postMessage(undefined);
    },
    /** Called when another person (or no one) is signed in, whichever tab did it. */
    onPersonChange: (listener: (personId: string | undefined) => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
export type Session = ReturnType<typeof createSession>;
