import { ok, permits, publicAccess, type RouteDefinition, requirePrincipal, route } from '@madang/kernel';
import { becomeGuest } from './become-guest.ts';
import { identityEndpoints } from './contract.ts';
import { signOut } from './end-sessions.ts';
import { enterZone, exchangeCode } from './enter-zone.ts';
import type { IdentityParts } from './identity-parts.ts';
import { acceptInvitation } from './invite-member.ts';
import { refreshSession } from './refresh-session.ts';
import { registerAccount } from './register-account.ts';
import { callerOf, refreshCookieOf, signedInReply, signedOutReply } from './session-reply.ts';
import { setUpCity } from './set-up-city.ts';
import { signIn } from './sign-in.ts';
import type { SigningKeys } from './signing-keys.ts';

const tag = 'Sign-in';
const signingIn = { tag, cookieAuth: true } as const;

export function authRoutes(parts: IdentityParts, keys: SigningKeys): readonly RouteDefinition[] {
  return [
    route(identityEndpoints, 'POST /api/v1/auth/guest', {
      ...signingIn,
      policy: publicAccess('anyone may come in as a guest'),
      handler: async (input) => {
        const { name, locale = input.locale } = input.body;
        return signedInReply(201, input, await becomeGuest(parts, input.zone, callerOf(input), { name, locale }));
      },
    }),
    route(identityEndpoints, 'POST /api/v1/auth/register', {
      ...signingIn,
      policy: publicAccess('anyone may open an account'),
      handler: async (input) => {
        const wanted = { ...input.body, locale: input.body.locale ?? null };
        return signedInReply(201, input, await registerAccount(parts, input.zone, callerOf(input), wanted, input.locale));
      },
    }),
    route(identityEndpoints, 'POST /api/v1/auth/login', {
      ...signingIn,
      policy: publicAccess('the password is the proof'),
      handler: async (input) => signedInReply(200, input, await signIn(parts, input.zone, callerOf(input), input.body)),
    }),
    route(identityEndpoints, 'POST /api/v1/auth/refresh', {
      ...signingIn,
      policy: publicAccess('the refresh cookie is the proof'),
      handler: async (input) => signedInReply(200, input, await refreshSession(parts, input.zone, callerOf(input), refreshCookieOf(input))),
    }),
    route(identityEndpoints, 'POST /api/v1/auth/logout', {
      ...signingIn,
      policy: publicAccess('signing out twice is no error'),
      handler: async (input) => {
        await signOut(parts, input.zone, callerOf(input), refreshCookieOf(input));
        return signedOutReply(input);
      },
    }),
    route(identityEndpoints, 'POST /api/v1/auth/set-password', {
      ...signingIn,
      policy: publicAccess('the one-time token of the invitation is the proof'),
      handler: async (input) => signedInReply(200, input, await acceptInvitation(parts, input.zone, callerOf(input), input.body)),
    }),
    route(identityEndpoints, 'POST /api/v1/auth/setup', {
      ...signingIn,
      policy: publicAccess('the one-time token printed at first start is the proof'),
      handler: async (input) => signedInReply(201, input, await setUpCity(parts, input.zone, callerOf(input), input.body, input.locale)),
    }),
    route(identityEndpoints, 'POST /api/v1/auth/enter', {
      tag,
      policy: permits('zone:enter', 'zone'),
      handler: async (input) => {
        const issued = await enterZone(parts, input.zone, callerOf(input), requirePrincipal(input), input.body);
        return ok(issued, { 'Cache-Control': 'no-store' });
      },
    }),
    route(identityEndpoints, 'POST /api/v1/auth/exchange', {
      ...signingIn,
      policy: publicAccess('the one-minute code of the portal is the proof'),
      handler: async (input) => signedInReply(200, input, await exchangeCode(parts, input.zone, callerOf(input), input.body.code)),
    }),
    route(identityEndpoints, 'GET /.well-known/jwks.json', {
      tag,
      policy: publicAccess('public keys are public'),
      limits: { uncounted: true },
      handler: async () => ok({ keys: [...(await keys.published())] }, { 'Cache-Control': 'public, max-age=300' }),
    }),
  ];
}
