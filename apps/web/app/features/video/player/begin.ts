import { data } from 'react-router';
import { startEarly } from './engine/early.ts';

/**
 * No page: a route only so that the build gives this file an address that the server can write into a page (`early-scripts.tsx`).
 * It begins the film on the page, beside React's own arrival and not after it.
 */
export function loader() {
  throw data(null, { status: 404 });
}

if (!import.meta.env.SSR) startEarly();
