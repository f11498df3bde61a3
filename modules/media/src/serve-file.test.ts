import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { type BlobRange, type BlobStore, hasCode, type Logger, silentLogger } from '@madang/kernel';
import fc from 'fast-check';
import type { StoredFile } from './file.ts';
import { mediaErrors } from './media-errors.ts';
import { createServeFile, parseRange } from './serve-file.ts';

const file: StoredFile = {
  id: 'file_1',
  ownerId: 'user_1',
  scope: { type: 'room', id: 'room_1' },
  name: '사진.jpg',
  kind: 'image',
  contentType: 'image/jpeg',
  bytes: 10,
  width: 1,
  height: 1,
  sha256: 'abc',
  blobKey: 'zones/univ/users/user_1/files/file_1/original',
  thumbnailKey: 'zones/univ/users/user_1/files/file_1/thumbnail',
  thumbnailBytes: 4,
  attached: true,
};

/** Ten digits under the one key, four letters under the other. */
const blobs = {
  get: async (key: string, range?: BlobRange) => {
    const bytes = Buffer.from(key.endsWith('original') ? '0123456789' : 'webp');
    return { body: Readable.from([bytes.subarray(range?.start ?? 0, (range?.end ?? bytes.length - 1) + 1)]) };
  },
} as unknown as BlobStore;
const serve = createServeFile(blobs, silentLogger);

async function ask(headers: Record<string, string>, change: Partial<StoredFile> = {}, variant: 'original' | 'thumbnail' = 'original') {
  const reply = await serve({ ...file, ...change }, { variant, headers, cacheControl: 'private' });
  let text = '';
  if (reply.body !== null) for await (const part of reply.body) text += String(part);
  return { status: reply.status, text, headers: reply.headers ?? {} };
}

describe('ranges', () => {
  const cases: [header: string | undefined, size: number, expected: ReturnType<typeof parseRange>][] = [
    [undefined, 10, undefined],
    ['bytes=0-', 10, { start: 0, end: 9 }],
    ['bytes=0-0', 10, { start: 0, end: 0 }],
    ['bytes=9-9', 10, { start: 9, end: 9 }],
    ['bytes=2-100', 10, { start: 2, end: 9 }],
    ['bytes=-3', 10, { start: 7, end: 9 }],
    ['bytes=-100', 10, { start: 0, end: 9 }],
    ['Bytes=1-2', 10, { start: 1, end: 2 }],
    ['bytes=10-', 10, 'unsatisfiable'],
    ['bytes=11-12', 10, 'unsatisfiable'],
    ['bytes=-0', 10, 'unsatisfiable'],
    ['bytes=0-', 0, 'unsatisfiable'],
    ['bytes=-5', 0, 'unsatisfiable'],
    ['bytes=5-4', 10, undefined],
    ['bytes=0-1,3-4', 10, undefined],
    ['bytes=-', 10, undefined],
    ['bytes=a-b', 10, undefined],
    ['bytes=1', 10, undefined],
    ['items=0-1', 10, undefined],
    [`bytes=${'9'.repeat(400)}-`, 10, undefined],
  ];
  for (const [header, size, expected] of cases) {
    it(`${header?.slice(0, 30)} of ${size}`, () => assert.deepEqual(parseRange(header, size), expected));
  }

  it('whatever is asked lies within the file', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^bytes=\d{0,4}-\d{0,4}$/)), fc.nat(3000), (header, size) => {
        const range = parseRange(header, size);
        if (typeof range === 'object') assert.ok(range.start >= 0 && range.start <= range.end && range.end < size);
      }),
    );
  });
});

describe('serving a file', () => {
  it('whole, with what a browser needs to know and nothing it could run', async () => {
    const { status, text, headers } = await ask({});
    assert.deepEqual([status, text], [200, '0123456789']);
    assert.deepEqual(headers, {
      ETag: '"abc"',
      'Cache-Control': 'private',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': headers['Content-Security-Policy'],
      'Content-Disposition': `inline; filename="__.jpg"; filename*=UTF-8''%EC%82%AC%EC%A7%84.jpg`,
      'Accept-Ranges': 'bytes',
      'Content-Type': 'image/jpeg',
      'Content-Length': '10',
    });
    assert.match(headers['Content-Security-Policy'] ?? '', /^sandbox; default-src 'none'/);
  });

  it('what cannot be shown safely is downloaded', async () => {
    for (const contentType of ['text/plain; charset=utf-8', 'application/octet-stream', 'application/zip', 'text/html', 'image/svg+xml']) {
      assert.match((await ask({}, { contentType })).headers['Content-Disposition'] ?? '', /^attachment/, contentType);
    }
  });

  it('a part', async () => {
    const { status, text, headers } = await ask({ range: 'bytes=2-4' });
    assert.deepEqual([status, text, headers['Content-Range'], headers['Content-Length']], [206, '234', 'bytes 2-4/10', '3']);
  });

  it('a part that is not there: 416 with the size', async () => {
    const { status, headers } = await ask({ range: 'bytes=10-' });
    assert.deepEqual([status, headers['Content-Range']], [416, 'bytes */10']);
  });

  it('nothing again to who has it', async () => {
    for (const header of ['"abc"', 'W/"abc"', '"x", "abc"', '*'])
      assert.equal((await ask({ 'if-none-match': header })).status, 304, header);
    assert.equal((await ask({ 'if-none-match': '"abcd"' })).status, 200);
    assert.equal((await ask({ 'if-none-match': '"abc"', range: 'bytes=0-1' })).status, 304, 'the condition comes first');
  });

  it('the rest only of the same bytes', async () => {
    assert.equal((await ask({ range: 'bytes=5-', 'if-range': '"abc"' })).status, 206);
    assert.equal((await ask({ range: 'bytes=5-', 'if-range': '"older"' })).status, 200);
    assert.equal((await ask({ range: 'bytes=5-', 'if-range': 'Sat, 21 Nov 2026 09:00:00 GMT' })).status, 200);
  });

  it('the thumbnail, with a tag of its own', async () => {
    const { text, headers } = await ask({}, {}, 'thumbnail');
    assert.deepEqual(
      [text, headers['Content-Type'], headers.ETag, headers['Content-Length']],
      ['webp', 'image/webp', '"abc-thumbnail"', '4'],
    );
    await assert.rejects(ask({}, { thumbnailKey: null }, 'thumbnail'), (error) => hasCode(error, mediaErrors.file_not_found));
  });

  it('bytes that are lost are an error for a person to act on, and a 404 for who asked', async () => {
    const { BlobNotFound } = await import('@madang/kernel');
    const errors: string[] = [];
    const logger: Logger = { ...silentLogger, error: (_fields, message) => errors.push(message) };
    const lost = createServeFile({ get: async () => Promise.reject(new BlobNotFound('x')) } as unknown as BlobStore, logger);
    await assert.rejects(lost(file, { variant: 'original', headers: {}, cacheControl: 'private' }), (error) =>
      hasCode(error, mediaErrors.file_not_found),
    );
    assert.equal(errors.length, 1);
  });
});
