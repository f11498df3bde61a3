import type { Principal } from './principal.ts';
import type { ZoneContext } from './zone.ts';

export interface Credentials {
  /** The token of `Authorization: Bearer …`, or a socket's `auth.token`. */
  readonly bearer?: string;
  /** The refresh cookie: reads pages and pictures by GET; never authorizes a change outside `/api/v1/auth/*`. */
  readonly sessionCookie?: string;
}

/** Who is asking. Implemented by `identity`, used by the edge for HTTP and by sockets. */
export interface Authenticator {
  /** Name of the session cookie (`__Host-` on HTTPS). */
  cookieName(secure: boolean): string;
  /**
   * Undefined when there are no credentials (or only a dead cookie). Throws `request.unauthenticated` for a bad, expired
   * or revoked bearer and `request.wrong_zone` for a token of another zone.
   */
  authenticate(zone: ZoneContext, credentials: Credentials): Promise<Principal | undefined>;
  /** The same person as of now (≤ 1 s old), or undefined once the session was revoked: an open socket outlives its token. */
  current(zone: ZoneContext, principal: Principal): Promise<Principal | undefined>;
}
