import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { hasCode, MadangError, requestErrors } from '@madang/kernel';
import fc from 'fast-check';
import { mediaErrors } from './media-errors.ts';
import { readUpload, type UploadRequest } from './read-upload.ts';
import { uploadOf } from './testing.ts';

describe('reading an upload', () => {
  let folder: string;
  let files = 0;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'madang-upload-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  const free = (): string => path.join(folder, String(++files));

  it('writes the file as it came, in whatever chunks, with its name and first bytes', async () => {
    const bytes = Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 251));
    for (const chunk of [1, 7, 61, 4096, 65_536]) {
      const to = free();
      const received = await readUpload(uploadOf({ fileName: '한글 이름.bin', bytes }, chunk), to, 20_000);
      assert.deepEqual([received.name, received.bytes], ['한글 이름.bin', 20_000]);
      assert.ok(received.head.equals(bytes.subarray(0, received.head.length)) && received.head.length >= 4100);
      assert.ok((await readFile(to)).equals(bytes), `chunks of ${chunk}`);
    }
  });

  it('takes an empty file and fields beside it', async () => {
    const received = await readUpload(uploadOf([{ bytes: 'a field' }, { fileName: 'a', bytes: '' }]), free(), 10);
    assert.equal(received.bytes, 0);
  });

  const refused: [what: string, request: () => UploadRequest, code: (typeof mediaErrors)[keyof typeof mediaErrors]][] = [
    ['one byte too many', () => uploadOf({ fileName: 'a', bytes: Buffer.alloc(101) }), mediaErrors.file_too_large],
    [
      'a length that is announced too large',
      () => ({ ...uploadOf({ fileName: 'a', bytes: '' }), headers: { ...uploadOf({ bytes: '' }).headers, 'content-length': '99999999' } }),
      mediaErrors.file_too_large,
    ],
    ['no file', () => uploadOf({ bytes: 'a field' }), mediaErrors.one_file],
    ['no part', () => uploadOf([]), mediaErrors.one_file],
    [
      'two files',
      () =>
        uploadOf([
          { fileName: 'a', bytes: 'a' },
          { fileName: 'b', bytes: 'b' },
        ]),
      mediaErrors.one_file,
    ],
    ['five files', () => uploadOf(Array.from({ length: 5 }, () => ({ fileName: 'a', bytes: 'a' }))), mediaErrors.one_file],
    [
      'no boundary',
      () => ({ stream: Readable.from([]), headers: { 'content-type': 'multipart/form-data; charset=utf-8' } }),
      mediaErrors.upload_malformed,
    ],
    ['an empty body', () => ({ stream: Readable.from([]), headers: uploadOf({ bytes: '' }).headers }), mediaErrors.upload_malformed],
  ];
  for (const [what, request, code] of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(readUpload(request(), free(), 100), (error) => hasCode(error, code) || assert.fail(String(error)));
    });
  }

  it('refuses other content types', async () => {
    for (const type of [undefined, 'application/json', 'multipart/mixed; boundary=x', 'image/png', 'multipart/form-data']) {
      const request = { stream: Readable.from(['x']), headers: { 'content-type': type } };
      await assert.rejects(readUpload(request, free(), 100), (error) => hasCode(error, requestErrors.unsupported_type), String(type));
    }
  });

  it('a body cut anywhere is refused', async () => {
    const { stream, headers } = uploadOf({ fileName: 'a.txt', bytes: 'some text' });
    const whole = Buffer.concat(await Array.fromAsync(stream as AsyncIterable<Buffer>));
    for (let length = 0; length < whole.length - 4; length++) {
      await assert.rejects(
        readUpload({ stream: Readable.from([whole.subarray(0, length)], { objectMode: false }), headers }, free(), 100),
        (error) => error instanceof MadangError && error.definition.status === 400,
        `after ${length} bytes`,
      );
    }
  });

  it('a client that leaves, and a signal, end it', async () => {
    for (const leave of [(stream: PassThrough) => stream.destroy(), (stream: PassThrough) => stream.destroy(new Error('ECONNRESET'))]) {
      const stream = new PassThrough();
      stream.write('--madang-test-boundary\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc');
      const reading = readUpload({ stream, headers: uploadOf({ bytes: '' }).headers }, free(), 100);
      setImmediate(() => leave(stream));
      await assert.rejects(reading, (error) => hasCode(error, mediaErrors.upload_malformed));
    }
    const controller = new AbortController();
    const reading = readUpload(
      { stream: new PassThrough(), headers: uploadOf({ bytes: '' }).headers, signal: controller.signal },
      free(),
      100,
    );
    controller.abort(new Error('time is over'));
    await assert.rejects(reading, /time is over/);
  });

  it('never destroys the request: the refusal has to be sent on its connection', async () => {
    const stream = new PassThrough();
    const { headers } = uploadOf({ bytes: '' });
    stream.write('--madang-test-boundary\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n');
    stream.write(Buffer.alloc(5000));
    await assert.rejects(readUpload({ stream, headers }, free(), 100), (error) => hasCode(error, mediaErrors.file_too_large));
    assert.equal(stream.destroyed, false);
  });

  it('any bytes at all end in a file or a refusal', async () => {
    const { stream, headers } = uploadOf([{ bytes: 'field' }, { fileName: 'a.txt', bytes: 'some text' }]);
    const whole = Buffer.concat(await Array.fromAsync(stream as AsyncIterable<Buffer>));
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc
        .constantFrom('--madang-test-boundary', '\r\n', '--', '\r\n\r\n', 'Content-Disposition: form-data; name="file"; filename="b"', ': ')
        .map((text) => Buffer.from(text)),
      fc.tuple(fc.nat(whole.length), fc.nat(whole.length)).map(([a, b]) => whole.subarray(Math.min(a, b), Math.max(a, b))),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), fc.boolean(), async (pieces, led) => {
        const body = [...(led ? [whole.subarray(0, 120)] : []), ...pieces]
          .map((part) => Buffer.from(part))
          .filter((part) => part.length > 0);
        await readUpload({ stream: Readable.from(body, { objectMode: false }), headers }, free(), 1000).catch((error) =>
          assert.ok(error instanceof MadangError && error.definition.status < 500, String(error)),
        );
      }),
      { numRuns: 400 },
    );
  });
});
