import { createAuditModule } from '@madang/audit';
import { createMemoryShared, createRedisShared } from '@madang/cache';
import { assertTenancy, findPendingMigrations, MigrationError, openDatabase, TenancyError } from '@madang/db';
import { createEvents } from '@madang/events';
import { createJobs } from '@madang/jobs';
import { silentLogger, systemClock } from '@madang/kernel';
import { CachedZoneDirectory } from '@madang/zones';
import { CITY_STATEMENTS } from './city-statements.ts';
import type { Config } from './config.ts';
import { databaseProblem } from './database-problem.ts';
import { migrationFolders } from './migration-folders.ts';

/** `ok`: as it should be. `note`: worth knowing. `fault`: a person must act. One line each, with what to do. */
export interface Finding {
  readonly state: 'ok' | 'note' | 'fault';
  readonly about: string;
  readonly says: string;
}

/** Of a list of faults this many are told one by one. */
const TOLD = 5;

const ok = (about: string, says: string): Finding => ({ state: 'ok', about, says });
const note = (about: string, says: string): Finding => ({ state: 'note', about, says });
const fault = (about: string, says: string): Finding => ({ state: 'fault', about, says });
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 300);
const messageOf = (error: unknown): string => oneLine(error instanceof Error ? error.message : String(error));

/**
 * Reads whether a database is sound: reachable, migrated, zones kept apart, nothing given up, every audit chain whole.
 * Changes nothing but, on `retryParked`, giving parked events their tries again.
 */
export async function inspectDatabase(options: {
  config: Config;
  /** As the owner, straight to PostgreSQL. */
  url: string;
  retryParked?: boolean;
}): Promise<Finding[]> {
  const { config, url } = options;
  let pending: string[];
  try {
    pending = await findPendingMigrations({ url, folders: migrationFolders(), logger: silentLogger });
  } catch (error) {
    if (error instanceof MigrationError) return [fault('migrations', oneLine(error.message))];
    return [fault('database', messageOf(databaseProblem(error, url)))];
  }
  const findings = [ok('database', 'reachable')];
  if (pending.length > 0) {
    findings.push(
      note('migrations', `${pending.length} wait (${pending[0]} first): the next ./madang up applies them; run doctor again after it`),
    );
    return findings;
  }
  findings.push(ok('migrations', 'all applied'));
  return [...findings, ...(await inspectContents(config, url, options.retryParked === true))];
}

async function inspectContents(config: Config, url: string, retryParked: boolean): Promise<Finding[]> {
  const logger = silentLogger;
  const clock = systemClock;
  const database = openDatabase({ url, poolSize: 2, cityStatements: CITY_STATEMENTS, logger });
  const shared = createMemoryShared({ clock, logger });
  const zones = new CachedZoneDirectory({
    city: database.city(),
    zoneDb: (id) => database.zoneDb(id),
    clock,
    logger,
    baseDomain: config.baseDomain,
    scheme: config.publicScheme,
    publicPort: config.publicPort,
  });
  const parts = { database, bus: shared.bus, zones: () => zones, logger, clock };
  const events = createEvents({ ...parts, handlers: () => [] });
  const jobs = createJobs({ ...parts, registrations: () => [], schedules: () => [], nodeId: 'doctor' });
  const audit = createAuditModule({ city: database.city(), clock, logger });

  /** A look that fails is a finding itself; the others go on. */
  const look = async (about: string, find: () => Promise<Finding[]>): Promise<Finding[]> => {
    try {
      return await find();
    } catch (error) {
      return [fault(about, `could not be looked at: ${messageOf(error)}`)];
    }
  };
  try {
    return [
      ...(await look('tenancy', async () => {
        try {
          await assertTenancy(database);
          return [ok('tenancy', 'every zone table forces row-level security')];
        } catch (error) {
          if (error instanceof TenancyError) return [fault('tenancy', oneLine(error.message))];
          throw error;
        }
      })),
      ...(await look('events', async () => {
        const parked = await events.parked();
        if (parked.length === 0) return [ok('events', 'none was given up')];
        if (retryParked) return [note('events', `${await events.retryParked()} parked ones are tried again by the running Madang`)];
        return parked
          .slice(0, TOLD)
          .map(({ zoneId, handler, id, name, failure }) =>
            fault('events', `${handler} in ${zoneId} gave up ${name} ${id}: ${oneLine(failure)}`),
          )
          .concat(fault('events', `${parked.length} parked: mend the cause, then ./madang doctor --retry-parked`));
      })),
      ...(await look('jobs', async () => {
        const failed = await jobs.failed();
        if (failed.length === 0) return [ok('jobs', 'none failed in the last 30 days')];
        return failed
          .slice(0, TOLD)
          .map(({ zoneId, id, name, attempt, failure, finishedAt }) =>
            note(
              'jobs',
              `${name} ${id} in ${zoneId} failed after ${attempt} tries on ${finishedAt.toISOString()}: ${oneLine(failure ?? '')}`,
            ),
          )
          .concat(
            note('jobs', `${failed.length} failed in the last 30 days: what they were for did not happen; do it again where it matters`),
          );
      })),
      ...(await look('audit', async () => {
        const broken: Finding[] = [];
        let verified = 0;
        for (const { id } of await zones.list()) {
          const report = await audit.verifyChain(await zones.context(id));
          verified += report.verified;
          if (report.broken === null) continue;
          const { chainNo, id: row, fault: kind } = report.broken;
          const at = row === null ? `place ${chainNo}` : `place ${chainNo} (${row})`;
          const what = { changed: 'was changed', missing: 'is missing', extra: 'was slipped in' }[kind];
          broken.push(
            fault(
              'audit',
              `in ${id} the row at ${at} ${what} after it was sealed: find who had the owner's password, compare with a backup`,
            ),
          );
        }
        return broken.length > 0 ? broken : [ok('audit', `${verified} rows, every zone's chain is whole`)];
      })),
    ];
  } finally {
    await shared.close();
    await database.close();
  }
}

/** Whether the shared state answers; nothing where none is configured. */
export async function inspectRedis(config: Config): Promise<Finding[]> {
  if (config.redisUrl === null) return [];
  try {
    const shared = await createRedisShared({ url: config.redisUrl, logger: silentLogger, nodeId: 'doctor' });
    await shared.close();
    return [ok('redis', 'answers')];
  } catch (error) {
    return [fault('redis', messageOf(error))];
  }
}
