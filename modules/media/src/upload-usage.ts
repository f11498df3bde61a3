import { type Queries, statement } from '@madang/kernel';

const takeUsage = statement<{ bytes: string }, [string, number, number]>(
  'media.take_person_usage',
  `insert into media.person_usage as u (zone_id, owner_id, bytes) select madang.zone(), $1, $2::bigint where $2::bigint <= $3::bigint
   on conflict (zone_id, owner_id) do update set bytes = u.bytes + excluded.bytes where u.bytes + excluded.bytes <= $3::bigint
   returning bytes`,
);

/** Counts bytes against what one person may keep; false, and nothing is counted, when they do not fit. Locks the person's row. */
export async function reservePersonStorage(tx: Queries, ownerId: string, bytes: number, limit: number): Promise<boolean> {
  return (await tx.maybeOne(takeUsage(ownerId, bytes, limit))) !== undefined;
}

const findUsage = statement<{ person: string; zone: string }, [string]>(
  'media.find_usage',
  `select coalesce((select bytes from media.person_usage where zone_id = madang.zone() and owner_id = $1), 0) as person,
     coalesce((select bytes from media.usage where zone_id = madang.zone()), 0) as zone`,
);

/** Bytes kept by a person, and by the whole zone. */
export async function findStorage(db: Queries, ownerId: string): Promise<{ person: number; zone: number }> {
  const { person, zone } = await db.one(findUsage(ownerId));
  return { person: Number(person), zone: Number(zone) };
}

const returnUsage = statement<unknown, [string, number]>(
  'media.return_person_usage',
  `with mine as (
     update media.person_usage set bytes = greatest(0, bytes - $2) where zone_id = madang.zone() and owner_id = $1 returning bytes
   )
   update media.usage set bytes = greatest(0, bytes - $2) where zone_id = madang.zone() and (select count(*) from mine) >= 0`,
);

/**
 * Bytes that a person, and with them the zone, keeps no longer. The person's row is taken first, as everywhere: that is why the
 * zone's asks what became of it.
 */
export async function returnStorage(tx: Queries, ownerId: string, bytes: number): Promise<void> {
  await tx.run(returnUsage(ownerId, bytes));
}
