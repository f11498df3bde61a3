import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { eventually } from '@madang/cache/testing';
import { type TestDatabase, testDatabase } from '@madang/testing';
import { type Courtyard, openCourtyard } from '../harness/courtyard.ts';
import { auditRoom, cleanAudit } from '../harness/room-audit.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import { onDatabase, type SpawnedNode, spawnNode } from '../harness/spawn-node.ts';
import type { Talker } from '../harness/talker.ts';

/** 4,000 characters of three bytes: the largest message there is. */
const LONG = '가'.repeat(4_000);
/** What the kernel's buffers of a loopback connection take, and the server's bound, many times over. */
const MESSAGES = 1_600;

describe('a client that stops reading', () => {
  let database: TestDatabase;
  let node: SpawnedNode;
  let courtyard: Courtyard;
  before(async () => {
    database = await testDatabase();
    node = await spawnNode({ args: ['--no-demo'], environment: onDatabase(database.ownerUrl) });
    courtyard = await openCourtyard(node);
  });
  after(async () => {
    await courtyard?.close();
    await node?.kill();
    await database?.close();
  });

  it('is cut off, delays nobody, and has everything once when it comes back', async () => {
    const talkers = await courtyard.invite(3, seededRandom(11));
    const [slow, ...others] = talkers as [Talker, Talker, Talker];
    await eventually(() => assert.ok(talkers.every((talker) => talker.connected)));
    slow.wire.pause();
    for (let sent = 0; sent < MESSAGES; sent += 40) {
      await Promise.all(Array.from({ length: 40 }, (_, i) => others[i % 2]?.say(`${sent + i} ${LONG}`.slice(0, 4_000))));
    }
    await eventually(() => {
      for (const other of others) assert.equal(other.heard.length, MESSAGES);
    });
    assert.ok(slow.heard.length < MESSAGES, `it heard ${slow.heard.length} while it was not reading`);
    for (const other of others) assert.equal(other.reconnects, 1, 'only the slow one was cut off');
    slow.wire.resume();
    await courtyard.settle();
    assert.equal(slow.reconnects, 2);
    const audit = await auditRoom(database.ownerUrl, courtyard.roomId, talkers);
    assert.deepEqual(audit, cleanAudit(audit));
    assert.equal(audit.stored, MESSAGES);
  });

  it('that sends without waiting for answers is slowed or refused, and loses nothing it was promised', async () => {
    const [hasty] = (await courtyard.invite(1, seededRandom(12))) as [Talker];
    await eventually(() => assert.ok(hasty.connected));
    const places = await Promise.all(Array.from({ length: 900 }, (_, i) => hasty.say(`hasty ${i}`)));
    assert.equal(new Set(places.map((place) => place?.seq)).size, 900);
    await courtyard.settle();
    const audit = await auditRoom(database.ownerUrl, courtyard.roomId, courtyard.talkers);
    assert.deepEqual(audit, cleanAudit(audit));
    assert.equal((await node.client().ask('/ready')).status, 200);
  });
});
