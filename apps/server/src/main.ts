import path from 'node:path';
import { EmbeddedDatabaseError, MigrationError, startEmbedded, TenancyError } from '@madang/db';
import { SecretMismatch } from '@madang/identity';
import type { Closable } from '@madang/kernel';
import { createLogger } from '@madang/telemetry';
import { ConfigurationError, readConfig, UP_HELP } from './config.ts';
import { seedCity } from './demo/seed-city.ts';
import { assertPortFree, prepareDataDir } from './preconditions.ts';
import { returnStartMemory } from './return-memory.ts';
import { loadSecret } from './secret.ts';
import { startMadang } from './start.ts';

const started = performance.now();
const arguments_ = process.argv.slice(2);
if (arguments_.includes('--help') || arguments_.includes('-h')) {
  process.stdout.write(`${UP_HELP}\n`);
  process.exit(0);
}

const say = (line: string): void => {
  process.stdout.write(`madang ${line}\n`);
};

/** One sentence for what a person can put right; everything else with its stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigurationError || error instanceof EmbeddedDatabaseError) return error.message;
  if (error instanceof MigrationError || error instanceof TenancyError || error instanceof SecretMismatch) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const parts: Closable[] = [];
let leaving = false;

async function stop(): Promise<void> {
  for (const part of parts.reverse().splice(0)) await part.close();
}

/** Starts everything; what then runs is in `parts`. Goes no further once asked to leave. */
async function start(): Promise<void> {
  const config = readConfig(arguments_, process.env);
  const logger = createLogger({ level: config.logLevel, pretty: process.stdout.isTTY === true });
  const dataDir = prepareDataDir(config.dataDir);
  await assertPortFree(config.host, config.port);
  const secret = await loadSecret(config.secret, dataDir);
  let database: { url: string; directUrl: string; replicaUrl?: string | undefined };
  if (config.database === null) {
    const embedded = await startEmbedded({ dataDir: path.join(dataDir, 'postgres'), logger });
    parts.push(embedded);
    if (embedded.initialised) say('made the database');
    if (embedded.adopted) say('took over the database that was still running');
    database = { url: embedded.ownerUrl, directUrl: embedded.ownerUrl };
  } else database = config.database;
  if (leaving) return;
  const running = await startMadang(
    { config, database, dataDir, secret, logger },
    { beforeListening: (house) => seedCity(house, { secret, say }) },
  );
  parts.push(running);
  if (leaving) return;
  returnStartMemory();
  say(`ready at ${config.publicScheme}://${config.baseDomain}:${running.port} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

async function giveUp(error: unknown): Promise<never> {
  process.stderr.write(`madang: ${explain(error)}\n`);
  await stop().catch(() => undefined); // the first failure is the one to tell
  process.exit(1);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (leaving) return;
    leaving = true;
    say('stopping');
    // A step of the start that is under way is waited for: half started, a database would be left running.
    whole
      .then(stop)
      .then(() => process.exit(0))
      .catch(giveUp);
  });
}
const whole = start().catch(giveUp);
await whole;
