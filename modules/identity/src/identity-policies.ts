import { type Principal, ROLES, type Role, type RoleGrants, type Scope } from '@madang/kernel';

const rows = (scope: Scope, ...permissions: readonly (`${string}:${string}` | '*')[]) =>
  permissions.map((permission) => ({ permission, scope }));

/** Identity's rows of the table of roles: people, organizations, profiles, entering zones. Other modules declare theirs. */
export const identityGrants: RoleGrants = {
  super_admin: rows('zone', '*'),
  zone_admin: rows('zone', 'org:*', 'user:*', 'admin:read'),
  org_admin: rows('org', 'org:read', 'org:update', 'user:read', 'user:create', 'user:update'),
  teacher: rows('org', 'student:read'),
  student: rows('own', 'profile:read', 'profile:update'),
  parent: rows('own', 'student:read', 'link:create'),
  guest: rows('own', 'profile:update'),
  operator: rows('zone', 'zone:enter', 'system:read'),
};

const RANK: Readonly<Record<Role, number>> = {
  super_admin: 5,
  zone_admin: 4,
  org_admin: 3,
  teacher: 2,
  student: 1,
  parent: 1,
  guest: 0,
};

/** True when `role` stands above `other`; student and parent stand side by side. */
export const isAbove = (role: Role, other: Role): boolean => RANK[role] > RANK[other];

/** Roles that speak for the whole zone; at least one active person keeps one of them. */
export const ADMINISTRATORS: readonly Role[] = ROLES.filter((role) => RANK[role] >= RANK.zone_admin);

/** A role held within an organization travels with the membership; these do not. */
export const isOrganizationRole = (role: Role): boolean => RANK[role] <= RANK.org_admin && role !== 'guest';

/** Whether someone may make another an operator: only who already speaks for the city. */
export const mayGrantOperator = (actor: Principal): boolean => actor.role === 'super_admin' || actor.capabilities.includes('operator');
