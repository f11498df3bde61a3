import { assertTenancy, migrate } from '@madang/db';
import type { Closable } from '@madang/kernel';
import { composeHouse, type Ground, type House } from './compose.ts';
import { databaseProblem } from './database-problem.ts';
import { migrationFolders } from './migration-folders.ts';
import { listenError } from './preconditions.ts';
import { startEdge } from './roles/edge.ts';

export interface RunningMadang extends Closable {
  readonly port: number;
  readonly house: House;
}

/** Migrates (unless told that it was done), proves tenancy, wires the house, starts its roles and listens. */
export async function startMadang(
  ground: Ground,
  options: { migrated?: boolean; beforeListening?: (house: House) => Promise<void> } = {},
): Promise<RunningMadang> {
  const { config, database, logger } = ground;
  if (options.migrated !== true) {
    await migrate({ url: database.directUrl, folders: migrationFolders(), logger }).catch((error: unknown) => {
      throw databaseProblem(error, database.directUrl);
    });
  }
  const house = await composeHouse(ground);
  const running: Closable[] = [];
  const close = async (): Promise<void> => {
    for (const part of running.reverse().splice(0)) await part.close();
    await house.close();
  };
  try {
    await assertTenancy(house.database).catch((error: unknown) => {
      throw databaseProblem(error, database.url);
    });
    running.push(await house.events.start());
    for (const module of house.modules) {
      const started = await module.start?.();
      if (started !== undefined) running.push(started);
    }
    await options.beforeListening?.(house);
    if (house.config.roles.includes('worker')) running.push(await house.jobs.startWorker());
    const edge = await startEdge(house);
    running.push(edge);
    const port = await edge.listen().catch((error: unknown) => {
      throw listenError(error, config.host, config.port);
    });
    return { port, house, close };
  } catch (error) {
    await close();
    throw error;
  }
}
