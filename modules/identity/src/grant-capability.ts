import { afterCommit, type Capability, type Queries, type ZoneContext } from '@madang/kernel';
import { accessChanged } from './identity-events.ts';
import type { IdentityParts } from './identity-parts.ts';
import { addCapability } from './user-store.ts';

/**
 * A capability that follows from what a person does (whoever makes a channel is a creator). Joins the transaction; bites on
 * every node within a second of its commit. Idempotent.
 */
export type GrantCapability = (
  tx: Queries,
  zone: ZoneContext,
  userId: string,
  capability: Exclude<Capability, 'operator'>,
) => Promise<void>;

export function createGrantCapability(parts: Pick<IdentityParts, 'clock' | 'events' | 'audit' | 'signals'>): GrantCapability {
  return async (tx, zone, userId, capability) => {
    if ((await tx.run(addCapability(userId, capability, null, parts.clock.now()))) === 0) return;
    await parts.events.publish(tx, accessChanged, { userId });
    await parts.audit.record(tx, { action: 'grant', resourceType: 'user', resourceId: userId, actor: null, details: { capability } });
    afterCommit(tx, () => parts.signals.personChanged(zone.zone.id, userId));
  };
}
