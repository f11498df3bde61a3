import { fail, ok, permits, type RouteDefinition, requestErrors, requirePrincipal, route } from '@madang/kernel';
import { type AuditFilter, listAuditLogs } from './audit-views.ts';
import { auditEndpoints } from './contract.ts';

const DAY_MS = 86_400_000;
const isDay = (text: string): boolean => text.length === 10;

const OLDEST = Date.UTC(1970);
const NEWEST = Date.UTC(9999);
/** ISO dates reach years that PostgreSQL writes differently; no row is out there. */
const storable = (at: Date): Date => new Date(Math.min(NEWEST, Math.max(OLDEST, at.getTime())));

/** From the beginning of `start_date` to the end of `end_date`, both of them included. */
function period(query: { start_date?: string | undefined; end_date?: string | undefined }): Pick<AuditFilter, 'from' | 'before'> {
  const from = query.start_date === undefined ? undefined : new Date(query.start_date);
  const end = query.end_date === undefined ? undefined : new Date(query.end_date);
  const before = end === undefined ? undefined : new Date(end.getTime() + (isDay(query.end_date ?? '') ? DAY_MS : 1));
  if (from !== undefined && before !== undefined && from >= before) {
    const message = 'lies before start_date';
    fail(requestErrors.invalid, { detail: `end_date ${message}`, fields: [{ path: 'query.end_date', code: 'period', message }] });
  }
  return { ...(from && { from: storable(from) }), ...(before && { before: storable(before) }) };
}

export const listAuditLogsRoute = (): RouteDefinition =>
  route(auditEndpoints, 'GET /api/v1/admin/audit-logs', {
    policy: permits('audit:read', 'org'),
    tag: 'Audit',
    handler: async (input) => {
      const principal = requirePrincipal(input);
      const { user_id: userId, action, cursor, limit } = input.query;
      const wholeZone = principal.scopeOf('audit:read') === 'zone';
      if (!wholeZone && principal.orgId === null) {
        fail(requestErrors.forbidden, { detail: 'audit:read (org) says nothing to someone without an organization' });
      }
      const filter: AuditFilter = {
        ...period(input.query),
        ...(userId !== undefined && { userId }),
        ...(action !== undefined && { action }),
        ...(!wholeZone && principal.orgId !== null && { orgId: principal.orgId }),
      };
      const page = await listAuditLogs(input.zone.db, filter, { limit, ...(cursor !== undefined && { cursor }) });
      const items = page.items.map((row) => ({ ...row, at: row.at.toISOString(), details: { ...row.details } }));
      return ok({ items }, page.nextCursor === undefined ? undefined : { 'X-Next-Cursor': page.nextCursor });
    },
  });
