import {
  type Capability,
  type Grant,
  grantCovers,
  type Permission,
  type Role,
  type RoleGrants,
  type Scope,
  widerScope,
} from '@madang/kernel';

interface GrantRow {
  readonly permission: Grant;
  readonly scope: Scope;
}

/** What one combination of role and capabilities holds; made once and shared by every principal who holds it. */
export interface HeldPermissions {
  scopeOf(permission: Permission): Scope | undefined;
  /** The grants as declared, wildcards kept, sorted; informs pages and the JWT. */
  readonly list: readonly string[];
}

export interface RolePermissions {
  of(role: Role, capabilities: readonly Capability[]): HeldPermissions;
}

/**
 * Joins every module's rows into one table. Every account holds what a student holds, whatever its role.
 * A lookup costs one map read after the first time a permission is asked of a combination.
 */
export function rolePermissions(moduleGrants: readonly RoleGrants[]): RolePermissions {
  const held = new Map<string, HeldPermissions>();

  const rowsOf = (holder: Role | Capability): readonly GrantRow[] => moduleGrants.flatMap((grants) => grants[holder] ?? []);

  return {
    of(role, capabilities) {
      const key = capabilities.length === 0 ? role : [role, ...[...capabilities].sort()].join('+');
      const known = held.get(key);
      if (known !== undefined) return known;
      const inherited = role === 'guest' || role === 'student' ? [] : rowsOf('student');
      const made = holdingOf([...rowsOf(role), ...inherited, ...capabilities.flatMap(rowsOf)]);
      held.set(key, made);
      return made;
    },
  };
}

function holdingOf(rows: readonly GrantRow[]): HeldPermissions {
  const answers = new Map<Permission, Scope | undefined>();
  return {
    list: [...new Set(rows.map((row) => row.permission))].sort(),
    scopeOf(permission) {
      if (answers.has(permission)) return answers.get(permission);
      let scope: Scope | undefined;
      for (const row of rows) if (grantCovers(row.permission, permission)) scope = widerScope(scope, row.scope);
      answers.set(permission, scope);
      return scope;
    },
  };
}
