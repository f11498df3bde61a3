import { noContent, ok, permits, type RouteDefinition, requirePrincipal, route, signedIn } from '@madang/kernel';
import { changePassword } from './change-password.ts';
import { identityEndpoints } from './contract.ts';
import { revokeOtherSessions, revokeSession } from './end-sessions.ts';
import type { IdentityParts } from './identity-parts.ts';
import { readMe } from './me-view.ts';
import { callerOf } from './session-reply.ts';
import { sessionsOf } from './session-views.ts';
import { removeAvatar, setAvatar, updateProfile } from './update-profile.ts';

const tag = 'Me';
const ownSessions = signedIn('everyone, guests too, sees and ends their own sessions');

export function meRoutes(parts: IdentityParts): readonly RouteDefinition[] {
  return [
    route(identityEndpoints, 'GET /api/v1/users/me', {
      tag,
      policy: signedIn('everyone may know who they are'),
      handler: async (input) => ok(await readMe(input.zone.db, requirePrincipal(input), parts.permissions())),
    }),
    route(identityEndpoints, 'PATCH /api/v1/users/me', {
      tag,
      policy: permits('profile:update'),
      handler: async (input) => ok(await updateProfile(parts, input.zone, callerOf(input), requirePrincipal(input), input.body)),
    }),
    route(identityEndpoints, 'PUT /api/v1/users/me/avatar', {
      tag,
      policy: permits('profile:update'),
      handler: async (input) => ok(await setAvatar(parts, input.zone, requirePrincipal(input), input.body.fileId)),
    }),
    route(identityEndpoints, 'DELETE /api/v1/users/me/avatar', {
      tag,
      policy: permits('profile:update'),
      handler: async (input) => ok(await removeAvatar(parts, input.zone, requirePrincipal(input))),
    }),
    route(identityEndpoints, 'POST /api/v1/users/me/password', {
      tag,
      policy: permits('profile:update'),
      handler: async (input) => {
        await changePassword(parts, input.zone, callerOf(input), requirePrincipal(input), input.body);
        return noContent();
      },
    }),
    route(identityEndpoints, 'GET /api/v1/users/me/sessions', {
      tag,
      policy: ownSessions,
      handler: async (input) => ok({ items: await sessionsOf(parts, input.zone, requirePrincipal(input)) }),
    }),
    route(identityEndpoints, 'DELETE /api/v1/users/me/sessions', {
      tag,
      policy: ownSessions,
      handler: async (input) => {
        await revokeOtherSessions(parts, input.zone, callerOf(input), requirePrincipal(input));
        return noContent();
      },
    }),
    route(identityEndpoints, 'DELETE /api/v1/users/me/sessions/:sessionId', {
      tag,
      policy: ownSessions,
      handler: async (input) => {
        await revokeSession(parts, input.zone, callerOf(input), requirePrincipal(input), input.params.sessionId);
        return noContent();
      },
    }),
  ];
}
