import { statement, type ZoneContext } from '@madang/kernel';
import { chainHash, GENESIS } from './audit-chain.ts';
import { AUDIT_ROW_COLUMNS, type AuditRow } from './audit-row.ts';

export interface ChainFault {
  readonly chainNo: number;
  /** The row it was found at, or null when there is none. */
  readonly id: string | null;
  /** `changed`: the row is not what was sealed. `missing`: no row has this place. `extra`: rows share a place. */
  readonly fault: 'changed' | 'missing' | 'extra';
}

export interface ChainReport {
  readonly zoneId: string;
  /** Rows found whole, from the first. */
  readonly verified: number;
  /** Rows written and not sealed yet. */
  readonly unsealed: number;
  /** The first fault, or null. */
  readonly broken: ChainFault | null;
}

const PAGE = 1_000;

interface SealedRow extends AuditRow {
  readonly chainNo: number;
  readonly hash: string;
}

const findHead = statement<{ chainNo: number; hash: string }, []>(
  'audit.find_head',
  'select chain_no as "chainNo", hash from audit.chain_heads where zone_id = madang.zone()',
);
const countChain = statement<{ sealed: number; unsealed: number }, []>(
  'audit.count_chain',
  `select count(*) filter (where hash is not null) as sealed, count(*) filter (where hash is null) as unsealed
     from audit.logs where zone_id = madang.zone()`,
);
const findSealed = statement<SealedRow, [after: number, limit: number]>(
  'audit.find_sealed',
  `select ${AUDIT_ROW_COLUMNS}, chain_no as "chainNo", hash
     from audit.logs where zone_id = madang.zone() and chain_no > $1::bigint order by chain_no, at, id limit $2::int`,
);

/**
 * Walks a zone's chain from its first row and names the first that was changed, removed or slipped in since it was sealed;
 * rows cut off the end show against the head. What is sealed meanwhile is walked too.
 */
export async function verifyChain({ zone, db }: ZoneContext): Promise<ChainReport> {
  const before = await db.one(countChain());
  const head = (await db.maybeOne(findHead())) ?? { chainNo: 0, hash: GENESIS };
  const report = (verified: number, broken: ChainFault | null): ChainReport => ({
    zoneId: zone.id,
    verified,
    unsealed: before.unsealed,
    broken,
  });
  let last = { chainNo: 0, hash: GENESIS };
  for (;;) {
    const rows = await db.many(findSealed(last.chainNo, PAGE));
    for (const row of rows) {
      const due = last.chainNo + 1;
      if (row.chainNo > due) return report(last.chainNo, { chainNo: due, id: null, fault: 'missing' });
      if (row.chainNo < due) return report(last.chainNo, { chainNo: row.chainNo, id: row.id, fault: 'extra' });
      if (row.hash !== chainHash(last.hash, row.chainNo, row)) {
        return report(last.chainNo, { chainNo: row.chainNo, id: row.id, fault: 'changed' });
      }
      last = row;
      if (row.chainNo === head.chainNo && row.hash !== head.hash) {
        return report(last.chainNo, { chainNo: row.chainNo, id: row.id, fault: 'changed' });
      }
    }
    if (rows.length < PAGE) break;
  }
  if (last.chainNo < head.chainNo) return report(last.chainNo, { chainNo: last.chainNo + 1, id: null, fault: 'missing' });
  // A row sharing a place across two pages, or placed before the first, is not met on the walk.
  if (before.sealed > last.chainNo) return report(last.chainNo, { chainNo: last.chainNo, id: null, fault: 'extra' });
  return report(last.chainNo, null);
}
