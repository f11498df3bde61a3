import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { type BlobStore, silentLogger } from '@madang/kernel';
import { blobStoreContract } from '@madang/testing';
import { bodyOf, CRASH_KEY } from './file-blobs.testing.ts';
import { createFileBlobs } from './file-blobs.ts';

const logger = silentLogger;
const text = { contentType: 'text/plain' };

blobStoreContract('files', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'madang-blobs-'));
  return { store: await createFileBlobs({ root, logger }), close: () => rm(root, { recursive: true, force: true }) };
});

describe('blobs in files', () => {
  let root: string;
  let store: BlobStore;
  before(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'madang-blobs-'));
    store = await createFileBlobs({ root, logger });
  });
  after(() => rm(root, { recursive: true, force: true }));

  it('clears emptied folders away, up to the zone and beyond', async () => {
    await store.put('zones/talk/users/u/a', Buffer.from('a'), text);
    await store.delete('zones/talk/users/u/a');
    assert.deepEqual(await readdir(path.join(root, 'objects')), []);
  });

  it('follows no symbolic link, neither for a folder nor for an object', async () => {
    const outside = await mkdtemp(path.join(tmpdir(), 'madang-outside-'));
    try {
      const other = await createFileBlobs({ root: outside, logger });
      await other.put('zones/talk/secret', Buffer.from('secret'), text);
      await store.put('zones/link/here', Buffer.from('x'), text);
      await symlink(path.join(outside, 'objects/zones/talk'), path.join(root, 'objects/zones/link/out'));
      await symlink(path.join(outside, 'objects/zones/talk/secret='), path.join(root, 'objects/zones/link/secret='));
      for (const key of ['zones/link/out/secret', 'zones/link/secret']) {
        assert.equal(await store.find(key), undefined);
        await assert.rejects(store.get(key), { name: 'BlobNotFound' });
      }
      await assert.rejects(store.put('zones/link/out/planted', Buffer.from('x'), text), /leads out of the store/);
      await assert.rejects(store.put('zones/link/out/deep/planted', Buffer.from('x'), text), /leads out of the store/);
      await store.delete('zones/link/out/secret');
      assert.deepEqual(
        (await store.list('zones/link/')).map((info) => info.key),
        ['zones/link/here'],
      );
      assert.deepEqual(await readdir(path.join(outside, 'objects/zones/talk')), ['secret=']);
    } finally {
      await rm(outside, { recursive: true, force: true });
    }
  });

  it('says so when a file was cut or written over', async () => {
    await store.put('zones/hurt/a', Buffer.alloc(5000), text);
    const file = path.join(root, 'objects/zones/hurt/a=');
    await truncate(file, 5010);
    await assert.rejects(store.get('zones/hurt/a'), /damaged/);
    await chmod(file, 0o600);
    await writeFile(file, '');
    await assert.rejects(store.find('zones/hurt/a'), /damaged/);
  });

  it('sweeps unfinished files of earlier runs, and leaves those that may still grow', async () => {
    const unfinished = path.join(root, 'unfinished');
    await mkdir(unfinished, { recursive: true });
    await writeFile(path.join(unfinished, 'old'), 'x');
    await writeFile(path.join(unfinished, 'young'), 'x');
    await utimes(path.join(unfinished, 'old'), new Date(0), new Date(0));
    await createFileBlobs({ root, logger });
    assert.deepEqual(await readdir(unfinished), ['young']);
    await rm(path.join(unfinished, 'young'));
  });

  it('leaves nothing aside after puts and copies, good or refused', async () => {
    await store.put('zones/talk/a', Buffer.from('a'), text);
    await store.copy('zones/talk/a', 'zones/talk/b');
    await store.copy('zones/talk/a', 'zones/talk/b');
    await assert.rejects(store.put('zones/talk/c', Buffer.alloc(9), { ...text, maxBytes: 8 }));
    assert.deepEqual(await readdir(path.join(root, 'unfinished')), []);
  });

  it('killed again and again while it writes, it shows whole objects only, and every one it has confirmed', async () => {
    const folder = path.join(root, 'crash');
    let confirmed = -1;
    for (let round = 0; round < 20; round++) {
      const child = spawn(process.execPath, [path.join(import.meta.dirname, 'file-blobs.testing.ts'), folder, String(confirmed + 1)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      confirmed = await killAfter(child, 1 + (round % 4), (round * 7) % 11, confirmed);
      const again = await createFileBlobs({ root: folder, logger, staleAfterMs: -1000 });
      assert.deepEqual(await readdir(path.join(folder, 'unfinished')), []);
      const { info, body } = await again.get(CRASH_KEY);
      const parts: Buffer[] = [];
      for await (const part of body) parts.push(part as Buffer);
      const seen = Number(info.contentType.slice('test/'.length));
      assert.ok(seen >= confirmed, `saw ${seen}, though ${confirmed} was confirmed`);
      assert.ok(Buffer.concat(parts).equals(bodyOf(seen)), `generation ${seen} is whole`);
      confirmed = seen;
    }
  });
});

/** Kills a writer some steps of the event loop after its n-th confirmation; returns the last generation it confirmed. */
async function killAfter(child: ChildProcess, confirmations: number, delayMs: number, last: number): Promise<number> {
  assert.ok(child.stdout);
  let seen = 0;
  let confirmed = last;
  const exit = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    confirmed = Number(line);
    if (++seen === confirmations) setTimeout(() => child.kill('SIGKILL'), delayMs);
  }
  await exit;
  return confirmed;
}
