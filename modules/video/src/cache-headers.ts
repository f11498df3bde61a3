import type { Principal } from '@madang/kernel';

/** A list for nobody in particular may be kept by anyone for five minutes; one for a person by no one. */
export const listCaching = (principal: Principal | undefined): Record<string, string> =>
  principal === undefined ? { 'Cache-Control': 'public, max-age=300', Vary: 'Authorization, Cookie' } : {};
