import { created, noContent, ok, permits, type RouteDefinition, requirePrincipal, route } from '@madang/kernel';
import { endMembership, giveMembership } from './change-membership.ts';
import { identityEndpoints } from './contract.ts';
import type { IdentityParts } from './identity-parts.ts';
import { inviteMember } from './invite-member.ts';
import { changeOrganizationName, dissolveOrganization, foundOrganization, organizationsFor } from './manage-organizations.ts';
import { membersFor } from './member-views.ts';
import { callerOf } from './session-reply.ts';
import { updateMember } from './update-member.ts';

const tag = 'Administration';

const nextCursor = (next: string | undefined) => (next === undefined ? undefined : { 'X-Next-Cursor': next });

export function adminRoutes(parts: IdentityParts): readonly RouteDefinition[] {
  return [
    route(identityEndpoints, 'GET /api/v1/admin/members', {
      tag,
      policy: permits('user:read', 'org'),
      handler: async (input) => {
        const { items, next } = await membersFor(input.zone, requirePrincipal(input), input.query);
        return ok({ items }, nextCursor(next));
      },
    }),
    route(identityEndpoints, 'POST /api/v1/admin/members', {
      tag,
      policy: permits('user:create', 'org'),
      handler: async (input) => {
        const invited = await inviteMember(parts, input.zone, callerOf(input), requirePrincipal(input), input.body, input.locale);
        return created({ ...invited, expiresAt: invited.expiresAt.toISOString() }, { 'Cache-Control': 'no-store' });
      },
    }),
    route(identityEndpoints, 'PATCH /api/v1/admin/members/:userId', {
      tag,
      policy: permits('user:update', 'org'),
      handler: async (input) =>
        ok(await updateMember(parts, input.zone, callerOf(input), requirePrincipal(input), input.params.userId, input.body)),
    }),
    route(identityEndpoints, 'GET /api/v1/admin/organizations', {
      tag,
      policy: permits('org:read', 'org'),
      handler: async (input) => {
        const { items, next } = await organizationsFor(input.zone, requirePrincipal(input), input.query);
        return ok({ items }, nextCursor(next));
      },
    }),
    route(identityEndpoints, 'POST /api/v1/admin/organizations', {
      tag,
      policy: permits('org:create', 'zone'),
      handler: async (input) =>
        created(await foundOrganization(parts, input.zone, callerOf(input), requirePrincipal(input), input.body.name)),
    }),
    route(identityEndpoints, 'PATCH /api/v1/admin/organizations/:organizationId', {
      tag,
      policy: permits('org:update', 'org'),
      handler: async (input) => {
        const { organizationId } = input.params;
        const { name } = input.body;
        return ok(await changeOrganizationName(parts, input.zone, callerOf(input), requirePrincipal(input), organizationId, name));
      },
    }),
    route(identityEndpoints, 'DELETE /api/v1/admin/organizations/:organizationId', {
      tag,
      policy: permits('org:delete', 'zone'),
      handler: async (input) => {
        await dissolveOrganization(parts, input.zone, callerOf(input), requirePrincipal(input), input.params.organizationId);
        return noContent();
      },
    }),
    route(identityEndpoints, 'PUT /api/v1/admin/organizations/:organizationId/members/:userId', {
      tag,
      policy: permits('org:update', 'org'),
      handler: async (input) => {
        const wanted = { orgId: input.params.organizationId, userId: input.params.userId, role: input.body.role };
        return ok(await giveMembership(parts, input.zone, callerOf(input), requirePrincipal(input), wanted));
      },
    }),
    route(identityEndpoints, 'DELETE /api/v1/admin/organizations/:organizationId/members/:userId', {
      tag,
      policy: permits('org:update', 'org'),
      handler: async (input) => {
        const wanted = { orgId: input.params.organizationId, userId: input.params.userId };
        await endMembership(parts, input.zone, callerOf(input), requirePrincipal(input), wanted);
        return noContent();
      },
    }),
  ];
}
