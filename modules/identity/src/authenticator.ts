import { type Authenticator, type Clock, fail, requestErrors } from '@madang/kernel';
import type { AccessTokens } from './access-tokens.ts';
import { parseRefreshToken, type RefreshTokens } from './refresh-tokens.ts';
import type { SessionPrincipals } from './session-principals.ts';

/** For how long the token before the current one still counts: two tabs that refresh at once, an answer lost on the way. */
export const GRACE_MS = 10_000;

/** `__Host-` ties the cookie to the very host and to HTTPS (RFC 6265bis §4.1.3.2); plain HTTP cannot carry that prefix. */
export const cookieName = (secure: boolean): string => (secure ? '__Host-madang' : 'madang');

export function createAuthenticator(deps: {
  accessTokens: AccessTokens;
  refreshTokens: RefreshTokens;
  principals: SessionPrincipals;
  clock: Clock;
}): Authenticator {
  return {
    cookieName,

    async authenticate(zone, { bearer, sessionCookie }) {
      const zoneId = zone.zone.id;
      if (bearer !== undefined) {
        const claims = await deps.accessTokens.verify(bearer);
        if (claims === undefined) fail(requestErrors.unauthenticated, { detail: 'the bearer is not a valid access token' });
        if (claims.zoneId !== zoneId) fail(requestErrors.wrong_zone, { detail: `the token is for ${claims.zoneId}` });
        const session = await deps.principals.find(zone, claims.sessionId);
        if (session === undefined || session.principal.id !== claims.userId) {
          fail(requestErrors.unauthenticated, { detail: 'the session has ended' });
        }
        return session.principal;
      }

      const presented = parseRefreshToken(sessionCookie);
      if (presented === undefined) return undefined;
      const session = await deps.principals.find(zone, presented.sessionId);
      if (session === undefined) return undefined;
      if (!deps.refreshTokens.made({ zoneId, sessionId: presented.sessionId, seed: session.seed }, presented)) return undefined;
      const behind = session.generation - presented.generation;
      // What we know may be a second old, so a token ahead of it was minted just now by another node.
      const inGrace = behind === 1 && deps.clock.now().getTime() - session.rotatedAt <= GRACE_MS;
      return behind <= 0 || inGrace ? session.principal : undefined;
    },

    async current(zone, principal) {
      const session = await deps.principals.find(zone, principal.sessionId);
      return session?.principal.id === principal.id ? session.principal : undefined;
    },
  };
}
