import type { Member } from '@madang/identity/contract';
import type { Role } from '@madang/kernel';
import type { PagePerson } from '@madang/kernel/web';

/** From the top. As the server ranks them: nobody touches who stands above them, nobody grants more than they hold. */
const RANK: Readonly<Record<Role, number>> = { super_admin: 5, zone_admin: 4, org_admin: 3, teacher: 2, student: 1, parent: 1, guest: 0 };
const GIVEN = ['zone_admin', 'org_admin', 'teacher', 'student', 'parent'] as const;
export type GivenRole = (typeof GIVEN)[number];

export const mayGrantOperator = (person: PagePerson): boolean => person.role === 'super_admin' || person.capabilities.includes('operator');

/** Whether this person may change that member at all. Oneself is left to others: a slip would lock the door from outside. */
export function mayChange(person: PagePerson, member: Member): boolean {
  if (member.id === person.id || RANK[member.role] > RANK[person.role]) return false;
  return !member.capabilities.includes('operator') || mayGrantOperator(person);
}

/** Roles this person may give; who administers an organization needs to belong to one. */
export function rolesToGive(person: PagePerson, hasOrganization: boolean): readonly GivenRole[] {
  return GIVEN.filter((role) => RANK[role] <= RANK[person.role] && (role !== 'org_admin' || hasOrganization));
}
