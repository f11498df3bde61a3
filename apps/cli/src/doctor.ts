import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { EmbeddedDatabaseError, lookAtEmbedded, startEmbedded } from '@madang/db';
import { silentLogger } from '@madang/kernel';
import { type Config, ConfigurationError, type Finding, inspectDatabase, inspectRedis, readConfig } from '@madang/server';
import { PROJECT_ROOT } from './run-node.ts';
import { findProgram, installCommand, SYSTEM_PACKAGES } from './system-packages.ts';

const HELP = `Usage: ./madang doctor [--data FOLDER] [--retry-parked]

Says what is missing on this machine and whether the data is sound, one line per finding with what to do about it.
DATABASE_URL, REDIS_URL and the other variables of ./madang up are read as it reads them. A built-in database that is
not running is started for the look and stopped again.

  --data FOLDER    the data folder (default ./data, or MADANG_DATA)
  --retry-parked   give events that were given up their tries again

Exits with 1 when a person must act.`;

const OLDEST_NODE = 24;
const LITTLE_SPACE = 1024 ** 3;
const MARKS = { ok: '  ok   ', note: '  note ', fault: '✖ fault' } as const;

const ok = (about: string, says: string): Finding => ({ state: 'ok', about, says });
const note = (about: string, says: string): Finding => ({ state: 'note', about, says });
const fault = (about: string, says: string): Finding => ({ state: 'fault', about, says });

/** `./madang doctor`: prints every finding. Resolves to 1 when one of them is a fault, 2 for unknown options, else 0. */
export async function runDoctor(args: readonly string[]): Promise<number> {
  let options: { help?: boolean; data?: string; 'retry-parked'?: boolean };
  try {
    ({ values: options } = parseArgs({
      args: [...args],
      options: { help: { type: 'boolean', short: 'h' }, data: { type: 'string' }, 'retry-parked': { type: 'boolean' } },
    }));
  } catch {
    process.stderr.write(`madang: doctor does not know ${args.join(' ')}\n${HELP}\n`);
    return 2;
  }
  if (options.help === true) {
    console.log(HELP);
    return 0;
  }
  const findings = await examine({ data: options.data, retryParked: options['retry-parked'] === true, environment: process.env });
  for (const { state, about, says } of findings) console.log(`${MARKS[state]} ${about.padEnd(12)} ${says}`);
  const faults = findings.filter(({ state }) => state === 'fault').length;
  console.log(faults === 0 ? 'madang doctor: all is well' : `madang doctor: ${faults} ${faults === 1 ? 'fault' : 'faults'}`);
  return faults === 0 ? 0 : 1;
}

/** Everything the doctor finds, the machine first. */
export async function examine(options: {
  readonly data?: string | undefined;
  readonly retryParked?: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}): Promise<Finding[]> {
  const machine = examineMachine();
  let config: Config;
  try {
    config = readConfig(options.data === undefined ? [] : ['--data', options.data], options.environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return [...machine, fault('settings', error.message)];
    throw error;
  }
  const dataDir = path.resolve(config.dataDir);
  const folder = examineFolder(dataDir);
  const data = folder.some(({ state }) => state === 'fault') ? [] : await examineData(config, dataDir, options.retryParked === true);
  return [...machine, ...folder, ...data, ...(await inspectRedis(config))];
}

function examineMachine(): Finding[] {
  const [major = 0] = process.versions.node.split('.').map(Number);
  const findings = [
    major >= OLDEST_NODE
      ? ok('node', process.versions.node)
      : fault(
          'node',
          `${process.versions.node} is too old to run the sources: remove node_modules and start ./madang again, it brings its own`,
        ),
  ];
  for (const entry of SYSTEM_PACKAGES) {
    const found = findProgram(entry.program);
    findings.push(
      found === undefined
        ? note(entry.program, `not installed, so there are no ${entry.gives}: ${installCommand([entry])}`)
        : ok(entry.program, found),
    );
  }
  findings.push(
    existsSync(path.join(PROJECT_ROOT, 'apps/web/build/server/index.js'))
      ? ok('pages', 'built')
      : note('pages', 'not built: ./madang up builds them, or ./madang build now'),
  );
  return findings;
}

function examineFolder(dataDir: string): Finding[] {
  let nearest = dataDir;
  while (!existsSync(nearest)) nearest = path.dirname(nearest);
  if (!statSync(nearest).isDirectory()) return [fault('data', `${nearest} is a file: give --data a folder`)];
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return [fault('data', `${nearest} cannot be written (${code}): give --data a folder you own, or change its permissions`)];
  }
  const findings = [
    nearest === dataDir ? ok('data', `${dataDir} can be written`) : note('data', `${dataDir} is not there yet: ./madang up makes it`),
  ];
  const { bavail, bsize } = statfsSync(nearest);
  const free = bavail * bsize;
  if (free < LITTLE_SPACE) findings.push(note('space', `${Math.round(free / 1024 ** 2)} MiB are left for ${dataDir}: make room`));
  const secret = path.join(dataDir, 'secret');
  if (existsSync(secret) && readFileSync(secret, 'utf8').trim().length < 32) {
    findings.push(
      fault('secret', `${secret} is damaged: restore it from a backup; docs/runbooks/rotate-secret.md says what to do where there is none`),
    );
  }
  return findings;
}

async function examineData(config: Config, dataDir: string, retryParked: boolean): Promise<Finding[]> {
  if (config.database !== null) return inspectDatabase({ config, url: config.database.directUrl, retryParked });
  const folder = path.join(dataDir, 'postgres');
  try {
    const found = await lookAtEmbedded(folder);
    switch (found.state) {
      case 'none':
        return [note('database', 'not made yet: ./madang up makes it')];
      case 'kept':
      case 'orphaned': {
        const kept =
          found.state === 'kept'
            ? ok('server', `a Madang runs on this folder (PostgreSQL is process ${found.pid})`)
            : note(
                'server',
                `the last Madang was killed and left PostgreSQL running (process ${found.pid}): the next ./madang up takes it over`,
              );
        return [kept, ...(await inspectDatabase({ config, url: found.ownerUrl, retryParked }))];
      }
      case 'stopped': {
        const database = await startEmbedded({ dataDir: folder, logger: silentLogger });
        try {
          const findings = await inspectDatabase({ config, url: database.ownerUrl, retryParked });
          return [ok('server', 'none runs on this folder'), ...findings];
        } finally {
          await database.close();
        }
      }
    }
  } catch (error) {
    if (error instanceof EmbeddedDatabaseError) return [fault('database', error.message)];
    throw error;
  }
}
