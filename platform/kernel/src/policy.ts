import type { Permission, Principal, Scope } from './principal.ts';
import { fail, requestErrors } from './problem.ts';

/**
 * What a route, socket event or job asks before anything runs. A permission is the coarse gate; whether the person may
 * touch *this* room or message is decided in the use case with `mayReach`, where the resource is known.
 */
export type Policy =
  | { readonly kind: 'permission'; readonly permission: Permission; readonly scope: Scope }
  | { readonly kind: 'signed-in'; readonly reason: string }
  | { readonly kind: 'public'; readonly reason: string }
  | { readonly kind: 'system'; readonly reason: string };

/** Holds `permission` in at least `scope` ('own' when left out: the use case narrows further). */
export const permits = (permission: Permission, scope: Scope = 'own'): Policy => ({ kind: 'permission', permission, scope });
/** Anyone with a session, guests too, because `reason`. */
export const signedIn = (reason: string): Policy => ({ kind: 'signed-in', reason });
/** Anyone at all, because `reason`. */
export const publicAccess = (reason: string): Policy => ({ kind: 'public', reason });
/** Only the program itself (jobs, schedules), because `reason`. */
export const systemOnly = (reason: string): Policy => ({ kind: 'system', reason });

const WIDTH: Record<Scope, number> = { own: 0, org: 1, zone: 2 };

export function policyAllows(policy: Policy, principal: Principal | undefined): boolean {
  switch (policy.kind) {
    case 'public':
      return true;
    case 'system':
      return false;
    case 'signed-in':
      return principal !== undefined;
    case 'permission': {
      const held = principal?.scopeOf(policy.permission);
      return held !== undefined && WIDTH[held] >= WIDTH[policy.scope];
    }
  }
}

/** Throws 401 for no one and 403 for someone the policy refuses. */
export function enforcePolicy(policy: Policy, principal: Principal | undefined): void {
  if (policyAllows(policy, principal)) return;
  if (principal === undefined) fail(requestErrors.unauthenticated);
  const asked = policy.kind === 'permission' ? `${policy.permission} (${policy.scope})` : policy.kind;
  fail(requestErrors.forbidden, { detail: `${principal.role} does not hold ${asked}` });
}

/** Whether a permission reaches a thing, given who owns it and which organization it belongs to. */
export function mayReach(
  principal: Principal,
  permission: Permission,
  thing: { ownerId?: string | null; participant?: boolean; orgId?: string | null },
): boolean {
  const scope = principal.scopeOf(permission);
  if (scope === undefined) return false;
  if (scope === 'zone') return true;
  if (scope === 'org' && thing.orgId != null && thing.orgId === principal.orgId) return true;
  return thing.participant === true || (thing.ownerId != null && thing.ownerId === principal.id);
}
