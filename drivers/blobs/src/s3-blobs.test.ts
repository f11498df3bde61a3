import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { BlobChecksumMismatch, BlobTooLarge, type PresignedRequest, silentLogger } from '@madang/kernel';
import { blobStoreContract } from '@madang/testing';
import { missingRadosgw, type Radosgw, startRadosgw } from './radosgw.testing.ts';
import { createS3Blobs, type S3Blobs, type S3BlobsOptions } from './s3-blobs.ts';

const MIB = 1024 * 1024;
const text = { contentType: 'text/plain' };
const missing = missingRadosgw();

if (missing !== undefined) {
  describe('blobs in S3 (radosgw)', () => {
    it(`keep the contract: ${missing}`, (t) => {
      process.stdout.write(`skipped: blobs in S3: ${missing}\n`);
      t.skip(missing);
    });
  });
} else {
  describe('blobs in S3 (radosgw)', () => {
    let gateway: Radosgw;
    let client: S3Client;
    let store: S3Blobs;

    const optionsOf = (bucket: string): S3BlobsOptions => ({
      endpoint: gateway.endpoint,
      region: gateway.region,
      bucket,
      accessKeyId: gateway.accessKeyId,
      secretAccessKey: gateway.secretAccessKey,
      prefix: 'campus',
      forcePathStyle: true,
      logger: silentLogger,
      partBytes: 5 * MIB,
      copyBytes: 12 * MIB,
    });
    const unfinished = async (): Promise<string[]> =>
      ((await client.send(new ListMultipartUploadsCommand({ Bucket: 'parts' }))).Uploads ?? []).map(({ Key = '' }) => Key);
    const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    const read = async (key: string, range?: { start: number; end?: number }): Promise<Buffer> => {
      const parts: Buffer[] = [];
      for await (const part of (await store.get(key, range)).body) parts.push(part as Buffer);
      return Buffer.concat(parts);
    };
    const pieces = (bytes: Buffer, size = 65_536): Readable =>
      Readable.from(Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size)));

    before(async () => {
      gateway = await startRadosgw();
      const { accessKeyId, secretAccessKey } = gateway;
      client = new S3Client({
        endpoint: gateway.endpoint,
        region: gateway.region,
        credentials: { accessKeyId, secretAccessKey },
        forcePathStyle: true,
        requestChecksumCalculation: 'WHEN_REQUIRED',
      });
      for (const bucket of ['contract', 'parts']) await gateway.makeBucket(bucket);
      store = await createS3Blobs(optionsOf('parts'));
    });
    after(async () => {
      await store?.close();
      client?.destroy();
      await gateway?.close();
    });

    blobStoreContract('S3', async () => {
      const contract = await createS3Blobs(optionsOf('contract'));
      return { store: contract, close: () => contract.close() };
    });

    describe('bodies of several parts', () => {
      const bytes = randomBytes(11 * MIB + 17);

      for (const [what, body] of [
        ['a buffer', () => bytes],
        ['a stream', () => pieces(bytes)],
      ] as const) {
        it(`are whole and keep their checksum: ${what}`, async () => {
          const put = await store.put(`zones/parts/${what}`, body(), { contentType: 'video/mp4' });
          const found = await store.find(`zones/parts/${what}`);
          assert.deepEqual(found, put);
          assert.deepEqual([put.bytes, put.sha256, put.contentType], [bytes.length, sha256(bytes), 'video/mp4']);
          assert.ok(put.etag.length > 0);
          assert.ok((await read(`zones/parts/${what}`)).equals(bytes));
          const range = { start: 5 * MIB - 3, end: 10 * MIB + 3 };
          assert.ok((await read(`zones/parts/${what}`, range)).equals(bytes.subarray(range.start, range.end + 1)));
          assert.deepEqual(await unfinished(), []);
        });
      }

      it('are whole after the store has collected its garbage, though their checksum was added by a copy onto itself', async () => {
        await store.put('zones/parts/kept', pieces(bytes), text);
        await gateway.admin('gc', 'process', '--include-all');
        assert.ok((await read('zones/parts/kept')).equals(bytes));
      });

      it('of exactly one part, and one byte more', async () => {
        for (const length of [5 * MIB, 5 * MIB + 1, 10 * MIB]) {
          const exact = randomBytes(length);
          await store.put('zones/parts/exact', pieces(exact, MIB), text);
          assert.ok((await read('zones/parts/exact')).equals(exact));
        }
      });

      it('have no checksum beyond what one request copies, unless it was given', async () => {
        const large = randomBytes(13 * MIB);
        assert.equal((await store.put('zones/parts/large', pieces(large), text)).sha256, sha256(large));
        assert.equal((await store.find('zones/parts/large'))?.sha256, null);
        await store.put('zones/parts/large', pieces(large), { ...text, sha256: sha256(large) });
        assert.equal((await store.find('zones/parts/large'))?.sha256, sha256(large));
      });

      it('are copied in parts beyond what one request copies', async () => {
        const large = randomBytes(25 * MIB);
        await store.put('zones/parts/source', large, { contentType: 'video/mp4', storageClass: 'infrequent' });
        const copied = await store.copy('zones/parts/source', 'zones/parts/copied');
        assert.deepEqual([copied.bytes, copied.sha256, copied.contentType], [large.length, sha256(large), 'video/mp4']);
        assert.ok((await read('zones/parts/copied')).equals(large));
        const stored = await client.send(new HeadObjectCommand({ Bucket: 'parts', Key: 'campus/zones/parts/copied' }));
        assert.equal(stored.StorageClass, 'STANDARD_IA');
        assert.deepEqual(await unfinished(), []);
      });

      it('leave nothing when they are refused, aborted or cut short', async () => {
        const cut = (): Readable => {
          const source = new PassThrough();
          source.write(bytes.subarray(0, 6 * MIB));
          setTimeout(() => source.destroy(new Error('the network went away')), 50);
          return source;
        };
        const stopped = async (): Promise<unknown> => {
          const controller = new AbortController();
          const source = new PassThrough();
          source.write(bytes.subarray(0, 6 * MIB));
          setTimeout(() => controller.abort(), 50);
          const refused = await store
            .put('zones/refused/a', source, { ...text, signal: controller.signal })
            .catch((error: unknown) => error);
          assert.ok(source.destroyed, 'the source is let go');
          throw refused;
        };
        await assert.rejects(store.put('zones/refused/a', pieces(bytes), { ...text, maxBytes: bytes.length - 1 }), BlobTooLarge);
        await assert.rejects(store.put('zones/refused/a', pieces(bytes), { ...text, sha256: '0'.repeat(64) }), BlobChecksumMismatch);
        await assert.rejects(store.put('zones/refused/a', cut(), text), /the network went away/);
        await assert.rejects(stopped(), { name: 'AbortError' });
        assert.deepEqual(await store.list('zones/refused/'), []);
        assert.deepEqual(await unfinished(), []);
      });
    });

    it('sweeps the uploads that killed puts left, and leaves those that may still grow and those of others', async () => {
      const begin = (Key: string) => client.send(new CreateMultipartUploadCommand({ Bucket: 'parts', Key }));
      await begin('campus/zones/killed/a');
      const other = await begin('other/zones/killed/a');
      await (await createS3Blobs(optionsOf('parts'))).close();
      assert.deepEqual((await unfinished()).sort(), ['campus/zones/killed/a', 'other/zones/killed/a']);
      await (await createS3Blobs({ ...optionsOf('parts'), staleAfterMs: -60_000 })).close();
      assert.deepEqual(await unfinished(), ['other/zones/killed/a']);
      await client.send(new AbortMultipartUploadCommand({ Bucket: 'parts', Key: 'other/zones/killed/a', UploadId: other.UploadId }));
    });

    it('keeps to its prefix, and lists no object that is not its own', async () => {
      await store.put('zones/mine/a', Buffer.from('a'), text);
      for (const Key of ['campus/zones/mine/', 'campus/notes', 'zones/mine/b']) {
        await client.send(new PutObjectCommand({ Bucket: 'parts', Key, Body: 'x' }));
      }
      assert.deepEqual(
        (await store.list('', { limit: 1000 })).map(({ key }) => key).filter((key) => /mine|notes/.test(key)),
        ['zones/mine/a'],
      );
      assert.equal(await store.find('zones/mine/b'), undefined);
    });

    it('ends a connection whose reader goes away, also before it reads', async () => {
      const bytes = randomBytes(300_000);
      await store.put('zones/readers/a', bytes, text);
      for (let reader = 0; reader < 520; reader++) (await store.get('zones/readers/a')).body.destroy();
      const { body } = await store.get('zones/readers/a');
      for await (const chunk of body) if ((chunk as Buffer).length > 0) break;
      assert.ok((await read('zones/readers/a')).equals(bytes), 'more readers than connections');
    });

    describe('presigned requests', () => {
      const send = ({ method, url, headers }: PresignedRequest, body?: string, other: Record<string, string> = {}) =>
        fetch(url, { method, headers: { ...headers, ...other }, ...(body !== undefined && { body }) });

      it('take what they name and give it back', async () => {
        const put = await store.presignPut('zones/signed/마당 a', { expiresInSeconds: 60, contentType: 'image/png', bytes: 5 });
        assert.equal((await send(put, 'bytes')).status, 200);
        const found = await store.find('zones/signed/마당 a');
        assert.deepEqual([found?.bytes, found?.contentType, found?.sha256], [5, 'image/png', null]);
        const contentDisposition = 'attachment; filename="a.png"';
        const answer = await send(await store.presignGet('zones/signed/마당 a', { expiresInSeconds: 60, contentDisposition }));
        assert.deepEqual([answer.status, answer.headers.get('content-disposition')], [200, contentDisposition]);
        assert.equal(await answer.text(), 'bytes');
      });

      it('take no other number of bytes, no other type, no other key', async () => {
        const put = await store.presignPut('zones/signed/b', { expiresInSeconds: 60, contentType: 'image/png', bytes: 5 });
        const refused = [
          await send(put, 'more bytes'),
          await send(put, 'bytes', { 'Content-Type': 'text/html' }),
          await send({ ...put, url: put.url.replace('signed/b', 'signed/c') }, 'bytes'),
        ];
        assert.deepEqual(
          refused.map(({ status }) => status),
          [403, 403, 403],
        );
        assert.deepEqual(await store.list('zones/signed/b'), []);
      });

      it('name the host that browsers reach', async () => {
        const fronted = await createS3Blobs({ ...optionsOf('parts'), publicEndpoint: 'https://files.example.com' });
        try {
          const { url } = await fronted.presignGet('zones/signed/a', { expiresInSeconds: 60 });
          assert.equal(new URL(url).origin, 'https://files.example.com');
        } finally {
          await fronted.close();
        }
      });

      it('last from a second to a week', async () => {
        for (const expiresInSeconds of [0, 604_801, 1.5, Number.NaN]) {
          await assert.rejects(store.presignGet('zones/signed/a', { expiresInSeconds }), /1 to 604800 seconds/);
        }
      });
    });

    describe('settings that cannot be right stop the start with a sentence', () => {
      const wrong: [what: string, change: Partial<S3BlobsOptions>, message: RegExp][] = [
        ['a bucket that is not there', { bucket: 'nowhere' }, /the bucket nowhere at http.+ does not exist: make it, or set another/],
        ['another secret', { secretAccessKey: 'wrong' }, /refused with 403.+look at the access key/],
        ['an access key nobody has', { accessKeyId: 'nobody' }, /refused with 403.+look at the access key/],
        ['a prefix that leaves no room for keys', { prefix: 'p'.repeat(125) }, /at most 124 bytes/],
      ];
      for (const [what, change, message] of wrong) {
        it(what, () => assert.rejects(createS3Blobs({ ...optionsOf('parts'), ...change }), message));
      }
    });
  });
}
