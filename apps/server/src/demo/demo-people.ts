import { createHmac } from 'node:crypto';
import type { Capability, Role } from '@madang/kernel';
import { DEMO_ZONES } from './demo-script.ts';

export interface DemoPerson {
  readonly zoneId: string;
  /** Key in the zone's cast. */
  readonly key: string;
  readonly name: string;
  readonly email: string;
  readonly role: Exclude<Role, 'guest'>;
  readonly capabilities: readonly Capability[];
}

const PARTS: Readonly<Record<string, { role: Exclude<Role, 'guest'>; capabilities?: readonly Capability[] }>> = {
  super_admin: { role: 'super_admin' },
  operator: { role: 'student', capabilities: ['operator'] },
  zone_admin: { role: 'zone_admin' },
  org_admin: { role: 'org_admin' },
  teacher: { role: 'teacher' },
  mentor: { role: 'student', capabilities: ['mentor'] },
  creator: { role: 'student', capabilities: ['creator'] },
  student: { role: 'student' },
  student2: { role: 'student' },
  parent: { role: 'parent' },
};

/** Everyone of a demo zone, from the one with most rights to the one with least. */
export function demoPeople(zoneId: string): DemoPerson[] {
  const cast = DEMO_ZONES[zoneId]?.cast ?? {};
  return Object.entries(PARTS).flatMap(([key, { role, capabilities = [] }]) => {
    const name = (cast as Readonly<Record<string, string>>)[key];
    return name === undefined ? [] : [{ zoneId, key, name, email: `${key}@${zoneId}.demo`, role, capabilities }];
  });
}

/** One password for the whole demo, derived from the installation's secret: the same at every start, no two installations alike. */
export function demoPassword(secret: Buffer): string {
  const code = createHmac('sha256', secret)
    .update('demo password')
    .digest('base64url')
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 8);
  return `Madang-${code}-7`;
}
