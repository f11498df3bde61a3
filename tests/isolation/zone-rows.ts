import pg from 'pg';
import type { TestMadang } from '../harness/start-test-madang.ts';

export interface ZoneTable {
  /** `chat.rooms` */
  readonly name: string;
}

/** Looks past row-level security, at what is really there. */
export class BehindTheScenes {
  readonly client: pg.Client;

  private constructor(client: pg.Client) {
    this.client = client;
  }

  static async open(madang: TestMadang): Promise<BehindTheScenes> {
    const client = new pg.Client({ connectionString: madang.ownerUrl });
    await client.connect();
    return new BehindTheScenes(client);
  }

  close(): Promise<void> {
    return this.client.end();
  }

  async rows<Row extends pg.QueryResultRow>(text: string, ...values: unknown[]): Promise<Row[]> {
    return (await this.client.query<Row>(text, values)).rows;
  }

  /** Every table with a zone, partitions left out: they are seen through their parent. */
  async zoneTables(): Promise<string[]> {
    const rows = await this.rows<{ name: string }>(
      `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema')
         and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'zone_id' and not a.attisdropped)
       order by 1`,
    );
    return rows.map((row) => row.name);
  }

  /** Table → number of the zone's rows and a hash of all they hold. */
  async fingerprint(zoneId: string): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const table of await this.zoneTables()) {
      const [row] = await this.rows<{ print: string }>(
        `select count(*) || ' ' || coalesce(md5(string_agg(t::text, chr(10) order by t::text)), '') as print from ${table} t where zone_id = $1`,
        zoneId,
      );
      found[table] = row?.print ?? '';
    }
    return found;
  }

  /** The fingerprint once nothing moves any more: seals, markers and deliveries of what was done before have come to rest. */
  async settledFingerprint(zoneId: string): Promise<Record<string, string>> {
    let before = await this.fingerprint(zoneId);
    let same = 0;
    while (same < 4) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      const now = await this.fingerprint(zoneId);
      same = JSON.stringify(now) === JSON.stringify(before) ? same + 1 : 0;
      before = now;
    }
    return before;
  }
}
