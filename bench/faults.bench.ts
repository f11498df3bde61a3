/** The thousand kills: a server under chat load is killed and started again, and again; nothing acknowledged may be lost or doubled. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbedded } from '@madang/db';
import { silentLogger } from '@madang/kernel';
import { type Courtyard, openCourtyard } from '../tests/harness/courtyard.ts';
import { makeDataFolder } from '../tests/harness/data-folder.ts';
import { auditRoom, type RoomAudit } from '../tests/harness/room-audit.ts';
import { seededRandom } from '../tests/harness/seeded-random.ts';
import { onDatabase, type SpawnedNode, spawnNode } from '../tests/harness/spawn-node.ts';
import { readNumbers } from './harness/arguments.ts';
import { record, say } from './harness/record.ts';

/** `rest`: the longest time between being ready and the next kill, ms. */
const flags = readNumbers({ kills: 1_000, talkers: 8, rest: 600, seed: 20261121, audit: 25 });
const random = seededRandom(flags.seed);

const folder = makeDataFolder();
const database = await startEmbedded({ dataDir: `${folder.path}/postgres`, logger: silentLogger });
let node: SpawnedNode | undefined;
let courtyard: Courtyard | undefined;
let stopping = false;
process.once('SIGINT', () => {
  stopping = true;
  say('finishing the round; the figure will be of the kills so far');
});

/** Everyone falls silent, hears the same, and the room is held against what was promised. */
async function audit(of: Courtyard): Promise<RoomAudit> {
  await of.settle();
  const found = await auditRoom(database.ownerUrl, of.roomId, of.talkers);
  for (const fault of [...found.faults, ...found.lost.map((lost) => `lost: ${lost}`)].slice(0, 20)) say(`  ✖ ${fault}`);
  return found;
}
const isClean = ({ lost, doubled, holes, faults }: RoomAudit): boolean => lost.length + doubled.length + holes.length + faults.length === 0;

// What runs is ended by the harness when this process exits; a signal must let it.
process.once('SIGTERM', () => process.exit(143));

try {
  const start = async (port?: number): Promise<SpawnedNode> =>
    await spawnNode({ args: ['--no-demo', '--data', folder.path], environment: onDatabase(database.ownerUrl), port });
  const first = await start();
  node = first;
  courtyard = await openCourtyard(first);
  await courtyard.invite(flags.talkers, random);
  let kills = 0;
  let downMs = 0;
  let last: RoomAudit | undefined;
  const began = performance.now();
  while (kills < flags.kills && !stopping) {
    for (const talker of courtyard.talkers) talker.talk(2, 40);
    const round = Math.min(flags.audit, flags.kills - kills);
    for (let kill = 0; kill < round && !stopping; kill++) {
      await sleep(random() * flags.rest);
      const from = performance.now();
      await node.kill('SIGKILL');
      node = await start(first.port);
      downMs += performance.now() - from;
      kills++;
    }
    last = await audit(courtyard);
    const { acked, found, lost, doubled, holes } = last;
    say(
      `  ${kills} kills in ${((performance.now() - began) / 1000).toFixed(0)} s: ${acked} acknowledged, ${found} found, ` +
        `${lost.length} lost, ${doubled.length} doubled, ${holes.length} holes; back after ${(downMs / kills).toFixed(0)} ms`,
    );
    if (!isClean(last)) break;
  }
  if (last !== undefined) {
    const retried = courtyard.talkers.reduce((sum, talker) => sum + talker.retried, 0);
    record(
      `${kills} times kill -9 under chat load (seed ${flags.seed}): ${last.acked} messages acknowledged, ${last.found} found, ` +
        `${last.lost.length} lost, ${last.doubled.length} doubled, ${last.holes.length} holes, ${last.faults.length} other faults; ` +
        `${retried} sends needed another try; back after ${(downMs / kills).toFixed(0)} ms`,
    );
    process.exitCode = isClean(last) ? 0 : 1;
  }
} finally {
  await courtyard?.close();
  await node?.kill();
  await database.close();
  await folder.close();
}
