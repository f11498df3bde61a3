import { fail, LOCALES, type Principal, requestErrors, type ZoneContext } from '@madang/kernel';
import { z } from 'zod';
import { hueOf } from './hue.ts';
import { identityErrors } from './identity-errors.ts';
import type { Caller, IdentityParts } from './identity-parts.ts';
import { limitByAddress } from './limit-sign-in.ts';
import { issueOneTimeToken, spendOneTimeToken } from './one-time-tokens.ts';
import { openSession, type SignedIn, signInWithin } from './open-session.ts';
import { findUser, insertVisitor } from './user-store.ts';

const CODE_SECONDS = 60;

/** What the portal says of who comes. */
const entry = z.object({
  as: z.enum(['super_admin', 'operator']),
  reason: z.string(),
  name: z.string(),
  locale: z.enum(LOCALES),
  homeZoneId: z.string(),
});

/**
 * On the portal: a code for one zone, audited there and here with the reason. Throws `identity.portal_only`,
 * `request.zone_unknown`.
 */
export async function enterZone(
  parts: IdentityParts,
  portal: ZoneContext,
  caller: Caller,
  person: Principal,
  wanted: { zoneId: string; reason: string },
): Promise<{ code: string; expiresIn: number }> {
  if (!portal.zone.portal || wanted.zoneId === portal.zone.id) fail(identityErrors.portal_only);
  if ((await parts.zones.findById(wanted.zoneId)) === undefined) fail(requestErrors.zone_unknown);
  const target = await parts.zones.context(wanted.zoneId);
  const enteredAs = person.role === 'super_admin' ? 'super_admin' : 'operator';
  const home = await portal.db.one(findUser(person.id));

  await portal.db.transaction((tx) =>
    parts.audit.record(tx, {
      action: 'zone_entered',
      resourceType: 'zone',
      resourceId: wanted.zoneId,
      actor: person,
      ip: caller.ip,
      userAgent: caller.userAgent,
      details: { as: enteredAs, reason: wanted.reason },
    }),
  );
  const issued = await target.db.transaction((tx) =>
    issueOneTimeToken(tx, {
      purpose: 'enter',
      userId: person.id,
      details: { as: enteredAs, reason: wanted.reason, name: person.name, locale: home.locale, homeZoneId: portal.zone.id },
      now: parts.clock.now(),
      lifeSeconds: CODE_SECONDS,
    }),
  );
  return { code: issued.token, expiresIn: CODE_SECONDS };
}

/** On the zone's host: the code for a session of one hour that holds what its person holds in the city. Throws `identity.link_invalid`. */
export async function exchangeCode(parts: IdentityParts, zone: ZoneContext, caller: Caller, code: string): Promise<SignedIn> {
  await limitByAddress(parts, parts.limits.signInAddress, caller.ip);
  const zoneId = zone.zone.id;
  return signInWithin(parts, zone, async (tx) => {
    const now = parts.clock.now();
    const token = await spendOneTimeToken(tx, 'enter', code, now);
    if (token?.userId == null) fail(identityErrors.link_invalid);
    const { userId } = token;
    const { as: enteredAs, reason, name, locale, homeZoneId } = entry.parse(token.details);
    await tx.run(insertVisitor(userId, name, hueOf(userId), locale, homeZoneId, now));
    const opened = await openSession(parts, tx, { zoneId, userId, caller, enteredAs });
    await parts.audit.record(tx, {
      action: 'zone_entered',
      resourceType: 'session',
      resourceId: opened.sessionId,
      actor: { id: userId, orgId: null },
      ip: caller.ip,
      userAgent: caller.userAgent,
      details: { as: enteredAs, reason, from: homeZoneId },
    });
    tx.afterCommit(() => parts.signals.personChanged(zoneId, userId));
    return opened;
  });
}
