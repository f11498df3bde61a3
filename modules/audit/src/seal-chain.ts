import { type CityDb, statement } from '@madang/kernel';
import { chainHash, GENESIS } from './audit-chain.ts';
import { AUDIT_ROW_COLUMNS, type AuditRow } from './audit-row.ts';

const BATCH = 500;

const hasUnsealed = statement<{ waiting: boolean }, []>(
  'audit.has_unsealed',
  'select exists (select from audit.logs where hash is null) as waiting',
);
const lockChain = statement<{ held: boolean }, []>(
  'audit.lock_chain',
  `select pg_try_advisory_xact_lock(hashtextextended('audit.seal', 0)) as held`,
);
const findUnsealed = statement<AuditRow, [limit: number]>(
  'audit.find_unsealed',
  `select ${AUDIT_ROW_COLUMNS} from audit.logs where hash is null order by at, id limit $1::int`,
);
const findHeads = statement<{ zoneId: string; chainNo: number; hash: string }, [zoneIds: readonly string[]]>(
  'audit.find_heads',
  'select zone_id as "zoneId", chain_no as "chainNo", hash from audit.chain_heads where zone_id = any($1::text[])',
);
const sealRows = statement<
  unknown,
  [zoneIds: readonly string[], ats: readonly Date[], ids: readonly string[], chainNos: readonly number[], hashes: readonly string[]]
>(
  'audit.seal_rows',
  `update audit.logs l set chain_no = s.chain_no, hash = s.hash
     from unnest($1::text[], $2::timestamptz[], $3::text[], $4::bigint[], $5::text[]) as s (zone_id, at, id, chain_no, hash)
    where l.zone_id = s.zone_id and l.at = s.at and l.id = s.id and l.hash is null`,
);
const moveHeads = statement<unknown, [zoneIds: readonly string[], chainNos: readonly number[], hashes: readonly string[]]>(
  'audit.move_heads',
  `insert into audit.chain_heads (zone_id, chain_no, hash)
   select * from unnest($1::text[], $2::bigint[], $3::text[])
   on conflict (zone_id) do update set chain_no = excluded.chain_no, hash = excluded.hash`,
);

export const SEAL_STATEMENTS: readonly string[] = [
  'audit.has_unsealed',
  'audit.lock_chain',
  'audit.find_unsealed',
  'audit.find_heads',
  'audit.seal_rows',
  'audit.move_heads',
];

/**
 * Chains every row that is committed and not chained yet; how many. One sealer at a time in the cluster; whoever finds it
 * taken leaves the work to the other. A chain's order is the order of sealing, so a row that is committed late simply
 * comes later, and no writer ever waits for another.
 */
export async function sealChain(city: CityDb): Promise<number> {
  if (!(await city.one(hasUnsealed())).waiting) return 0;
  let sealed = 0;
  for (;;) {
    const batch = await city.transaction(async (tx) => {
      if (!(await tx.one(lockChain())).held) return 0;
      const rows = await tx.many(findUnsealed(BATCH));
      const zoneIds = [...new Set(rows.map((row) => row.zoneId))];
      const heads = new Map(zoneIds.map((zoneId) => [zoneId, { chainNo: 0, hash: GENESIS }]));
      for (const { zoneId, chainNo, hash } of await tx.many(findHeads(zoneIds))) heads.set(zoneId, { chainNo, hash });

      const seals = rows.map((row) => {
        const before = heads.get(row.zoneId) ?? { chainNo: 0, hash: GENESIS };
        const chainNo = before.chainNo + 1;
        const seal = { chainNo, hash: chainHash(before.hash, chainNo, row) };
        heads.set(row.zoneId, seal);
        return { row, ...seal };
      });
      const changed = await tx.run(
        sealRows(
          seals.map(({ row }) => row.zoneId),
          seals.map(({ row }) => row.at),
          seals.map(({ row }) => row.id),
          seals.map(({ chainNo }) => chainNo),
          seals.map(({ hash }) => hash),
        ),
      );
      if (changed !== rows.length) throw new Error(`${changed} of ${rows.length} audit rows could be sealed`);
      const ends = [...heads];
      await tx.run(
        moveHeads(
          ends.map(([zoneId]) => zoneId),
          ends.map(([, { chainNo }]) => chainNo),
          ends.map(([, { hash }]) => hash),
        ),
      );
      return rows.length;
    });
    sealed += batch;
    if (batch < BATCH) return sealed;
  }
}
