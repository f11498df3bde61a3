import { createApi } from './client.ts';
import { createSession, type Session } from './session.ts';

/**
 * The page's one client. A browser page is one person in one zone; the server never comes here (its loaders use `load`), so this
 * is built at the first call and not at import.
 */
let page: { session: Session; calls: ReturnType<typeof createApi> } | undefined;

function open() {
  if (import.meta.env.SSR) throw new Error('the browser client was called on the server: use load(context, …) in a loader');
  const send: typeof fetch = (...request) => globalThis.fetch(...request);
  const session = createSession({
    fetch: send,
    now: () => Date.now(),
    // Without Web Locks (an insecure origin) the server's grace for two tabs that refresh at once has to do.
    exclusively: (work) => (navigator.locks ? navigator.locks.request('madang-session', work) : work()),
    channel: new BroadcastChannel('madang-session'),
  });
  return { session, calls: createApi({ fetch: send, session }) };
}
function client() {
  page ??= open();
  return page;
}

export const session = (): Session => client().session;

type Calls = ReturnType<typeof createApi>;
export const api = ((...request: [never]) => client().calls.api(...request)) as Calls['api'];
export const apiPage = ((...request: [never]) => client().calls.apiPage(...request)) as Calls['apiPage'];
