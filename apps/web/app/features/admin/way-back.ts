import type { Member } from '@madang/identity/contract';
import type { Capability, Role } from '@madang/kernel';

export interface MemberChange {
  role?: Exclude<Role, 'guest'>;
  orgId?: string | null;
  capabilities?: Capability[];
  status?: 'active' | 'suspended';
}

/** The change that leads back to how a member was, in what `change` touches. */
export function wayBack(member: Member, change: MemberChange): MemberChange {
  return {
    ...(change.role !== undefined && member.role !== 'guest' && { role: member.role }),
    ...(change.orgId !== undefined && { orgId: member.organization?.id ?? null }),
    ...(change.capabilities !== undefined && { capabilities: member.capabilities }),
    // Who was only invited is so again: the server knows that they have no password yet.
    ...(change.status !== undefined && { status: member.status === 'suspended' ? 'suspended' : 'active' }),
  };
}
