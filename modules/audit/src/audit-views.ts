import { queryBuilder, sql } from '@madang/db/query';
import { fail, type Queries, requestErrors } from '@madang/kernel';
import type { AuditRow } from './audit-row.ts';
import type { Tables } from './tables.ts';

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

interface ListedRow extends Omit<AuditRow, 'zoneId'> {
  readonly chainNo: number | null;
}

export interface AuditPage {
  readonly items: ListedRow[];
  readonly nextCursor: string | undefined;
}

const logs = queryBuilder<Tables>()
  .selectFrom('audit.logs')
  .select([
    'at',
    'id',
    'user_id as userId',
    'org_id as orgId',
    'action',
    'resource_type as resourceType',
    'resource_id as resourceId',
    'ip',
    'user_agent as userAgent',
    'chain_no as chainNo',
  ])
  .select(({ ref }) => sql<AuditRow['details']>`${ref('details')}`.as('details'))
  .orderBy('at', 'desc')
  .orderBy('id', 'desc');

/** Newest first, by (at, id): pages neither repeat nor skip a row while others are written. */
export async function listAuditLogs(db: Queries, filter: AuditFilter, page: { cursor?: string; limit: number }): Promise<AuditPage> {
  const { from, before, userId, action, orgId } = filter;
  let query = logs.limit(page.limit + 1);
  if (from !== undefined) query = query.where('at', '>=', from);
  if (before !== undefined) query = query.where('at', '<', before);
  if (userId !== undefined) query = query.where('user_id', '=', userId);
  if (action !== undefined) query = query.where('action', '=', action);
  if (orgId !== undefined) query = query.where('org_id', '=', orgId);
  if (page.cursor !== undefined) {
    const { at, id } = parseCursor(page.cursor);
    // `at <=` is implied by the comparison of pairs; said apart so that later months are not looked into.
    query = query.where('at', '<=', at).where(({ eb, refTuple, tuple }) => eb(refTuple('at', 'id'), '<', tuple(at, id)));
  }
  const rows: ListedRow[] = await db.many(query);
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
