import { fail, type Queries, requestErrors, sql } from '@madang/kernel';
import { AUDIT_ROW_COLUMNS, type AuditRow } from './audit-row.ts';

export interface AuditFilter {
  /** Inclusive. */
  readonly from?: Date;
  /** Exclusive. */
  readonly before?: Date;
  readonly userId?: string;
  readonly action?: string;
  /** Only rows of people of this organization. */
  readonly orgId?: string;
}

export interface AuditPage {
  readonly items: (AuditRow & { readonly chainNo: number | null })[];
  readonly nextCursor: string | undefined;
}

/** Newest first, by (at, id): pages neither repeat nor skip a row while others are written. */
export async function listAuditLogs(db: Queries, filter: AuditFilter, page: { cursor?: string; limit: number }): Promise<AuditPage> {
  const values: unknown[] = [];
  const value = (given: unknown): string => `$${values.push(given)}`;
  const after = page.cursor === undefined ? undefined : parseCursor(page.cursor);
  const conditions = [
    'zone_id = madang.zone()',
    filter.from && `at >= ${value(filter.from)}::timestamptz`,
    filter.before && `at < ${value(filter.before)}::timestamptz`,
    filter.userId !== undefined && `user_id = ${value(filter.userId)}`,
    filter.action !== undefined && `action = ${value(filter.action)}`,
    filter.orgId !== undefined && `org_id = ${value(filter.orgId)}`,
    after && `(at, id) < (${value(after.at)}::timestamptz, ${value(after.id)})`,
    // Implied by the row comparison; said apart so that later months are not looked into.
    after && `at <= ${value(after.at)}::timestamptz`,
  ].filter((condition) => typeof condition === 'string');
  const text = `select ${AUDIT_ROW_COLUMNS}, chain_no as "chainNo" from audit.logs
    where ${conditions.join(' and ')} order by at desc, id desc limit ${value(page.limit + 1)}::int`;
  const rows = await db.many(sql<AuditRow & { chainNo: number | null }>(text, ...values));
  const items = rows.slice(0, page.limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > page.limit && last !== undefined ? formatCursor(last) : undefined };
}

const CURSOR = /^(\d{1,13})\.([a-z0-9_]{1,80})$/;

function formatCursor({ at, id }: { at: Date; id: string }): string {
  return Buffer.from(`${at.getTime()}.${id}`).toString('base64url');
}

function parseCursor(cursor: string): { at: Date; id: string } {
  const [, at, id] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (at === undefined || id === undefined) {
    const message = 'is not a cursor of this list';
    fail(requestErrors.invalid, { detail: `cursor ${message}`, fields: [{ path: 'query.cursor', code: 'cursor', message }] });
  }
  return { at: new Date(Number(at)), id };
}
