import { PassThrough } from 'node:stream';
import type { Locale } from '@madang/kernel';
import { createReadableStreamFromReadable } from '@react-router/node';
import { isbot } from 'isbot';
import { renderToPipeableStream } from 'react-dom/server';
import { type EntryContext, type HandleErrorFunction, isRouteErrorResponse, type RouterContextProvider, ServerRouter } from 'react-router';
import { pageContext } from './api/load.ts';
import { loadLocale } from './i18n/instances.ts';
import { LOCALES } from './i18n/locales.ts';
import { NonceContext } from './shell/nonce.ts';

await Promise.all(LOCALES.map((locale: Locale) => loadLocale(locale)));

/** Loaders' promises that are not kept by then are given up; React Router reads this name. */
export const streamTimeout = 5_000;

export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  routerContext: EntryContext,
  context: RouterContextProvider,
): Promise<Response> | Response {
  if (request.method === 'HEAD') return new Response(null, { status, headers });
  // Empty for renders that shared caches keep: their inline scripts are allowed by hash.
  const nonce = pageContext(context).nonce || undefined;
  const agent = request.headers.get('user-agent');
  // Crawlers get the whole page at once; people its shell first.
  const ready = agent !== null && isbot(agent) ? 'onAllReady' : 'onShellReady';
  return new Promise((resolve, reject) => {
    let answered = false;
    const { pipe, abort } = renderToPipeableStream(
      <NonceContext value={nonce}>
        <ServerRouter context={routerContext} url={request.url} nonce={nonce} />
      </NonceContext>,
      {
        nonce,
        // Parts that are ready stand where they belong, however large: readers without scripts, and first paints, see them.
        progressiveChunkSize: Number.POSITIVE_INFINITY,
        [ready]() {
          answered = true;
          const body = new PassThrough({
            final(done) {
              clearTimeout(timer);
              done();
            },
          });
          headers.set('Content-Type', 'text/html; charset=utf-8');
          pipe(body);
          resolve(new Response(createReadableStreamFromReadable(body), { status, headers }));
        },
        onShellError: reject,
        onError(error) {
          // Before the answer, `onShellError` rejects and the router reports it.
          if (answered) console.error(error);
        },
      },
    );
    const timer = setTimeout(abort, streamTimeout + 1_000);
    request.signal.addEventListener('abort', () => abort(), { once: true });
  });
}

/** Defects only: refusals (404, 403 …) are answers, and a reader who left is no error. */
export const handleError: HandleErrorFunction = (error, { request }) => {
  if (request.signal.aborted || (isRouteErrorResponse(error) && error.status < 500)) return;
  console.error(request.headers.get('x-request-id') ?? '-', request.method, new URL(request.url).pathname, error);
};
