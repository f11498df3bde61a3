import type { Reply, RequestContext, SetCookie } from '@madang/kernel';
import { cookieName } from './authenticator.ts';
import type { SignedInBody } from './contract.ts';
import type { Caller } from './identity-parts.ts';
import type { SignedIn } from './open-session.ts';

export const callerOf = (input: RequestContext): Caller => ({ principal: input.principal, ip: input.ip, userAgent: input.userAgent });

/** The value of this host's refresh cookie. */
export const refreshCookieOf = (input: RequestContext): string | undefined => input.cookies[cookieName(input.secure)];

/** Host-only: no Domain. Lax, so that a link from elsewhere opens a page as the person; changes check Origin. */
const cookie = (input: RequestContext, value: string, maxAgeSeconds: number): SetCookie => ({
  name: cookieName(input.secure),
  value,
  path: '/',
  maxAgeSeconds,
  httpOnly: true,
  sameSite: 'Lax',
});

/** Tokens are for one pair of eyes: nothing on the way keeps them. */
const PRIVATE = { 'Cache-Control': 'no-store' };

export function signedInReply<const Status extends 200 | 201>(
  status: Status,
  input: RequestContext,
  signedIn: SignedIn,
): Reply<Status, SignedInBody> {
  const { refresh, user, accessToken, expiresIn } = signedIn;
  return {
    status,
    body: { user, accessToken, expiresIn },
    headers: PRIVATE,
    cookies: [cookie(input, refresh.token, refresh.maxAgeSeconds)],
  };
}

export const signedOutReply = (input: RequestContext): Reply<204, null> => ({
  status: 204,
  body: null,
  headers: PRIVATE,
  cookies: [cookie(input, '', 0)],
});
