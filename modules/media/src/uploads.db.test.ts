import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { MadangError, policyAllows, requestErrors } from '@madang/kernel';
import { body, describeUploads, digest, jun, KIB, refused } from './testing/upload-testbed.ts';
import { uploadErrors } from './upload-errors.ts';

describeUploads('how bytes come', (w) => {
  const { createWith, discardAll, call, create, patch, head, assembled, keys, usage, storeWith, names } = w;

  it('says what it can do, to anyone', async () => {
    const found = w.part.routes.find((each) => each.key.startsWith('OPTIONS'));
    assert.ok(found && policyAllows(found.policy, undefined));
    const { headers } = await call('OPTIONS /api/v1/uploads', { headers: {} }, undefined);
    assert.deepEqual(headers, {
      'Tus-Resumable': '1.0.0',
      'Tus-Version': '1.0.0',
      'Tus-Extension': 'creation,creation-with-upload,expiration,checksum,termination',
      'Tus-Max-Size': '1000000',
      'Tus-Checksum-Algorithm': 'sha1,sha256',
    });
  });

  it('takes a file in one request, in parts, and says so once with the last byte', async () => {
    const id = await create();
    assert.equal(await patch(id, 0, body(w.bytes)), w.bytes.length);
    const starts = w.grows ? [0] : [0, 1, 2, 3, 4].map((n) => n * 64 * KIB);
    assert.deepEqual(
      await names(id),
      starts.map((start) => `${String(start).padStart(15, '0')}-1`),
    );
    assert.deepEqual(w.published, [['media.upload-completed', { uploadId: id, claimedType: null, claimedId: null }]]);
    const upload = await w.part.uploads.find(w.zone, id);
    assert.deepEqual([upload?.state, upload?.name, upload?.contentType], ['complete', '첫날.mp4', 'video/mp4']);
    assert.ok((await assembled(id)).equals(w.bytes));
    assert.equal(await patch(id, w.bytes.length, body(), { headers: { 'content-length': '0' } }), w.bytes.length, 'nothing is left to say');
    await assert.rejects(
      patch(id, w.bytes.length, body(Buffer.from('x'))),
      refused(uploadErrors.upload_overrun, { length: w.bytes.length }),
    );
    assert.equal(w.published.length, 1);
  });

  it('takes small files and many small requests', async () => {
    const one = await create(5);
    assert.equal(await patch(one, 0, body(Buffer.from('hello'))), 5);
    assert.equal((await assembled(one)).toString(), 'hello');
    const many = await create(100);
    for (let at = 0; at < 100; at += 10) assert.equal(await patch(many, at, body(w.bytes.subarray(at, at + 10))), at + 10);
    assert.ok((await assembled(many)).equals(w.bytes.subarray(0, 100)));
  });

  it('takes bytes with the creation', async () => {
    const headers = { 'upload-length': String(w.bytes.length), 'content-type': 'application/offset+octet-stream', 'content-length': '100' };
    const reply = await call('POST /api/v1/uploads', { headers, stream: body(w.bytes.subarray(0, 100)) });
    assert.equal(reply.headers?.['Upload-Offset'], '100');
    const id = reply.headers?.Location?.split('/').at(-1) ?? '';
    assert.equal(await patch(id, 100, body(w.bytes.subarray(100))), w.bytes.length);
    assert.ok((await assembled(id)).equals(w.bytes));

    const before = await usage();
    const wrong = { ...headers, 'upload-checksum': digest('sha1', Buffer.from('other')) };
    await assert.rejects(
      call('POST /api/v1/uploads', { headers: wrong, stream: body(w.bytes.subarray(0, 100)) }),
      refused(uploadErrors.upload_checksum_mismatch),
    );
    assert.deepEqual(await usage(), before, 'nobody could ever find it');
  });

  it('goes on where a connection broke, and keeps what came', async () => {
    const id = await create();
    const stream = new PassThrough();
    const sending = patch(id, 0, stream);
    stream.write(w.bytes.subarray(0, 100 * KIB));
    await wait(50);
    stream.destroy(new Error('ECONNRESET'));
    await assert.rejects(sending, refused(uploadErrors.upload_cut_off));
    assert.equal(await head(id), 100 * KIB);
    assert.equal(await patch(id, 100 * KIB, body(w.bytes.subarray(100 * KIB))), w.bytes.length);
    assert.ok((await assembled(id)).equals(w.bytes));
  });

  it('ends a body that is silent, and one whose sender left', async () => {
    const id = await create();
    const silent = new PassThrough();
    silent.write(w.bytes.subarray(0, 1000));
    await assert.rejects(patch(id, 0, silent), refused(uploadErrors.upload_cut_off));
    assert.equal(await head(id), 1000);
    assert.equal(silent.destroyed, false, 'its sender is answered');
    const gone = new AbortController();
    const endless = new PassThrough();
    const sending = patch(id, 1000, endless, { signal: gone.signal });
    endless.write(w.bytes.subarray(1000, 3000));
    await wait(30);
    gone.abort();
    await assert.rejects(sending, refused(uploadErrors.upload_cut_off));
    assert.equal(await head(id), 3000);
  });

  it('what is being stored is stored before it closes', async () => {
    const id = await create();
    const stream = new PassThrough();
    const sending = patch(id, 0, stream);
    const ended = assert.rejects(sending, refused(uploadErrors.upload_cut_off));
    stream.write(w.bytes.subarray(0, 5000));
    await wait(30);
    await (await w.part.start())?.close();
    await ended;
    assert.equal(await head(id), 5000);
  });

  it('keeps bytes only with their right checksum', async () => {
    const id = await create();
    const [first, rest] = [w.bytes.subarray(0, 150 * KIB), w.bytes.subarray(150 * KIB)];
    const wrong = { 'upload-checksum': digest('sha1', rest) };
    await assert.rejects(patch(id, 0, body(first), { headers: wrong }), refused(uploadErrors.upload_checksum_mismatch));
    assert.equal(await head(id), 0);
    assert.deepEqual(await keys(id), []);
    const cut = new PassThrough();
    cut.write(first.subarray(0, 10));
    setTimeout(() => cut.destroy(), 20);
    await assert.rejects(
      patch(id, 0, cut, { headers: { 'upload-checksum': digest('sha1', first) } }),
      refused(uploadErrors.upload_cut_off),
    );
    assert.equal(await head(id), 0);
    assert.equal(await patch(id, 0, body(first), { headers: { 'upload-checksum': digest('sha1', first) } }), first.length);
    assert.equal((await keys(id)).length, 1);
    assert.equal(await patch(id, first.length, body(rest), { headers: { 'upload-checksum': digest('sha256', rest) } }), w.bytes.length);
    assert.ok((await assembled(id)).equals(w.bytes));
  });

  it('checks no more than so much at once', async () => {
    const id = await create();
    const headers = { 'upload-checksum': digest('sha1', w.bytes) };
    const tooMuch = refused(uploadErrors.upload_checksum_bytes, { maxBytes: 200 * KIB });
    await assert.rejects(patch(id, 0, body(w.bytes), { headers: { ...headers, 'content-length': String(w.bytes.length) } }), tooMuch);
    await assert.rejects(patch(id, 0, body(w.bytes), { headers }), tooMuch);
    assert.deepEqual([await head(id), await keys(id)], [0, []]);
  });

  it('refuses what is not where it stands, more than it said, and other types', async () => {
    const id = await create(10);
    assert.equal(await patch(id, 0, body(Buffer.from('01234'))), 5);
    await assert.rejects(patch(id, 0, body(Buffer.from('0'))), refused(uploadErrors.upload_offset, { offset: 5 }));
    await assert.rejects(patch(id, 7, body(Buffer.from('0'))), refused(uploadErrors.upload_offset, { offset: 5 }));
    await assert.rejects(patch(id, 5, body(), { headers: { 'content-length': '6' } }), refused(uploadErrors.upload_overrun));
    await assert.rejects(patch(id, 5, body(Buffer.from('567890'))), refused(uploadErrors.upload_overrun));
    assert.equal(await head(id), 5);
    await assert.rejects(patch(id, 5, body(), { headers: { 'content-type': 'video/mp4' } }), refused(requestErrors.unsupported_type));
    await assert.rejects(patch(id, 5, body(), { headers: { 'tus-resumable': '0.2' } }), refused(uploadErrors.tus_version));
    assert.equal(await patch(id, 5, body(Buffer.from('56789'))), 10);
    assert.equal((await assembled(id)).toString(), '0123456789');
  });

  it('names the version of tus in refusals too, and tells which it speaks', async () => {
    const headersOf = async (asked: Promise<unknown>) =>
      asked.then(
        () => assert.fail('it was not refused'),
        (error: unknown) => (error instanceof MadangError ? error.details.headers : undefined),
      );
    const id = await create(10);
    assert.deepEqual(await headersOf(patch(id, 5, body())), { 'Tus-Resumable': '1.0.0' });
    assert.deepEqual(await headersOf(head('upload_none')), { 'Tus-Resumable': '1.0.0' });
    assert.deepEqual(await headersOf(create(0)), { 'Tus-Resumable': '1.0.0' });
    const wrong = { 'Tus-Resumable': '1.0.0', 'Tus-Version': '1.0.0' };
    assert.deepEqual(await headersOf(patch(id, 0, body(), { headers: { 'tus-resumable': '0.2' } })), wrong);
  });

  it('is nobody else’s', async () => {
    const id = await create(10);
    const missing = refused(uploadErrors.upload_not_found);
    await assert.rejects(head(id, jun), missing);
    await assert.rejects(patch(id, 0, body(Buffer.from('x')), { by: jun }), missing);
    await assert.rejects(call('DELETE /api/v1/uploads/:uploadId', { params: { uploadId: id } }, jun), missing);
    await assert.rejects(head('upload_none'), missing);
    await assert.rejects(
      w.zone.db.transaction((tx) => w.part.uploads.claim(tx, { uploadId: id, ownerId: jun.id, type: 'asset', id: 'video_1' })),
      missing,
    );
    assert.equal(await w.part.uploads.find(w.database.zone('other'), id), undefined);
    assert.equal(await head(id), 0);
  });

  it('of two requests at once one writes, and nothing is mixed', async () => {
    const id = await create();
    const first = new PassThrough();
    const writing = patch(id, 0, first);
    first.write(w.bytes.subarray(0, 10 * KIB));
    const moving = setInterval(() => {
      w.clock.advance(200);
      first.write(Buffer.from([7]));
    }, 100);
    await wait(20);
    await assert.rejects(patch(id, 0, body(Buffer.alloc(1000))), refused(uploadErrors.upload_locked));
    clearInterval(moving);
    first.destroy();
    await assert.rejects(writing, refused(uploadErrors.upload_cut_off));
    const at = await head(id);
    assert.ok(at > 10 * KIB);
    assert.equal(await patch(id, at, body(w.bytes.subarray(at))), w.bytes.length);
    const whole = await assembled(id);
    assert.ok(whole.subarray(0, 10 * KIB).equals(w.bytes.subarray(0, 10 * KIB)));
    assert.ok(whole.subarray(at).equals(w.bytes.subarray(at)));
  });

  it('many at once at the same place: one part is counted, whole', async () => {
    for (let round = 0; round < 3; round++) {
      const id = await create(20_000);
      const bodies = Array.from({ length: 6 }, (_, n) => Buffer.alloc(20_000, n + 1));
      const results = await Promise.allSettled(bodies.map((each) => patch(id, 0, body(each))));
      assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
      const whole = await assembled(id);
      assert.ok(bodies.some((each) => each.equals(whole)));
      assert.equal((await keys(id)).length, 1);
      await discardAll();
    }
  });

  it('a writer that is silent for too long is passed by, and what it stores late is not counted', async () => {
    const id = await create();
    const late = Promise.withResolvers<void>();
    const slow = createWith({ blobs: storeWith({ stored: () => late.promise }) });
    const zombie = patch(id, 0, body(Buffer.alloc(1000, 9)), { on: slow });
    await wait(50);
    assert.equal(await patch(id, 0, body(w.bytes)), w.bytes.length);
    late.resolve();
    await assert.rejects(zombie, refused(uploadErrors.upload_locked));
    assert.ok((await assembled(id)).equals(w.bytes));
    assert.equal((await keys(id)).length, w.grows ? 1 : 5);
  });
});
