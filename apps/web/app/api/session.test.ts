import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createApi } from './client.ts';
import { ApiProblem, isOffline } from './problem.ts';
import { createSession } from './session.ts';

type Answer = { status: number; body?: unknown; headers?: Record<string, string> };

/** Tabs of one browser: they share the cookie jar, the lock and the channel, and each has its own memory. */
function browser(answer: (path: string, init: RequestInit) => Answer | Promise<Answer>) {
  let now = 1_000_000;
  let queue: Promise<unknown> = Promise.resolve();
  const calls: string[] = [];
  const tabs: ((event: MessageEvent) => void)[] = [];

  const fetch = (async (path: string, init: RequestInit = {}) => {
    calls.push(`${init.method ?? 'GET'} ${path} ${new Headers(init.headers).get('authorization') ?? '-'}`);
    const { status, body, headers } = await answer(path, init);
    return new Response(body === undefined ? null : JSON.stringify(body), { status, headers });
  }) as typeof globalThis.fetch;

  function tab() {
    let mine: ((event: MessageEvent) => void) | undefined;
    const session = createSession({
      fetch,
      now: () => now,
      exclusively: (work) => {
        const turn = queue.then(work);
        queue = turn.catch(() => undefined);
        return turn;
      },
      channel: {
        addEventListener: (_type: string, listener: unknown) => {
          mine = listener as (event: MessageEvent) => void;
          tabs.push(mine);
        },
        postMessage: (data: unknown) => {
          for (const listener of tabs) if (listener !== mine) listener({ data } as MessageEvent);
        },
      } as never,
    });
    return { session, ...createApi({ fetch, session }) };
  }
  return { tab, calls, wait: (ms: number) => (now += ms) };
}

const signedIn = (token: string, id = 'user_1'): Answer => ({ status: 200, body: { user: { id }, accessToken: token, expiresIn: 600 } });
const refused: Answer = { status: 401, body: { code: 'request.unauthenticated', message: 'Please sign in.', fields: [] } };

describe('the session of a browser', () => {
  it('refreshes once for two tabs that need a token at the same time', async () => {
    const { tab, calls } = browser(() => signedIn('one'));
    const [a, b] = [tab(), tab()];
    assert.deepEqual(await Promise.all([a.session.bearer(), b.session.bearer()]), ['one', 'one']);
    assert.equal(calls.length, 1);
  });

  it('renews before the token ends', async () => {
    let made = 0;
    const { tab, wait } = browser(() => signedIn(`token-${++made}`));
    const { session } = tab();
    assert.equal(await session.bearer(), 'token-1');
    wait(569_000);
    assert.equal(await session.bearer(), 'token-1');
    wait(2_000);
    assert.equal(await session.bearer(), 'token-2');
  });

  it('makes one guest, however many tabs ask', async () => {
    const { tab, calls } = browser((path) => (path.endsWith('/guest') ? { ...signedIn('g', 'guest_1'), status: 201 } : refused));
    const [a, b] = [tab(), tab()];
    assert.deepEqual(await Promise.all([a.session.ensurePerson('ko'), b.session.ensurePerson('en')]), ['guest_1', 'guest_1']);
    assert.equal(calls.filter((call) => call.includes('/guest')).length, 1);
  });

  it('makes no guest of someone who is signed in, nor when the server cannot say', async () => {
    const someone = browser(() => signedIn('t', 'user_9'));
    assert.equal(await someone.tab().session.ensurePerson('ko'), 'user_9');
    assert.ok(someone.calls.every((call) => !call.includes('/guest')));

    const down = browser(() => ({ status: 503, body: {} }));
    await assert.rejects(down.tab().session.ensurePerson('ko'), ApiProblem);
    assert.ok(down.calls.every((call) => !call.includes('/guest')));
  });

  it('tells every tab when the person changes', async () => {
    const { tab } = browser(() => signedIn('one'));
    const [a, b] = [tab(), tab()];
    const heard: (string | undefined)[] = [];
    b.session.onPersonChange((id) => heard.push(id));
    await a.session.bearer();
    a.session.end();
    assert.deepEqual(heard, ['user_1', undefined]);
    assert.equal(b.session.held(), undefined);
  });
});

describe('a call', () => {
  it('reads without a token when none is at hand, and changes only with one', async () => {
    const { tab, calls } = browser((path) => (path.includes('refresh') ? signedIn('one') : { status: 200, body: { items: [] } }));
    const { api } = tab();
    await api('GET /api/v1/rooms', { query: { scope: 'public', cursor: undefined } });
    await api('POST /api/v1/rooms/:roomId/join', { params: { roomId: 'a/b' } });
    assert.deepEqual(calls, [
      'GET /api/v1/rooms?scope=public -',
      'POST /api/v1/auth/refresh -',
      'POST /api/v1/rooms/a%2Fb/join Bearer one',
    ]);
  });

  it('renews a refused token once and says the call again', async () => {
    let renewed = 0;
    const { tab } = browser((path, init) => {
      if (path.includes('refresh')) return signedIn(`t${++renewed}`);
      return new Headers(init.headers).get('authorization') === 'Bearer t2' ? { status: 200, body: { ok: true } } : refused;
    });
    const { api } = tab();
    assert.deepEqual(await api('POST /api/v1/rooms/:roomId/join', { params: { roomId: 'r' } }), { ok: true });
    assert.equal(renewed, 2);
  });

  it('throws what the server refused, with its fields, and says when there was no answer', async () => {
    const problem = {
      code: 'request.invalid',
      message: 'Please check.',
      fields: [{ path: 'body.name', code: 'required', message: 'This is needed.' }],
    };
    const { tab } = browser((path) => {
      if (path.includes('refresh')) return signedIn('t');
      if (path.includes('/city')) throw new TypeError('network');
      return { status: 400, body: problem, headers: { 'Retry-After': '7' } };
    });
    const { api } = tab();
    await assert.rejects(api('POST /api/v1/rooms', { body: { visibility: 'public' } }), (error) => {
      assert.ok(error instanceof ApiProblem);
      assert.deepEqual(
        [error.code, error.status, error.field('name'), error.document.retryAfterSeconds],
        ['request.invalid', 400, 'This is needed.', 7],
      );
      return true;
    });
    await assert.rejects(api('GET /api/v1/city'), (error) => isOffline(error));
  });

  it('hands over the cursor of the next page', async () => {
    const { tab } = browser(() => ({ status: 200, body: { items: [1] }, headers: { 'X-Next-Cursor': 'c2' } }));
    assert.deepEqual(await tab().apiPage('GET /api/v1/rooms'), { items: [1], nextCursor: 'c2' });
  });

  it('asks for nothing where the page was written for no one, until someone comes in any tab', async () => {
    const { tab, calls } = browser((path) => {
      if (path.endsWith('/guest')) return { status: 201, body: { accessToken: 't1', expiresIn: 600, user: { id: 'guest_1' } } };
      return { status: 401, body: { code: 'request.unauthenticated' } };
    });
    const [here, there] = [tab(), tab()];
    for (const { session } of [here, there]) session.knowNobody();
    assert.equal(await here.session.bearer(), undefined);
    assert.equal(calls.length, 0);
    assert.equal(await there.session.ensurePerson('ko'), 'guest_1');
    assert.equal(await here.session.bearer(), 't1');
    assert.deepEqual(
      calls.map((call) => call.split(' ')[1]),
      ['/api/v1/auth/guest'],
    );
  });
});
