import { type AuditWriter, afterCommit, type Clock, newId, statement } from '@madang/kernel';
import { storableDetails, storableText } from './audit-row.ts';

const insertLog = statement<
  unknown,
  [
    at: Date,
    id: string,
    userId: string | null,
    orgId: string | null,
    action: string,
    resourceType: string,
    resourceId: string | null,
    ip: string | null,
    userAgent: string | null,
    details: string,
  ]
>(
  'audit.record',
  `insert into audit.logs (zone_id, at, id, user_id, org_id, action, resource_type, resource_id, ip, user_agent, details)
   values (madang.zone(), $1::timestamptz, $2, $3, $4, $5, $6, $7, $8, $9, $10::text::jsonb)`,
);

/** One insert, no lock that another writer could wait for: the chain is the sealer's, who hears of a row by `written` once it is committed. */
export function createAuditWriter(clock: Clock, written: () => void): AuditWriter {
  const text = (value: string | null | undefined, length: number) => (value == null ? null : storableText(value, length));
  return {
    async record(tx, entry) {
      const at = clock.now();
      await tx.run(
        insertLog(
          at,
          newId('audit', at.getTime()),
          text(entry.actor?.id, 100),
          text(entry.actor?.orgId, 100),
          storableText(entry.action, 100),
          storableText(entry.resourceType, 100),
          text(entry.resourceId, 200),
          text(entry.ip, 64),
          text(entry.userAgent, 512),
          storableDetails(entry.details),
        ),
      );
      afterCommit(tx, written);
    },
  };
}
