import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TestDatabase, testDatabase } from '@madang/testing';
import { type Courtyard, openCourtyard } from '../harness/courtyard.ts';
import { auditRoom, cleanAudit } from '../harness/room-audit.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import { onDatabase, type SpawnedNode, spawnNode } from '../harness/spawn-node.ts';
import { lookInto } from '../harness/stall.ts';

const SEED = 20261121;
const KILLS = 6;

describe(`kill -9 of the server under chat load (seed ${SEED})`, () => {
  const random = seededRandom(SEED);
  let database: TestDatabase;
  let node: SpawnedNode;
  let courtyard: Courtyard;
  const start = async (port?: number) => {
    node = await spawnNode({ args: ['--no-demo'], environment: onDatabase(database.ownerUrl), port });
  };
  before(async () => {
    database = await testDatabase();
    await start();
    courtyard = await openCourtyard(node);
  });
  after(async () => {
    await courtyard?.close();
    await node?.kill();
    await database?.close();
  });

  it('[CH1] [CH2] [CH3] keeps every acknowledged message once, in one order for all, without holes', async () => {
    const talkers = await courtyard.invite(6, random);
    for (const talker of talkers) talker.talk(3, 30);
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(150 + random() * 500);
      const { signal } = await node.kill();
      assert.equal(signal, 'SIGKILL');
      await start(node.port);
    }
    await sleep(300);
    await courtyard.settle();
    const audit = await auditRoom(database.ownerUrl, courtyard.roomId, talkers);
    assert.deepEqual(audit, cleanAudit(audit));
    assert.equal(audit.stored, audit.acked);
    assert.ok(audit.acked > KILLS * talkers.length, `only ${audit.acked} messages: the load never ran`);
    assert.ok(
      talkers.some((talker) => talker.retried > 0),
      'no send was cut off: the kills never met the load',
    );
    // A kill may come before someone is back from the one before, so not everyone meets each of them.
    for (const talker of talkers) assert.ok(talker.reconnects > 1, 'nobody stays away after a kill');
  });

  it('answers history over HTTP as the sockets told it', async () => {
    const [talker] = courtyard.talkers;
    const { client, token } = courtyard.admin;
    const told: string[] = [];
    for (let cursor: string | undefined = '0'; cursor !== undefined; ) {
      const answer = await client.ask(`/api/v1/rooms/${courtyard.roomId}/messages?direction=after&limit=100&cursor=${cursor}`, { token });
      assert.equal(answer.status, 200, answer.text);
      const page = answer.json<{ items: { seq: number; id: string }[] }>().items.sort((a, b) => a.seq - b.seq);
      told.push(...page.map(({ id }) => id));
      cursor = page.length === 0 ? undefined : String(page.at(-1)?.seq);
    }
    assert.deepEqual(
      told,
      talker?.heard.map(({ id }) => id),
    );
  });

  it('would have been noticed had it gone wrong', async () => {
    const { roomId, talkers } = courtyard;
    const [{ seq: gone } = { seq: 0 }] = await lookInto<{ seq: number }>(
      database.ownerUrl,
      'delete from chat.messages where room_id = $1 and seq = 7 returning seq::int',
      [roomId],
    );
    const audit = await auditRoom(database.ownerUrl, roomId, talkers);
    assert.equal(audit.found, audit.acked - 1);
    assert.equal(audit.lost.length, 1);
    assert.equal(audit.holes[0], gone);
    assert.equal(audit.faults.length, talkers.length, 'every reader has what the room no longer holds');
  });
});
