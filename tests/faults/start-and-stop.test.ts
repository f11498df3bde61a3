import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@madang/cache/testing';
import { ADMIN, type Courtyard, openCourtyard, setupToken } from '../harness/courtyard.ts';
import { type DataFolder, isAlive, makeDataFolder } from '../harness/data-folder.ts';
import { auditRoom, cleanAudit } from '../harness/room-audit.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import { launchNode, type SpawnedNode, spawnNode } from '../harness/spawn-node.ts';

const CLI = path.resolve(import.meta.dirname, '../../apps/cli/src/main.ts');

/** What `./madang doctor` says of a data folder; rejects when it finds a fault. */
function doctor(dataDir: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [CLI, 'doctor', '--data', dataDir], (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`doctor ended with ${error.code}:\n${stdout}${stderr}`));
    });
  });
}

/** Each test goes on from where the one before it left the data folder. */
describe('starting and stopping on one data folder', () => {
  const random = seededRandom(3);
  let folder: DataFolder;
  let node: SpawnedNode;
  let courtyard: Courtyard;
  const start = async (port?: number) => {
    node = await spawnNode({ args: ['--no-demo', '--data', folder.path], port });
  };
  before(async () => {
    folder = makeDataFolder();
    await start();
  });
  after(async () => {
    await courtyard?.close();
    await node?.kill();
    await folder?.close();
  });
  async function assertWhole(): Promise<void> {
    await courtyard.settle();
    const audit = await auditRoom(folder.ownerUrl(), courtyard.roomId, courtyard.talkers);
    assert.deepEqual(audit, cleanAudit(audit));
  }
  const database = (): number => {
    const pid = folder.postmaster();
    assert.ok(pid !== undefined, 'the database runs');
    return pid;
  };

  it('a link printed before setting up is good until a restart prints a newer one, and works once', async () => {
    const first = setupToken(node);
    assert.ok(first !== undefined, node.stdout());
    await node.kill('SIGTERM');
    await start(node.port);
    const second = setupToken(node);
    assert.ok(second !== undefined && second !== first, node.stdout());
    const setUp = (token: string) => node.client().ask('/api/v1/auth/setup', { body: { ...ADMIN, token } });
    const stale = await setUp(first);
    assert.equal(stale.json().code, 'identity.link_invalid', stale.text);
    assert.equal((await node.client('talk').ask('/api/v1/zone')).status, 404, 'no demo');
    courtyard = await openCourtyard(node);
    const again = await setUp(second);
    assert.ok(again.status >= 400 && again.status < 500, again.text);
    assert.equal(again.json().code, 'identity.link_invalid');
  });

  it('SIGTERM under load ends the node with 0, says goodbye to sockets and leaves no PostgreSQL', async () => {
    const talkers = await courtyard.invite(5, random);
    for (const talker of talkers) talker.talk(2, 20);
    await sleep(500);
    const processes = await folder.postgresProcesses();
    assert.ok(processes.length > 1);
    assert.deepEqual(await node.kill('SIGTERM'), { code: 0, signal: null }, node.stderr());
    assert.equal(node.stderr(), '');
    assert.deepEqual(processes.filter(isAlive), []);
    await start(node.port);
    assert.equal(setupToken(node), undefined, 'there is an administrator');
    await assertWhole();
  });

  it('a second SIGTERM while it stops changes nothing', async () => {
    const pid = database();
    const ended = node.kill('SIGTERM');
    await sleep(20);
    await node.kill('SIGTERM');
    assert.deepEqual(await ended, { code: 0, signal: null });
    assert.equal(isAlive(pid), false);
    assert.match(await doctor(folder.path), /none runs on this folder.*chain is whole.*all is well/s);
    assert.equal(folder.postmaster(), undefined, 'the doctor leaves nothing running');
    await start(node.port);
    assert.match(await doctor(folder.path), /a Madang runs on this folder.*all is well/s);
  });

  it('SIGTERM while it starts ends it too, and leaves no PostgreSQL', async () => {
    await node.kill('SIGTERM');
    const launch = () => launchNode({ args: ['--no-demo', '--data', folder.path], port: node.port });
    const assertGone = async (starting: SpawnedNode, when: string) => {
      const ended = await starting.kill('SIGTERM');
      assert.ok(ended.code === 0 || ended.signal === 'SIGTERM', `${when}: ${JSON.stringify(ended)}`);
      assert.equal(starting.stderr(), '', when);
      assert.equal(folder.postmaster(), undefined, when);
    };
    const early = await launch();
    await sleep(150);
    await assertGone(early, 'before anything runs');
    for (const wait of [0, 60, 250]) {
      const starting = await launch();
      await eventually(() => assert.ok(folder.postmaster() !== undefined));
      await sleep(wait);
      await assertGone(starting, `${wait} ms after the database began`);
    }
    await start(node.port);
    await assertWhole();
  });

  it('after kill -9 the next start takes the orphaned database over and loses nothing', async () => {
    for (const talker of courtyard.talkers) talker.talk(2, 20);
    await sleep(400);
    const orphan = database();
    await node.kill('SIGKILL');
    assert.equal(isAlive(orphan), true);
    assert.match(await doctor(folder.path), /the last Madang was killed/s);
    assert.equal(database(), orphan, 'the doctor looks and does not touch');
    await start(node.port);
    assert.match(node.stdout(), /took over the database/);
    assert.equal(database(), orphan);
    await assertWhole();
    await node.kill('SIGTERM');
    assert.equal(isAlive(orphan), false, 'what was taken over is stopped as its own');
    await start(node.port);
  });

  it('after kill -9 of node and database at once the next start recovers everything acknowledged', async () => {
    for (const talker of courtyard.talkers) talker.talk(2, 20);
    await sleep(400);
    const pid = database();
    const processes = await folder.postgresProcesses();
    const ended = node.kill('SIGKILL');
    for (const process_ of processes) if (isAlive(process_)) process.kill(process_, 'SIGKILL');
    await ended;
    await start(node.port);
    assert.notEqual(database(), pid);
    await assertWhole();
  });

  it('a second node on the folder is refused with one sentence, and the first goes on', async () => {
    const second = await launchNode({ args: ['--no-demo', '--data', folder.path] });
    assert.deepEqual(await second.ended, { code: 1, signal: null });
    assert.match(second.stderr(), /^madang: [^\n]+in use by another running Madang[^\n]+\n$/);
    const [talker] = courtyard.talkers;
    assert.ok((await talker?.say('still here')) !== undefined);
    await assertWhole();
  });
});
