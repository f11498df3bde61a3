import type { AuditEntry } from '@madang/kernel';

/** A row as it was written, without its seal. */
export interface AuditRow {
  readonly zoneId: string;
  /** Millisecond precision: what is hashed is what JavaScript reads back. */
  readonly at: Date;
  readonly id: string;
  readonly userId: string | null;
  readonly orgId: string | null;
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

export const AUDIT_ROW_COLUMNS = `zone_id as "zoneId", at, id, user_id as "userId", org_id as "orgId", action,
  resource_type as "resourceType", resource_id as "resourceId", ip, user_agent as "userAgent", details`;

const DETAILS_BYTES = 4_096;

/** Storable text of at most `length` characters: no NUL, no half of a surrogate pair. An audit row never fails for its text. */
export function storableText(text: string, length: number): string {
  const clean = text.replaceAll('\0', '\ufffd').toWellFormed();
  return clean.length <= length ? clean : [...clean].slice(0, length).join('');
}

/** JSON of at most 4 KiB. Details that are larger leave only the names of their members and how large they were. */
export function storableDetails(details: AuditEntry['details'] = {}): string {
  const json = JSON.stringify(details, (_key, value: unknown) => (typeof value === 'string' ? storableText(value, DETAILS_BYTES) : value));
  const bytes = Buffer.byteLength(json);
  if (bytes <= DETAILS_BYTES) return json;
  const members = Object.keys(details)
    .slice(0, 20)
    .map((name) => storableText(name, 60));
  return JSON.stringify({ truncated: true, bytes, members });
}
