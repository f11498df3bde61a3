import { createHash } from 'node:crypto';
import type { AuditRow } from './audit-row.ts';

/** What stands before the first row of a chain. */
export const GENESIS = '0'.repeat(64);

/** The same text for the same row, whatever order its details' members come in (RFC 8785 in spirit: sorted keys, no space). */
function canonicalRow(row: AuditRow): string {
  const { zoneId, at, id, userId, orgId, action, resourceType, resourceId, ip, userAgent, details } = row;
  return JSON.stringify([zoneId, at.toISOString(), id, userId, orgId, action, resourceType, resourceId, ip, userAgent, sorted(details)]);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  // As pairs, because an object would put members with whole-number names first.
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => [name, sorted(member)]);
}

/** SHA-256 (FIPS 180-4), hex, over the place, the hash before and the row. */
export function chainHash(previous: string, chainNo: number, row: AuditRow): string {
  return createHash('sha256')
    .update(`${chainNo}\n${previous}\n${canonicalRow(row)}`)
    .digest('hex');
}
