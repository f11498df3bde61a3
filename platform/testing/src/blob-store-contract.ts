import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { PassThrough, Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { BlobChecksumMismatch, BlobNotFound, type BlobStore, BlobTooLarge, RangeNotSatisfiable } from '@madang/kernel';

export interface BlobStoreFixture {
  /** Empty below `zones/contract/` and `zones/other/`. */
  readonly store: BlobStore;
  close(): Promise<void>;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const text = { contentType: 'text/plain' } as const;

async function read(store: BlobStore, key: string, range?: { start: number; end?: number }): Promise<Buffer> {
  const { body } = await store.get(key, range);
  const parts: Buffer[] = [];
  for await (const part of body) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** What every `BlobStore` promises (`@madang/kernel`), said of one implementation. */
export function blobStoreContract(name: string, create: () => Promise<BlobStoreFixture>): void {
  describe(`blob store: ${name}`, () => {
    let fixture: BlobStoreFixture;
    let store: BlobStore;
    let folders = 0;
    /** A prefix of its own for each test. */
    const folder = (): string => `zones/contract/t${++folders}`;

    before(async () => {
      fixture = await create();
      store = fixture.store;
    });
    after(() => fixture.close());

    it('keeps bytes that nobody needs a checksum of like all others', async () => {
      const key = `${folder()}/part`;
      const bytes = randomBytes(3_000_000);
      const stored = await store.put(key, Readable.from([bytes.subarray(0, 7), bytes.subarray(7)]), { ...text, hash: false });
      assert.ok(stored.bytes === bytes.length && stored.etag !== '');
      assert.ok(bytes.equals(await read(store, key)));
      assert.equal((await store.find(key))?.etag, stored.etag);
    });

    it('gives back the bytes, their type, length and checksum', async () => {
      const key = `${folder()}/photo`;
      const bytes = randomBytes(300_000);
      const put = await store.put(key, bytes, { contentType: 'image/png' });
      assert.deepEqual([put.key, put.bytes, put.sha256, put.contentType], [key, bytes.length, sha256(bytes), 'image/png']);
      const found = await store.find(key);
      assert.ok(found);
      assert.deepEqual([found.key, found.bytes, found.contentType, found.etag], [key, bytes.length, 'image/png', put.etag]);
      assert.ok(found.etag.length > 0 && found.lastModified instanceof Date && !Number.isNaN(found.lastModified.getTime()));
      assert.deepEqual(await read(store, key), bytes);
    });

    it('takes a stream of odd chunks', async () => {
      const key = `${folder()}/stream`;
      const chunks = [1, 70_000, 0, 13, 131_072, 5].map((length) => randomBytes(length));
      const put = await store.put(key, Readable.from(chunks), text);
      assert.equal(put.sha256, sha256(Buffer.concat(chunks)));
      assert.deepEqual(await read(store, key), Buffer.concat(chunks));
    });

    it('takes a large stream and gives back any range of it', async () => {
      const key = `${folder()}/large`;
      const bytes = randomBytes(12 * 1024 * 1024 + 5);
      const chunks = Array.from({ length: 13 }, (_, index) => bytes.subarray(index * 1_000_000, (index + 1) * 1_000_000));
      const put = await store.put(key, Readable.from(chunks), { ...text, storageClass: 'infrequent' });
      assert.deepEqual([put.bytes, put.sha256], [bytes.length, sha256(bytes)]);
      assert.ok((await read(store, key)).equals(bytes));
      assert.ok((await read(store, key, { start: 5_000_000, end: 11_999_999 })).equals(bytes.subarray(5_000_000, 12_000_000)));
      const [listed] = await store.list(key);
      const found = await store.find(key);
      assert.ok(listed && found);
      assert.deepEqual([listed.key, listed.bytes, listed.etag], [key, bytes.length, found.etag]);
      assert.ok(Math.abs(listed.lastModified.getTime() - found.lastModified.getTime()) < 1000, 'some stores keep seconds');
    });

    it('lets a reader go half way, and another read on', async () => {
      const key = `${folder()}/left`;
      const bytes = randomBytes(3_000_000);
      await store.put(key, bytes, text);
      for await (const chunk of (await store.get(key)).body) if ((chunk as Buffer).length > 0) break;
      (await store.get(key)).body.destroy();
      assert.ok((await read(store, key)).equals(bytes));
    });

    it('keeps an empty object', async () => {
      const key = `${folder()}/empty`;
      assert.equal((await store.put(key, Buffer.alloc(0), text)).bytes, 0);
      assert.equal((await read(store, key)).length, 0);
      await assert.rejects(store.get(key, { start: 0 }), RangeNotSatisfiable);
    });

    it('has nothing under a key that was never put', async () => {
      const key = `${folder()}/nothing`;
      assert.equal(await store.find(key), undefined);
      await assert.rejects(store.get(key), BlobNotFound);
      await assert.rejects(store.copy(key, `${key}-copy`), BlobNotFound);
      await store.delete(key);
    });

    it('the last finished put wins, and its etag differs', async () => {
      const key = `${folder()}/twice`;
      const first = await store.put(key, Buffer.from('one'), text);
      const second = await store.put(key, Buffer.from('two!'), { contentType: 'text/html' });
      assert.notEqual(first.etag, second.etag);
      assert.equal((await store.find(key))?.contentType, 'text/html');
      assert.equal((await read(store, key)).toString(), 'two!');
    });

    it('says where the bytes lie, if it does, and what was opened there stays readable', async (context) => {
      if (store.localPath === undefined) return context.skip('not a store on this machine');
      const key = `${folder()}/here`;
      assert.equal(await store.localPath(key), undefined);
      const bytes = randomBytes(100_000);
      await store.put(key, bytes, text);
      const place = await store.localPath(key);
      assert.ok(place !== undefined);
      const handle = await open(place);
      try {
        await store.put(key, Buffer.from('new'), text);
        await store.delete(key);
        const { buffer } = await handle.read(Buffer.alloc(bytes.length), 0, bytes.length, 0);
        assert.ok(buffer.equals(bytes), 'the bytes of the object come first');
      } finally {
        await handle.close();
      }
      assert.equal(await store.localPath(key), undefined);
      await assert.rejects(async () => store.localPath?.('zones/contract/../other/a'));
    });

    it('puts of one key at once leave one of them, whole', async () => {
      const key = `${folder()}/race`;
      const bodies = Array.from({ length: 8 }, () => randomBytes(50_000));
      await Promise.all(bodies.map((body) => store.put(key, body, text)));
      const left = await read(store, key);
      assert.ok(bodies.some((body) => body.equals(left)));
      assert.equal((await store.find(key))?.sha256 ?? sha256(left), sha256(left));
    });

    describe('ranges', () => {
      const bytes = Buffer.from('0123456789');
      const satisfied: [start: number, end: number | undefined, expected: string][] = [
        [0, undefined, '0123456789'],
        [0, 0, '0'],
        [3, 5, '345'],
        [9, 9, '9'],
        [9, undefined, '9'],
        [7, 1_000_000, '789'],
        [0, Number.MAX_SAFE_INTEGER, '0123456789'],
      ];
      for (const [start, end, expected] of satisfied) {
        it(`${start}–${end ?? ''} of ten bytes`, async () => {
          const key = `${folder()}/ten`;
          await store.put(key, bytes, text);
          const { info, body } = await store.get(key, end === undefined ? { start } : { start, end });
          body.destroy();
          assert.equal(info.bytes, 10, 'the info is of the whole object');
          assert.equal((await read(store, key, end === undefined ? { start } : { start, end })).toString(), expected);
        });
      }
      for (const [start, end] of [[10], [11, 12], [5, 4], [-1], [-5, 5], [1.5], [Number.NaN]] as [number, number?][]) {
        it(`${start}–${end ?? ''} of ten bytes is not satisfiable`, async () => {
          const key = `${folder()}/ten`;
          await store.put(key, bytes, text);
          await assert.rejects(store.get(key, end === undefined ? { start } : { start, end }), RangeNotSatisfiable);
        });
      }
    });

    describe('a put that is refused or cut short leaves what was there', () => {
      const cases: [what: string, put: (key: string) => Promise<unknown>, error: object | ((error: Error) => boolean)][] = [
        ['too many bytes in a buffer', (key) => store.put(key, Buffer.alloc(101), { ...text, maxBytes: 100 }), BlobTooLarge],
        [
          'too many bytes in a stream',
          (key) => store.put(key, Readable.from([Buffer.alloc(60), Buffer.alloc(60)]), { ...text, maxBytes: 100 }),
          BlobTooLarge,
        ],
        ['another checksum', (key) => store.put(key, Buffer.from('x'), { ...text, sha256: '0'.repeat(64) }), BlobChecksumMismatch],
        ['an aborted signal', (key) => store.put(key, Buffer.from('x'), { ...text, signal: AbortSignal.abort() }), isAbort],
        [
          'an abort half way',
          (key) => {
            const controller = new AbortController();
            const body = new PassThrough();
            body.write(Buffer.alloc(100_000));
            setImmediate(() => controller.abort());
            return store.put(key, body, { ...text, signal: controller.signal });
          },
          isAbort,
        ],
        [
          'a source that fails',
          (key) => {
            const body = new PassThrough();
            body.write(Buffer.alloc(100_000));
            setImmediate(() => body.destroy(new Error('the network went away')));
            return store.put(key, body, text);
          },
          /the network went away/,
        ],
        [
          'a source that has failed already',
          (key) => {
            const body = new PassThrough();
            body.destroy(new Error('the network went away'));
            return store.put(key, body, text);
          },
          /the network went away/,
        ],
      ];
      for (const [what, put, error] of cases) {
        it(what, async () => {
          const prefix = folder();
          await assert.rejects(put(`${prefix}/new`), error as RegExp);
          await store.put(`${prefix}/old`, Buffer.from('before'), text);
          await assert.rejects(put(`${prefix}/old`), error as RegExp);
          assert.equal((await read(store, `${prefix}/old`)).toString(), 'before');
          assert.deepEqual(
            (await store.list(`${prefix}/`)).map((info) => info.key),
            [`${prefix}/old`],
          );
        });
      }
    });

    it('takes exactly the bytes that are allowed, and the checksum in either case', async () => {
      const key = `${folder()}/exact`;
      const bytes = Buffer.alloc(100, 7);
      await store.put(key, bytes, { ...text, maxBytes: 100, sha256: sha256(bytes).toUpperCase() });
      assert.equal((await store.find(key))?.bytes, 100);
    });

    it('copies, also over another object and onto itself, and the copies live apart', async () => {
      const prefix = folder();
      await store.put(`${prefix}/a`, Buffer.from('alpha'), { contentType: 'image/gif' });
      await store.put(`${prefix}/b`, Buffer.from('beta'), text);
      const copied = await store.copy(`${prefix}/a`, `${prefix}/b`);
      assert.deepEqual([copied.key, copied.bytes, copied.contentType], [`${prefix}/b`, 5, 'image/gif']);
      await store.copy(`${prefix}/a`, `${prefix}/b`);
      await store.copy(`${prefix}/b`, `${prefix}/b`);
      await store.put(`${prefix}/a`, Buffer.from('changed'), text);
      assert.equal((await read(store, `${prefix}/b`)).toString(), 'alpha');
      await store.delete(`${prefix}/a`);
      assert.equal((await read(store, `${prefix}/b`)).toString(), 'alpha');
    });

    describe('joins', () => {
      const part = async (key: string, bytes: Buffer) => {
        await store.put(key, bytes, { ...text, hash: false });
        return { key, bytes: bytes.length };
      };

      it('one object, and several of any size, as one, and leaves them', async () => {
        const prefix = folder();
        const MIB = 1024 * 1024;
        for (const sizes of [[7], [5, 1, 0, 3], [8 * MIB, 8 * MIB, 100], [5 * MIB + 3, 9, 11 * MIB, 1], [300_000, 6 * MIB, 5 * MIB]]) {
          const bytes = randomBytes(sizes.reduce((sum, size) => sum + size, 0));
          let at = 0;
          const pieces = [];
          for (const [index, size] of sizes.entries()) {
            pieces.push(await part(`${prefix}/parts/${index}`, bytes.subarray(at, at + size)));
            at += size;
          }
          for (let again = 0; again < 2; again++) {
            const joined = await store.join(pieces, `${prefix}/whole`, { contentType: 'video/mp4' });
            const found = await store.find(`${prefix}/whole`);
            assert.deepEqual([joined.bytes, found?.bytes, found?.contentType], [bytes.length, bytes.length, 'video/mp4']);
            assert.equal(found?.etag, joined.etag);
            assert.ok((await read(store, `${prefix}/whole`)).equals(bytes), `${sizes}`);
          }
          for (const { key } of pieces) assert.ok((await store.find(key)) !== undefined);
          await Promise.all(pieces.map((piece) => store.delete(piece.key)));
          assert.ok((await read(store, `${prefix}/whole`)).equals(bytes), 'lives apart');
        }
      });

      it('nothing when one is missing or of another length, or it is aborted', async () => {
        const prefix = folder();
        const first = await part(`${prefix}/1`, Buffer.from('first'));
        const second = await part(`${prefix}/2`, Buffer.from('second'));
        await store.put(`${prefix}/old`, Buffer.from('before'), text);
        const wrong = [
          [first, { key: `${prefix}/3`, bytes: 5 }],
          [{ ...first, bytes: 6 }, second],
          [first, { ...second, bytes: 5 }],
          [{ ...first, bytes: 4 }],
        ];
        for (const pieces of wrong) await assert.rejects(store.join(pieces, `${prefix}/new`, text), BlobNotFound);
        await assert.rejects(store.join([first, second], `${prefix}/new`, { ...text, signal: AbortSignal.abort() }), isAbort);
        assert.deepEqual(
          (await store.list(`${prefix}/`)).map((info) => info.key),
          ['1', '2', 'old'].map((name) => `${prefix}/${name}`),
        );
      });
    });

    describe('lets bytes grow, if it does', () => {
      const grow = (key: string, at: number) => store.grow?.(key, at) ?? Promise.reject(new Error('it does not'));

      it('from where it is told, listed and joined but not read, and gone once deleted', async (context) => {
        if (store.grow === undefined) return context.skip('not a store on this machine');
        const key = `${folder()}/growing`;
        const bytes = randomBytes(2_000_000);
        const first = await grow(key, 0);
        await first.write([bytes.subarray(0, 10), bytes.subarray(10, 1_000_000)]);
        await first.sync();
        await first.write([randomBytes(500_000)]); // never told of
        await first.close();
        await first.close();
        assert.deepEqual([await store.find(key), await store.localPath?.(key)], [undefined, undefined]);
        await assert.rejects(store.get(key), BlobNotFound);
        await assert.rejects(store.copy(key, `${key}-copy`), BlobNotFound);
        const second = await grow(key, 1_000_000);
        await second.write([bytes.subarray(1_000_000, 1_200_000)]);
        await second.sync();
        await second.close();
        assert.deepEqual(
          (await store.list(key)).map((entry) => [entry.key, entry.bytes]),
          [[key, 1_500_000]],
        );
        const grown = { key, bytes: 1_200_000 };
        const rest = { key: `${key}-rest`, bytes: 800_000 };
        await store.put(rest.key, bytes.subarray(1_200_000), text);
        for (const pieces of [[grown, rest], [grown], [grown], [grown, rest]]) {
          const { bytes: length } = await store.join(pieces, `${key}-whole`, text);
          assert.ok((await read(store, `${key}-whole`)).equals(bytes.subarray(0, length)) && length >= 1_200_000);
        }
        await Promise.all(Array.from({ length: 4 }, () => store.join([grown], `${key}-whole`, text)));
        await store.delete(key);
        await store.delete(key);
        assert.deepEqual(
          (await store.list(key)).map((entry) => entry.key),
          [`${key}-rest`, `${key}-whole`],
        );
        assert.ok((await read(store, `${key}-whole`)).equals(bytes.subarray(0, 1_200_000)));
      });

      it('not from where there is nothing', async (context) => {
        if (store.grow === undefined) return context.skip('not a store on this machine');
        const key = `${folder()}/growing`;
        await assert.rejects(grow(key, 1), BlobNotFound);
        const begun = await grow(key, 0);
        await begun.write([Buffer.alloc(10)]);
        await begun.close();
        await assert.rejects(grow(key, 11), BlobNotFound);
        await assert.rejects(store.join([{ key, bytes: 11 }], `${key}-whole`, text), BlobNotFound);
        await (await grow(key, 10)).close();
        await assert.rejects(async () => grow('zones/contract/../other/a', 0));
      });
    });

    it('deletes, once and again, and only that key', async () => {
      const prefix = folder();
      await store.put(`${prefix}/a`, Buffer.from('a'), text);
      await store.put(`${prefix}/a/b`, Buffer.from('b'), text);
      await store.delete(`${prefix}/a`);
      await store.delete(`${prefix}/a`);
      assert.equal(await store.find(`${prefix}/a`), undefined);
      assert.equal((await read(store, `${prefix}/a/b`)).toString(), 'b');
      await store.delete(`${prefix}/a/b`);
      assert.deepEqual(await store.list(`${prefix}/`), []);
    });

    it('deletes and puts of neighbours at once lose nothing', async () => {
      const prefix = folder();
      for (let round = 0; round < 20; round++) {
        await store.put(`${prefix}/deep/a`, Buffer.from('a'), text);
        await Promise.all([store.delete(`${prefix}/deep/a`), store.put(`${prefix}/deep/b`, Buffer.from('b'), text)]);
        assert.equal((await read(store, `${prefix}/deep/b`)).toString(), 'b');
        await store.delete(`${prefix}/deep/b`);
      }
    });

    describe('lists', () => {
      /** Orders that trip stores up: a key that is a prefix of another, bytes around the slash, long segments, other scripts. */
      const names = [
        'a',
        'a!',
        'a-b',
        'a.b',
        'a/b',
        'a/b/c',
        'a0',
        'A',
        'B/x',
        'b',
        'b%2F',
        'b~',
        'b=',
        'c c',
        'd+e',
        'é',
        'e',
        'z/마당',
        'z/한',
        'z/😀',
        `${'l'.repeat(79)}`,
        `${'l'.repeat(80)}`,
        `${'l'.repeat(80)}-`,
        `${'l'.repeat(80)}/x`,
        `${'l'.repeat(80)}0`,
        `${'l'.repeat(161)}/y`,
        `${'가'.repeat(90)}/z`,
        'm'.repeat(700),
      ];
      let prefix: string;
      let sorted: string[];

      before(async () => {
        prefix = folder();
        for (const each of names) await store.put(`${prefix}/${each}`, Buffer.from(each), text);
        sorted = names.map((each) => `${prefix}/${each}`).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      });
      const keys = async (...args: Parameters<BlobStore['list']>) => (await store.list(...args)).map((info) => info.key);

      it('in byte order of the keys, each readable under its name', async () => {
        assert.deepEqual(await keys(`${prefix}/`), sorted);
        for (const each of names) assert.equal((await read(store, `${prefix}/${each}`)).toString(), each);
      });

      it('by any prefix, inside a segment too', async () => {
        for (const part of ['a', 'a/', 'a/b', 'l', 'l'.repeat(80), 'l'.repeat(81), 'z/', 'z/마', 'nothing', 'm'.repeat(300)]) {
          const expected = sorted.filter((key) => key.startsWith(`${prefix}/${part}`));
          assert.deepEqual(await keys(`${prefix}/${part}`), expected, part);
        }
      });

      it('page by page, from wherever a page ended', async () => {
        for (const limit of [1, 3, 7]) {
          const seen: string[] = [];
          for (
            let page = await keys(`${prefix}/`, { limit });
            page.length > 0;
            page = await keys(`${prefix}/`, { limit, after: seen.at(-1) })
          ) {
            assert.ok(page.length <= limit);
            seen.push(...page);
          }
          assert.deepEqual(seen, sorted);
        }
      });

      it('after a key that is not there', async () => {
        assert.deepEqual(
          await keys(`${prefix}/`, { after: `${prefix}/a/zzz` }),
          sorted.filter((key) => Buffer.compare(Buffer.from(key), Buffer.from(`${prefix}/a/zzz`)) > 0),
        );
        assert.deepEqual(await keys(`${prefix}/`, { after: 'zones/zzz' }), []);
      });

      it('never of another zone', async () => {
        await store.put('zones/other/secret', Buffer.from('x'), text);
        assert.ok((await keys('zones/contract/')).every((key) => key.startsWith('zones/contract/')));
      });
    });

    describe('refuses keys', () => {
      const bad = [
        '',
        '/',
        'zones',
        'zones/',
        'zones/contract',
        'zones/contract/',
        'zones//a',
        'zones/contract//a',
        'zones/contract/a/',
        '/zones/contract/a',
        'other/contract/a',
        'zones/Contract/a',
        'zones/../contract/a',
        'zones/contract/..',
        'zones/contract/../other/a',
        'zones/contract/./a',
        'zones/contract/a\\b',
        'zones/contract/a\u0000b',
        'zones/contract/a\nb',
        'zones/contract/\ud800',
        `zones/contract/${'a'.repeat(900)}`,
        `zones/contract/${'가'.repeat(300)}`,
      ];
      for (const key of bad) {
        it(JSON.stringify(key).slice(0, 60), async () => {
          await assert.rejects(async () => store.put(key, Buffer.from('x'), text));
          await assert.rejects(async () => store.get(key));
          await assert.rejects(async () => store.find(key));
          await assert.rejects(async () => store.delete(key));
          await assert.rejects(async () => store.copy('zones/other/secret', key));
        });
      }

      it('but not what is merely unusual', async () => {
        for (const key of [
          'zones/contract/.hidden',
          'zones/contract/...',
          'zones/contract/a..b',
          'zones/contract/%2e%2e',
          'zones/contract/~',
        ]) {
          await store.put(key, Buffer.from(key), text);
          assert.equal((await read(store, key)).toString(), key);
          await store.delete(key);
        }
      });
    });
  });
}

const isAbort = (error: Error): boolean => error.name === 'AbortError';
