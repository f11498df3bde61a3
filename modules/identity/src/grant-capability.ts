import { afterCommit, type Capability, type Queries, statement } from '@madang/kernel';
import { accessChanged } from './identity-events.ts';
import type { IdentityParts } from './identity-parts.ts';

/**
 * A capability that follows from what a person does (whoever makes a channel is a creator). Joins the transaction; holds on
 * this node as soon as it is committed, on every other within a second. Idempotent.
 */
export type GrantCapability = (tx: Queries, userId: string, capability: Exclude<Capability, 'operator'>) => Promise<void>;

const grantOnce = statement<{ zone_id: string }, [userId: string, capability: Capability, now: Date]>(
  'identity.grant_once',
  `insert into identity.capabilities (zone_id, user_id, capability, granted_at)
   values (madang.zone(), $1, $2, $3) on conflict do nothing returning zone_id`,
);

export function createGrantCapability(parts: Pick<IdentityParts, 'clock' | 'events' | 'audit' | 'signals'>): GrantCapability {
  return async (tx, userId, capability) => {
    const granted = await tx.maybeOne(grantOnce(userId, capability, parts.clock.now()));
    if (granted === undefined) return;
    await parts.events.publish(tx, accessChanged, { userId });
    await parts.audit.record(tx, { action: 'grant', resourceType: 'user', resourceId: userId, actor: null, details: { capability } });
    afterCommit(tx, () => parts.signals.personChanged(granted.zone_id, userId));
  };
}
