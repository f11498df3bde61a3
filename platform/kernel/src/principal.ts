import type { ZoneId } from './zone.ts';

export const ROLES = ['super_admin', 'zone_admin', 'org_admin', 'teacher', 'student', 'parent', 'guest'] as const;
export type Role = (typeof ROLES)[number];
/** Granted beside a role. */
export const CAPABILITIES = ['mentor', 'creator', 'operator'] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** `resource:action`; in grants also `resource:*` and `*`. */
export type Permission = `${string}:${string}`;
export type Grant = Permission | '*';

/** How far a permission reaches, from narrow to wide. */
export const SCOPES = ['own', 'org', 'zone'] as const;
export type Scope = (typeof SCOPES)[number];

/** Rows a module adds to the table of roles, from its own folder. */
export type RoleGrants = Partial<Record<Role | Capability, readonly { permission: Grant; scope: Scope }[]>>;

/** Who is asking, as of at most a second ago. */
export interface Principal {
  /** `guest_…` or `user_…`. A guest who registers keeps the id. */
  readonly id: string;
  readonly kind: 'guest' | 'account';
  readonly zoneId: ZoneId;
  readonly orgId: string | null;
  readonly role: Role;
  readonly capabilities: readonly Capability[];
  readonly sessionId: string;
  readonly name: string;
  /** The widest scope in which the permission is held, or undefined. */
  scopeOf(permission: Permission): Scope | undefined;
}

/** Says whether one grant covers a permission: `*`, `room:*`, `room:create`. */
export function grantCovers(grant: Grant, permission: Permission): boolean {
  if (grant === '*' || grant === permission) return true;
  return grant.endsWith(':*') && permission.startsWith(grant.slice(0, -1));
}

export function widerScope(a: Scope | undefined, b: Scope | undefined): Scope | undefined {
  if (a === undefined) return b;
  if (b === undefined) return a;
  return SCOPES.indexOf(a) >= SCOPES.indexOf(b) ? a : b;
}
