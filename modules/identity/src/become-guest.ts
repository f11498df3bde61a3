import { type Locale, newId, type ZoneContext } from '@madang/kernel';
import { guestName } from './guest-names.ts';
import { hueOf } from './hue.ts';
import type { Caller, IdentityParts } from './identity-parts.ts';
import { limitByAddress } from './limit-sign-in.ts';
import { openSession, type SignedIn, signInWithin } from './open-session.ts';
import { insertGuest } from './user-store.ts';

/** One tap gives an identity, a name and a colour. Throws `request.rate_limited` when an address makes too many. */
export async function becomeGuest(
  parts: IdentityParts,
  zone: ZoneContext,
  caller: Caller,
  wish: { name?: string; locale: Locale },
): Promise<SignedIn> {
  await limitByAddress(parts, parts.limits.guestAddress, caller.ip);
  const zoneId = zone.zone.id;
  return signInWithin(parts, zone, async (tx) => {
    const now = parts.clock.now();
    const id = newId('guest', now.getTime());
    await tx.run(insertGuest(id, wish.name ?? guestName(wish.locale), hueOf(id), wish.locale, now));
    const opened = await openSession(parts, tx, { zoneId, userId: id, caller });
    await parts.audit.record(tx, {
      action: 'login',
      resourceType: 'session',
      resourceId: opened.sessionId,
      actor: { id, orgId: null },
      ip: caller.ip,
      userAgent: caller.userAgent,
      details: { method: 'guest' },
    });
    return opened;
  });
}
