import { statement, type ZoneContext } from '@madang/kernel';
import type { AssetAccess } from './asset.ts';

/** Who may fetch what was made of an asset, as of at most a second ago. */
export interface VodAccess {
  readonly access: AssetAccess;
  /** Of the newest source; the ones before are whole, or gone. */
  readonly version: number;
  /** Nothing of the newest version changes any more. */
  readonly ready: boolean;
}

const VOD_ACCESS_MS = 1000;
/** Of assets that are not there, too: asking for them again and again must not reach the database. */
const MAX_KNOWN = 20_000;

interface AccessRow {
  readonly id: string;
  readonly access: AssetAccess;
  readonly version: string;
  readonly status: string;
}

const findAccess = statement<AccessRow, [ids: string[]]>(
  'media.vod_access',
  'select id, access, version, status from media.assets where zone_id = madang.zone() and id = any($1)',
);

type Rows = ReadonlyMap<string, VodAccess>;

export const vodName = (zoneId: string, assetId: string): string => `${zoneId}/${assetId}`;

export interface VodAccessCache {
  /** At once where it is known. Undefined for an asset that is not there. `name` is of `vodName`, made once by who asks often. */
  find(zone: ZoneContext, assetId: string, name: string, now: number): VodAccess | undefined | Promise<VodAccess | undefined>;
  drop(zoneId: string, assetId: string): void;
}

interface Batch {
  readonly ids: Set<string>;
  readonly rows: Promise<Rows>;
}

/** One query of a zone at a time; what is asked for meanwhile, and is not in it, goes into the next. */
export function createVodAccess(clock: { now(): Date }): VodAccessCache {
  const known = new Map<string, { readonly at: number; readonly row: VodAccess | undefined }>();
  const running = new Map<string, Batch>();
  const gathering = new Map<string, Batch>();
  let drops = 0;

  function ask(zone: ZoneContext, assetId: string): Promise<Rows> {
    const { id: zoneId } = zone.zone;
    const now = running.get(zoneId);
    if (now?.ids.has(assetId)) return now.rows;
    const next = gathering.get(zoneId);
    if (next !== undefined) {
      next.ids.add(assetId);
      return next.rows;
    }
    const ids = new Set([assetId]);
    const batch: Batch = {
      ids,
      // those who asked for the rows of a batch that failed hear of it; this one does not care
      rows: Promise.resolve(now?.rows.catch(() => {})).then(() => {
        gathering.delete(zoneId);
        running.set(zoneId, batch);
        return read(zone, batch).finally(() => {
          if (running.get(zoneId) === batch) running.delete(zoneId);
        });
      }),
    };
    gathering.set(zoneId, batch);
    return batch.rows;
  }

  async function read(zone: ZoneContext, { ids }: Batch): Promise<Rows> {
    const at = clock.now().getTime();
    const before = drops;
    const rows: Rows = new Map((await zone.db.many(findAccess([...ids]))).map((row) => [row.id, accessOf(row)]));
    // what was dropped meanwhile may have been read before the change
    if (drops === before) for (const id of ids) remember(vodName(zone.zone.id, id), at, rows.get(id));
    return rows;
  }

  function remember(name: string, at: number, row: VodAccess | undefined): void {
    known.delete(name);
    if (known.size >= MAX_KNOWN) known.delete(known.keys().next().value as string);
    known.set(name, { at, row });
  }

  return {
    find(zone, assetId, name, now) {
      const last = known.get(name);
      // a clock set back must not keep anything
      if (last !== undefined && now >= last.at && now - last.at < VOD_ACCESS_MS) return last.row;
      return ask(zone, assetId).then((rows) => rows.get(assetId));
    },
    drop(zoneId, assetId) {
      drops += 1;
      running.delete(zoneId); // nobody joins what may have been read before the change
      known.delete(vodName(zoneId, assetId));
    },
  };
}

const accessOf = ({ access, version, status }: AccessRow): VodAccess => ({
  access,
  version: Number(version.slice(1)),
  ready: status === 'ready',
});
