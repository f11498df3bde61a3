import { createHash } from 'node:crypto';
import { type Capability, DEFAULT_LOCALE, type Locale, newId, type Role, type ZoneContext, type ZoneTransaction } from '@madang/kernel';
import { hueOf } from './hue.ts';
import type { IdentityParts } from './identity-parts.ts';
import { isOrganizationRole } from './identity-policies.ts';
import { findOrganizationByName, insertOrganization, putMembership } from './organization-store.ts';
import { addCapability, findUserByEmail, insertAccount, insertSeedGuest } from './user-store.ts';

export interface SeedPerson {
  readonly email: string;
  readonly password: string;
  readonly name: string;
  readonly role: Exclude<Role, 'guest'>;
  readonly orgId?: string | null;
  readonly capabilities?: readonly Capability[];
  readonly locale?: Locale;
}

type Seeding = Pick<IdentityParts, 'clock' | 'hasher' | 'audit'>;

/** Makes the person, or answers the id of who has this e-mail already, unchanged. */
export async function seedPerson(parts: Seeding, zone: ZoneContext, person: SeedPerson): Promise<{ id: string; made: boolean }> {
  const email = person.email.toLowerCase();
  const there = await zone.db.maybeOne(findUserByEmail(email));
  if (there !== undefined) return { id: there.id, made: false };
  const passwordHash = await parts.hasher.hash(person.password);
  return zone.db.transaction((tx) => insertSeed(parts, tx, { ...person, email }, passwordHash));
}

async function insertSeed(parts: Seeding, tx: ZoneTransaction, person: SeedPerson, passwordHash: string) {
  const now = parts.clock.now();
  const id = newId('user', now.getTime());
  const { name, email, role, orgId = null, locale = DEFAULT_LOCALE } = person;
  const made = await tx.maybeOne(insertAccount(id, name, hueOf(id), email, passwordHash, role, orgId, locale, 'active', now));
  if (made === undefined) return { id: (await tx.one(findUserByEmail(email))).id, made: false };
  if (orgId !== null) await tx.run(putMembership(id, orgId, isOrganizationRole(role) ? role : 'student', now));
  for (const capability of person.capabilities ?? []) await tx.run(addCapability(id, capability, null, now));
  await parts.audit.record(tx, { action: 'create', resourceType: 'user', resourceId: id, actor: null, details: { role, seeded: true } });
  return { id, made: true };
}

/** A guest of the demo: the id follows from zone and name, so seeding again finds the same one. */
export async function seedGuest(parts: Pick<IdentityParts, 'clock'>, zone: ZoneContext, name: string): Promise<{ id: string }> {
  const id = `guest_${createHash('sha256').update(`${zone.zone.id} ${name}`).digest('hex').slice(0, 26)}`;
  const now = parts.clock.now();
  await zone.db.run(insertSeedGuest(id, name, hueOf(id), DEFAULT_LOCALE, now));
  return { id };
}

/** Founds the organization, or answers the one that has this name. */
export async function seedOrganization(parts: Pick<IdentityParts, 'clock'>, zone: ZoneContext, name: string): Promise<{ id: string }> {
  return zone.db.transaction(async (tx) => {
    const now = parts.clock.now();
    const made = await tx.maybeOne(insertOrganization(newId('org', now.getTime()), name, now));
    return made ?? tx.one(findOrganizationByName(name));
  });
}
