import { use } from 'react';
import { UNSAFE_FrameworkContext as FrameworkContext } from 'react-router';
import { HLS_URL } from './engine/hls-url.ts';

/** As `routes.ts` names it. */
const BEGIN = 'video-begin';

/**
 * In the server's page only: hls.js and what begins the film, each as soon as it is there and
 * before the many small files of the page (browsers fetch six at a time over HTTP/1.1). Where the router keeps its list of
 * files is not part of its promise; without it the film begins with the player's code, a little later.
 */
export function EarlyScripts() {
  const framework = use(FrameworkContext);
  if (!import.meta.env.SSR) return null;
  const begin = framework?.manifest.routes[BEGIN];
  return (
    <>
      <script type="module" async src={HLS_URL} fetchPriority="high" />
      {begin?.imports?.map((href) => (
        <link key={href} rel="modulepreload" href={href} fetchPriority="high" />
      ))}
      {begin && <script type="module" async src={begin.module} fetchPriority="high" />}
    </>
  );
}
