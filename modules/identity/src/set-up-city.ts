import { fail, type Locale, newId, sql, type ZoneContext } from '@madang/kernel';
import { hueOf } from './hue.ts';
import { identityErrors } from './identity-errors.ts';
import type { Caller, IdentityParts } from './identity-parts.ts';
import { limitByAddress } from './limit-sign-in.ts';
import { issueOneTimeToken, spendOneTimeToken } from './one-time-tokens.ts';
import { openSession, type SignedIn, signInWithin } from './open-session.ts';
import { requireStrongPassword } from './password-policy.ts';
import { addCapability, insertAccount } from './user-store.ts';

/** The link printed at first start works for a day; a restart prints a new one. */
export const SETUP_SECONDS = 86_400;

export interface SetupLink {
  readonly zoneId: string;
  readonly token: string;
  readonly expiresAt: Date;
}

/** Undefined once the portal has a super admin: then there is nothing left to set up. Earlier tokens stop working. */
export async function createSetupLink(parts: Pick<IdentityParts, 'clock'>, portal: ZoneContext): Promise<SetupLink | undefined> {
  return portal.db.transaction(async (tx) => {
    const { there } = await tx.one(
      sql<{ there: boolean }>(
        `select exists (select from identity.users where zone_id = madang.zone() and role = 'super_admin' and home_zone_id is null) as there`,
      ),
    );
    if (there) return undefined;
    const issued = await issueOneTimeToken(tx, { purpose: 'setup', userId: null, now: parts.clock.now(), lifeSeconds: SETUP_SECONDS });
    return { zoneId: portal.zone.id, ...issued };
  });
}

/** Makes the first administrator: super admin and operator of the city. Throws `identity.portal_only`, `identity.link_invalid`. */
export async function setUpCity(
  parts: IdentityParts,
  zone: ZoneContext,
  caller: Caller,
  given: { token: string; email: string; password: string; name: string },
  locale: Locale,
): Promise<SignedIn> {
  if (!zone.zone.portal) fail(identityErrors.portal_only);
  await limitByAddress(parts, parts.limits.signInAddress, caller.ip);
  requireStrongPassword(given.password, given.email);
  const passwordHash = await parts.hasher.hash(given.password);
  const zoneId = zone.zone.id;
  return signInWithin(parts, zone, async (tx) => {
    const now = parts.clock.now();
    if ((await spendOneTimeToken(tx, 'setup', given.token, now)) === undefined) fail(identityErrors.link_invalid);
    const id = newId('user', now.getTime());
    const made = await tx.maybeOne(
      insertAccount(id, given.name, hueOf(id), given.email, passwordHash, 'super_admin', null, locale, 'active', now),
    );
    if (made === undefined) fail(identityErrors.email_taken);
    await tx.run(addCapability(id, 'operator', null, now));
    const opened = await openSession(parts, tx, { zoneId, userId: id, caller });
    await parts.audit.record(tx, {
      action: 'city_set_up',
      resourceType: 'user',
      resourceId: id,
      actor: { id, orgId: null },
      ip: caller.ip,
      userAgent: caller.userAgent,
    });
    return opened;
  });
}
