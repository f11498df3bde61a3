import { endpoints } from '@madang/kernel';
import { z } from 'zod';

/** A day (`2026-11-21`, UTC) or an instant with its offset (`2026-11-21T09:00:00+09:00`). */
const dayOrInstant = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

export const auditLogQuerySchema = z.object({
  /** From this instant, or the beginning of this day. */
  start_date: dayOrInstant.optional(),
  /** Through this instant, or the end of this day. */
  end_date: dayOrInstant.optional(),
  user_id: z.string().min(1).max(100).optional(),
  action: z.string().min(1).max(100).optional(),
  /** `X-Next-Cursor` of the page before. */
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

export const auditLogSchema = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  /** Null where nobody was known: a failed sign-in, the system itself. */
  userId: z.string().nullable(),
  orgId: z.string().nullable(),
  action: z.string(),
  resourceType: z.string(),
  resourceId: z.string().nullable(),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  /** Place in the zone's chain from 1; null in the second before it is sealed. */
  chainNo: z.int().nullable(),
});
export type AuditLog = z.infer<typeof auditLogSchema>;

export const auditEndpoints = endpoints({
  'GET /api/v1/admin/audit-logs': {
    summary: 'Who did what, newest first; an organization admin sees the rows of the own organization. The next page by X-Next-Cursor',
    query: auditLogQuerySchema,
    responses: { 200: z.object({ items: z.array(auditLogSchema) }) },
  },
});
