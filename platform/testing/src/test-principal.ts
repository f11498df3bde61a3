import { type Grant, grantCovers, type Principal, type RoleGrants, type Scope, widerScope } from '@madang/kernel';

export interface TestPrincipalOptions extends Partial<Omit<Principal, 'scopeOf'>> {
  /** What this person holds. */
  readonly grants?: readonly { permission: Grant; scope: Scope }[];
  /** What roles and capabilities hold: a module's own rows, say. */
  readonly roleGrants?: RoleGrants;
}

/** A person of a role; holds what the given grants and the rows of the role and capabilities say, and nothing else. */
export function testPrincipal(options: TestPrincipalOptions = {}): Principal {
  const { grants = [], roleGrants = {}, ...given } = options;
  const role = given.role ?? 'student';
  const kind = given.kind ?? (role === 'guest' ? 'guest' : 'account');
  const capabilities = given.capabilities ?? [];
  const held = [...grants, ...[role, ...capabilities].flatMap((holder) => roleGrants[holder] ?? [])];
  return {
    id: kind === 'guest' ? 'guest_1' : 'user_1',
    zoneId: 'univ',
    orgId: null,
    sessionId: 'session_1',
    name: 'Mina',
    ...given,
    kind,
    role,
    capabilities,
    scopeOf: (permission) =>
      held
        .filter((grant) => grantCovers(grant.permission, permission))
        .reduce<Scope | undefined>((widest, grant) => widerScope(widest, grant.scope), undefined),
  };
}
