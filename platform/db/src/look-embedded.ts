import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { KEEPER_LOCK } from './embedded.ts';
import { prepareHost } from './embedded-host.ts';
import { isServerOf, readPostmaster } from './postmaster.ts';

/** `kept`: a Madang looks after the server. `orphaned`: it runs on after its Madang was killed; the next one takes it over. */
export type EmbeddedState =
  | { readonly state: 'none' | 'stopped' }
  | { readonly state: 'kept' | 'orphaned'; readonly pid: number; readonly ownerUrl: string };

/** What stands in the data folder of a built-in cluster; starts and changes nothing. */
export async function lookAtEmbedded(dataDir: string): Promise<EmbeddedState> {
  const host = prepareHost(path.resolve(dataDir));
  const cluster = path.join(host.dataDir, 'cluster');
  if (!existsSync(path.join(cluster, 'PG_VERSION'))) return { state: 'none' };
  const running = readPostmaster(cluster);
  if (running === undefined || !isServerOf(cluster, running.pid)) return { state: 'stopped' };
  const password = readFileSync(path.join(host.dataDir, 'owner-password'), 'utf8').trim();
  const ownerUrl = `postgres://madang_owner:${password}@127.0.0.1:${running.port}/madang`;
  return { state: (await isKept(ownerUrl)) ? 'kept' : 'orphaned', pid: running.pid, ownerUrl };
}

async function isKept(ownerUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined); // the statement under way fails with it
  await client.connect();
  try {
    // A bigint key below 2^32 shows as classid 0 and objid (PostgreSQL manual, pg_locks). The lock is held in database `postgres`.
    const held = `select from pg_locks where locktype = 'advisory' and classid = 0 and objid = $1 and objsubid = 1 and granted`;
    return (await client.query(held, [KEEPER_LOCK])).rowCount !== 0;
  } finally {
    await client.end();
  }
}
