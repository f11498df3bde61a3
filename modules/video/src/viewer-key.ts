import { createHmac, randomBytes } from 'node:crypto';
import { statement, type ZoneContext } from '@madang/kernel';
import type { Beacon } from './beacon.ts';

const saltOf = statement<{ salt: Buffer }, [day: string, fresh: Buffer]>(
  'video.viewer_salt',
  `with made as (
     insert into video.viewer_salts (zone_id, day, salt) values (madang.zone(), $1::date, $2) on conflict do nothing returning salt)
   select salt from made union all select salt from video.viewer_salts where day = $1::date limit 1`,
);

/**
 * [VI143] Who watches: the person's id, or for someone without a session a hash of address and user agent under the zone's
 * salt of the day. Once the salt is forgotten nothing leads from the hash back to an address.
 */
export class ViewerKeys {
  readonly #salts = new Map<string, Buffer>();

  async of(zone: ZoneContext, beacon: Pick<Beacon, 'personId' | 'address' | 'userAgent' | 'at'>): Promise<string> {
    if (beacon.personId !== undefined) return beacon.personId;
    const salt = await this.#salt(zone, beacon.at.toISOString().slice(0, 10));
    const hash = createHmac('sha256', salt).update(`${beacon.address}\n${beacon.userAgent}`).digest();
    return `visitor_${hash.subarray(0, 15).toString('base64url')}`;
  }

  async #salt(zone: ZoneContext, day: string): Promise<Buffer> {
    const key = `${day} ${zone.zone.id}`;
    const known = this.#salts.get(key);
    if (known !== undefined) return known;
    for (const other of this.#salts.keys()) if (other.endsWith(` ${zone.zone.id}`) && other < key) this.#salts.delete(other);
    const row =
      (await zone.db.maybeOne(saltOf(day, randomBytes(32)))) ??
      // another node made it after this statement began to look
      (await zone.db.one(saltOf(day, randomBytes(32))));
    this.#salts.set(key, row.salt);
    return row.salt;
  }
}
