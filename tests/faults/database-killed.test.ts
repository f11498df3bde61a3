import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@madang/cache/testing';
import { type Courtyard, openCourtyard } from '../harness/courtyard.ts';
import { type DataFolder, makeDataFolder } from '../harness/data-folder.ts';
import { auditRoom, cleanAudit } from '../harness/room-audit.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import { type SpawnedNode, spawnNode } from '../harness/spawn-node.ts';

const SEED = 18;
const KILLS = 4;

describe(`kill -9 of PostgreSQL under chat load (seed ${SEED})`, () => {
  const random = seededRandom(SEED);
  let folder: DataFolder;
  let node: SpawnedNode;
  let courtyard: Courtyard;
  before(async () => {
    folder = makeDataFolder();
    node = await spawnNode({ args: ['--no-demo', '--data', folder.path] });
    courtyard = await openCourtyard(node);
  });
  after(async () => {
    await courtyard?.close();
    await node?.kill();
    await folder?.close();
  });
  const ready = () => node.client().ask('/ready');
  const healed = () => eventually(async () => assert.equal((await ready()).status, 200), 20_000);

  it('[CH1] [CH2] [CH3] heals by itself with every acknowledged message once, and answers 503 meanwhile', async () => {
    const { client, admin } = { client: node.client(), admin: courtyard.admin };
    const talkers = await courtyard.invite(5, random);
    for (const talker of talkers) talker.talk(2, 30);
    const answers = new Map<number, number>();
    const codes = new Set<unknown>();
    let asking = true;
    const visitor = (async () => {
      while (asking) {
        const answer = await client.ask('/api/v1/rooms', { token: admin.token }); // throws when nothing comes in 20 s
        answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1);
        if (answer.status !== 200) codes.add(answer.json().code);
        await sleep(5);
      }
    })();
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(150 + random() * 500);
      const pid = folder.postmaster();
      assert.ok(pid !== undefined, 'the database runs');
      process.kill(pid, 'SIGKILL');
      await eventually(() => assert.notEqual(folder.postmaster() ?? pid, pid), 20_000);
      await healed();
    }
    asking = false;
    await visitor;
    await courtyard.settle();
    const audit = await auditRoom(folder.ownerUrl(), courtyard.roomId, talkers);
    assert.deepEqual(audit, cleanAudit(audit));
    assert.equal(audit.stored, audit.acked);
    assert.ok(
      talkers.some((talker) => talker.retried > 0),
      'no send was cut off: the kills never met the load',
    );
    assert.deepEqual(
      [...answers.keys()].sort().filter((status) => status !== 503),
      [200],
      `other answers than 200 and 503: ${JSON.stringify([...answers])}`,
    );
    assert.ok((answers.get(503) ?? 0) > 0, 'no request met the outage');
    assert.deepEqual([...codes], ['request.unavailable']);
    for (const talker of talkers) assert.equal(talker.reconnects, 1, 'a socket outlives the database');
  });

  it('loses nothing when one process of the server dies and takes the others down', async () => {
    const [, ...workers] = await folder.postgresProcesses();
    const victim = workers.at(-1);
    assert.ok(victim !== undefined);
    const before = folder.postmaster();
    const [talker] = courtyard.talkers;
    const words = Array.from({ length: 20 }, (_, i) => talker?.say(`line ${i}`));
    process.kill(victim, 'SIGKILL');
    const places = await Promise.all(words);
    assert.equal(new Set(places.map((place) => place?.seq)).size, 20);
    await healed();
    await courtyard.settle();
    assert.equal(folder.postmaster(), before, 'the server recovers by itself');
    const audit = await auditRoom(folder.ownerUrl(), courtyard.roomId, courtyard.talkers);
    assert.deepEqual(audit, cleanAudit(audit));
  });

  it('says that it is not ready while the database is frozen, and goes on when it thaws', async () => {
    const frozen = await folder.postgresProcesses();
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    try {
      const page = node.client().ask('/api/v1/rooms', { token: courtyard.admin.token });
      await eventually(async () => assert.equal((await ready()).status, 503)); // an answer is given again for a second
      assert.equal((await node.client().ask('/health')).status, 200, 'the process itself is well');
      assert.equal((await page).status, 503, 'a request is given up, it does not hang');
    } finally {
      for (const pid of frozen) process.kill(pid, 'SIGCONT');
    }
    await healed();
    const [talker] = courtyard.talkers;
    assert.ok((await talker?.say('after the frost')) !== undefined);
    await courtyard.settle();
    const audit = await auditRoom(folder.ownerUrl(), courtyard.roomId, courtyard.talkers);
    assert.deepEqual(audit, cleanAudit(audit));
  });
});
