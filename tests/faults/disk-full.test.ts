import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type TestDatabase, testDatabase } from '@madang/testing';
import { blobFiles } from '../harness/blob-files.ts';
import { type Courtyard, openCourtyard } from '../harness/courtyard.ts';
import { multipart } from '../harness/multipart.ts';
import { onDatabase, type SpawnedNode, spawnNode } from '../harness/spawn-node.ts';
import { lookInto } from '../harness/stall.ts';

const SMALL = 2_000_000;

/** A file system of a fixed size in memory; false where this user may not mount one. */
function mountSmallDisk(at: string, bytes: number): boolean {
  mkdirSync(at, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', at], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const scratch = mkdtempSync(path.join(tmpdir(), 'madang-disk-'));
const blobs = path.join(scratch, 'data', 'blobs');
const temporary = path.join(scratch, 'temporary');
const mounted = [blobs, temporary].filter((at) => mountSmallDisk(at, SMALL));
const skip = mounted.length === 2 ? false : 'this user may not mount a small disk';
const tidyUp = () => {
  for (const at of mounted.splice(0)) execFileSync('umount', [at]);
  rmSync(scratch, { recursive: true, force: true });
};
process.once('exit', tidyUp);

describe('a disk that is full', { skip }, () => {
  let database: TestDatabase;
  let node: SpawnedNode;
  let courtyard: Courtyard;
  before(async () => {
    database = await testDatabase();
    node = await spawnNode({
      args: ['--no-demo', '--data', path.join(scratch, 'data')],
      environment: { ...onDatabase(database.ownerUrl), TMPDIR: temporary },
    });
    courtyard = await openCourtyard(node);
  });
  after(async () => {
    await courtyard?.close();
    await node?.kill();
    await database?.close();
    tidyUp();
    process.off('exit', tidyUp);
  });
  const upload = (bytes: number) =>
    node.client().ask(`/api/v1/rooms/${courtyard.roomId}/files`, {
      token: courtyard.admin.token,
      ...multipart('random.bin', 'application/octet-stream', randomBytes(bytes)),
    });
  async function assertNothingHalf(objects: number): Promise<void> {
    assert.deepEqual(await blobFiles(path.join(scratch, 'data')), { objects, unfinished: 0 });
    assert.deepEqual(await readdir(temporary), []);
    const rows = await lookInto(database.ownerUrl, 'select state, count(*)::int from media.files group by state');
    assert.deepEqual(rows, objects === 0 ? [] : [{ state: 'ready', count: objects }]);
  }

  it('refuses an upload that the store cannot hold, clearly and without a trace', async () => {
    for (let stored = 0; ; stored++) {
      const answer = await upload(700_000);
      if (answer.status === 201) continue;
      assert.equal(stored, 2, answer.text);
      assert.equal(answer.status, 503, answer.text);
      assert.equal(answer.json().code, 'request.unavailable');
      assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
      break;
    }
    await assertNothingHalf(2);
  });

  it('refuses one that cannot even be received, in the same words', async () => {
    const answer = await upload(SMALL + 500_000);
    assert.equal(answer.status, 503, answer.text);
    assert.equal(answer.json().code, 'request.unavailable');
    await assertNothingHalf(2);
  });

  it('says on stderr or in its log that a person must act', () => {
    assert.match(`${node.stdout()}${node.stderr()}`, /ENOSPC/);
  });

  it('takes uploads again when there is room', async () => {
    execFileSync('mount', ['-o', `remount,size=${SMALL * 10}`, blobs]);
    const answer = await upload(700_000);
    assert.equal(answer.status, 201, answer.text);
    await assertNothingHalf(3);
    const { fileId } = answer.json<{ fileId: string }>();
    const served = await node.client().ask(`/api/v1/files/${fileId}`, { token: courtyard.admin.token });
    assert.equal(served.bytes.length, 700_000);
  });
});
