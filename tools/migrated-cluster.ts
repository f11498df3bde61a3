import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MigrationError, migrate, startEmbedded } from '@madang/db';
import { type Closable, silentLogger } from '@madang/kernel';

export const ROOT = path.resolve(import.meta.dirname, '..');

/** Folders of migrations of the platform and the modules, those that exist. */
export function migrationFolders(): string[] {
  return ['platform', 'modules']
    .flatMap((floor) => readdirSync(path.join(ROOT, floor)).map((name) => path.join(ROOT, floor, name, 'migrations')))
    .filter((folder) => existsSync(folder));
}

export interface MigratedCluster extends Closable {
  /** As the owner, of the migrated database. */
  readonly ownerUrl: string;
}

/**
 * A PostgreSQL without crash safety in a temporary folder, migrated. A failing migration of a folder that `tolerates` accepts
 * is reported and its module left out, so that work under way in one module does not stop the tests of another.
 */
export async function startMigratedCluster(tolerates: (folder: string) => boolean = () => false): Promise<MigratedCluster> {
  const folder = mkdtempSync(path.join(tmpdir(), 'madang-test-'));
  chmodSync(folder, 0o755); // root runs PostgreSQL as another user
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const flags = [
    'max_connections=300',
    'shared_buffers=64MB',
    'max_wal_size=4GB',
    'io_method=sync',
    'idle_in_transaction_session_timeout=0',
  ];
  try {
    const cluster = await startEmbedded({ dataDir: path.join(folder, 'postgres'), durable: false, flags, logger: silentLogger });
    try {
      await migrateTolerantly(cluster.ownerUrl, tolerates);
    } catch (error) {
      await cluster.close();
      throw error;
    }
    return {
      ownerUrl: cluster.ownerUrl,
      async close() {
        await cluster.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

async function migrateTolerantly(url: string, tolerates: (folder: string) => boolean): Promise<void> {
  let folders = migrationFolders();
  for (;;) {
    try {
      await migrate({ url, folders, logger: silentLogger });
      return;
    } catch (error) {
      if (!(error instanceof MigrationError && tolerates(error.folder))) throw error;
      console.log(`left out: ${error.message}`);
      folders = folders.filter((folder) => folder !== error.folder);
    }
  }
}
