import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { BlobNotFound, requestErrors, sql } from '@madang/kernel';
import { mediaErrors } from './media-errors.ts';
import { body, DAY_MS, describeUploads, guest, jun, KIB, mina, plain, refused } from './testing/upload-testbed.ts';
import { uploadErrors } from './upload-errors.ts';

describeUploads('how they end', (w) => {
  const { createWith, call, create, patch, head, assembled, keys, usage, run, storeWith, grow, names } = w;

  it('killed between storing and counting: the bytes come again, the sweeper takes what is left', async () => {
    const id = await create();
    await patch(id, 0, body(w.bytes.subarray(0, 100)));
    const orphan = `zones/univ/uploads/${id}/000000000000100-1`;
    const lost = 'zones/univ/uploads/upload_lost/000000000000000-1';
    for (const key of [orphan, lost]) await w.blobs.put(key, Buffer.alloc(50), { contentType: 'application/octet-stream' });
    await w.zone.db.run(sql(`update media.uploads set leased_until = clock_timestamp() + interval '0.3 s' where id = $1`, id));
    assert.equal(await head(id), 100);
    assert.equal(await patch(id, 100, body(w.bytes.subarray(100))), w.bytes.length, 'it waits for the dead one to be taken for dead');
    assert.ok((await assembled(id)).equals(w.bytes));
    assert.deepEqual(await run('media.sweep-upload-parts'), { orphans: 0 });
    w.clock.advance(DAY_MS + 60_000);
    assert.deepEqual(await run('media.sweep-upload-parts'), { orphans: 2 });
    assert.ok(!(await keys()).includes(orphan) && !(await keys()).includes(lost));
    assert.ok((await assembled(id)).equals(w.bytes));
  });

  if (w.grows) {
    const expireLease = (id: string) =>
      w.zone.db.run(sql(`update media.uploads set leased_until = clock_timestamp() - interval '1 s' where id = $1`, id));
    const sourceOf = (id: string) => `zones/univ/users/${mina.id}/sources/${id}/v1`;

    it('w.grows from request to request, and is the source as it is', async () => {
      const id = await create();
      let at = 0;
      while (at < w.bytes.length) at = await patch(id, at, body(w.bytes.subarray(at, at + 50 * KIB)));
      assert.equal((await names(id)).length, 1);
      assert.ok((await assembled(id)).equals(w.bytes));
      const files = await Promise.all([w.blobs.list(`zones/univ/uploads/${id}`), w.blobs.find(sourceOf(id))]);
      assert.equal(files[1]?.bytes, w.bytes.length);
      await Promise.all([1, 2, 3].map(() => w.part.uploads.assemble(w.zone, id, sourceOf(id))));
      await w.zone.db.transaction((tx) => w.part.uploads.discard(tx, id));
      await run('media.discard-upload', { uploadId: id });
      assert.deepEqual(await keys(id), []);
      assert.equal((await w.blobs.find(sourceOf(id)))?.bytes, w.bytes.length);
    });

    it('nobody writes on what one who was not heard of any more may still be writing', async () => {
      const id = await create();
      const late = Promise.withResolvers<void>();
      let syncs = 0;
      const slow = createWith({ blobs: storeWith({ stored: () => (++syncs === 2 ? late.promise : Promise.resolve()) }) });
      let at = await patch(id, 0, body(w.bytes.subarray(0, 1000)), { on: slow });
      const zombie = patch(id, at, body(Buffer.alloc(5000, 9)), { on: slow });
      await wait(50);
      // Whoever comes next brings nothing and says so; nor does that make the first part anyone's again.
      await expireLease(id);
      assert.equal(await patch(id, at, body()), at);
      for (const end of [2000, 3000, w.bytes.length]) at = await patch(id, at, body(w.bytes.subarray(at, end)));
      late.resolve();
      await assert.rejects(zombie, refused(uploadErrors.upload_locked));
      assert.deepEqual(await names(id), ['000000000000000-1', '000000000001000-4']);
      assert.ok((await assembled(id)).equals(w.bytes));
    });

    it('killed anywhere: goes on from what was counted, whatever was written behind it', async () => {
      const id = await create();
      let at = 0;
      for (let kill = 0; at < w.bytes.length; kill++) {
        // Dies with bytes written, durable and not counted; every other time it has told that it had ended before.
        const [first = ''] = await keys(id);
        if (first !== '') {
          const behind = await grow(first, at - Number(first.split('/').at(-1)?.split('-')[0]));
          await behind.write([Buffer.alloc(70 * KIB, kill)]);
          await behind.close();
        }
        if (kill % 2 === 1) await expireLease(id);
        assert.equal(await head(id), at);
        at = await patch(id, at, body(w.bytes.subarray(at, at + 60 * KIB)));
      }
      assert.ok((await keys(id)).length > 1);
      assert.ok((await assembled(id)).equals(w.bytes));
    });

    it('goes on after parts that were put whole, as they were before', async () => {
      const id = await create();
      assert.equal(await patch(id, 0, body(w.bytes.subarray(0, 100 * KIB)), { on: createWith({ blobs: plain(w.blobs) }) }), 100 * KIB);
      assert.equal(await patch(id, 100 * KIB, body(w.bytes.subarray(100 * KIB))), w.bytes.length);
      assert.deepEqual(await names(id), ['000000000000000-1', '000000000065536-1', '000000000102400-2']);
      assert.ok((await assembled(id)).equals(w.bytes));
    });
  }

  it('a store that fails keeps what was counted, and the upload goes on', async () => {
    const id = await create();
    let times = 0;
    const failing = createWith({
      blobs: storeWith({
        stores: async () => {
          if (++times === 3) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
        },
      }),
    });
    const pieces = [w.bytes.subarray(0, 64 * KIB), w.bytes.subarray(64 * KIB, 128 * KIB), w.bytes.subarray(128 * KIB)];
    let at = 0;
    for (const piece of pieces.slice(0, 2)) at = await patch(id, at, body(piece), { on: failing });
    await assert.rejects(patch(id, at, body(pieces[2] ?? w.bytes), { on: failing }), refused(requestErrors.unavailable));
    assert.equal(await head(id), 128 * KIB);
    assert.equal((await keys(id)).length, w.grows ? 1 : 2);
    assert.equal(await patch(id, 128 * KIB, body(w.bytes.subarray(128 * KIB))), w.bytes.length);
    assert.ok((await assembled(id)).equals(w.bytes));
  });

  it('holds little of it at a time, however slow the store is', async () => {
    const id = await create(1_000_000);
    let given = 0;
    let taken = 0;
    let most = 0;
    const take = async (chunks: AsyncIterable<Buffer> | readonly Buffer[]) => {
      for await (const chunk of chunks) {
        taken += chunk.length;
        most = Math.max(most, given - taken);
        await wait(1);
      }
    };
    const counting = createWith({
      limits: { partBytes: 8_000_000 },
      blobs: {
        ...plain(w.blobs),
        async put(key, stream, options) {
          await take(stream as Readable);
          return w.blobs.put(key, Buffer.from('x'), options);
        },
        ...(w.grows && { grow: async () => ({ write: take, sync: async () => {}, close: async () => {} }) }),
      },
    });
    const source = Readable.from(
      (function* () {
        for (; given < 1_000_000; given += 10_000) yield Buffer.alloc(10_000);
      })(),
      { objectMode: false },
    );
    await patch(id, 0, source, { on: counting });
    assert.ok(most < 800_000, `${most} bytes were held`);
  });

  it('refuses before a byte is sent: guests, size, tools', async () => {
    await assert.rejects(create(10, guest), refused(uploadErrors.account_needed));
    await assert.rejects(create(1_000_001), refused(uploadErrors.upload_too_large, { maxBytes: 1_000_000 }));
    await assert.rejects(create(0), refused(uploadErrors.upload_length));
    const missing = { what: 'bubblewrap', command: 'apt-get install bubblewrap' };
    const bare = createWith({ tools: async () => missing });
    await assert.rejects(create(10, mina, bare), refused(uploadErrors.upload_unavailable, missing));
    const limits = await call('GET /api/v1/uploads/limits', {}, mina, bare);
    assert.deepEqual((limits.body as { unavailable: unknown }).unavailable, missing);
  });

  it('keeps to what a person, and a zone, may keep, also when many come together', async () => {
    const { person } = await usage();
    assert.equal(person, 0, 'everything was given back');
    const results = await Promise.allSettled(Array.from({ length: 4 }, () => create(900_000)));
    assert.equal(results.filter((result) => result.status === 'fulfilled').length, 2);
    const full = refused(uploadErrors.quota_exceeded, { neededBytes: 900_000, usedBytes: 1_800_000, limitBytes: 2_000_000 });
    await assert.rejects(create(900_000), full);
    const { body: said } = await call('GET /api/v1/uploads/limits', {});
    assert.deepEqual(said, {
      maxBytes: 1_000_000,
      maxSeconds: 43_200,
      maxSide: 8192,
      usedBytes: 1_800_000,
      limitBytes: 2_000_000,
      unavailable: null,
    });
    const { zone: used } = await usage();
    w.zone = w.database.zone('univ', { limits: { ...w.zone.zone.limits, storageBytes: used + 50_000 } });
    await assert.rejects(
      create(50_001, jun),
      refused(mediaErrors.storage_full, { neededBytes: 50_001, usedBytes: used, limitBytes: used + 50_000 }),
    );
    const limits = (await call('GET /api/v1/uploads/limits', {}, jun)).body as { limitBytes: number };
    assert.equal(limits.limitBytes, 50_000, 'the zone has no more');
    assert.equal((await usage()).zone, used, 'a refusal counts nothing');
  });

  it('so many uploads are open, and no more; those that are mine are listed', async () => {
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => create(10)));
    const open = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    assert.equal(open.length, 4);
    await assert.rejects(create(10), refused(mediaErrors.uploads_open, { open: 4, limit: 4 }));
    await create(10, jun);
    const [done = '', claimed = ''] = open;
    await patch(done, 0, body(Buffer.alloc(10)));
    await w.zone.db.transaction((tx) => w.part.uploads.claim(tx, { uploadId: claimed, ownerId: mina.id, type: 'asset', id: 'video_1' }));
    await create(10);
    const { items } = (await call('GET /api/v1/uploads', {})).body as { items: { id: string; state: string; received: number }[] };
    assert.equal(items.length, 4);
    assert.ok(items.every((item) => item.id !== claimed));
    assert.deepEqual(
      items.filter((item) => item.state === 'complete').map((item) => [item.id, item.received]),
      [[done, 10]],
    );
  });

  it('is claimed once, also before its last byte', async () => {
    const id = await create(10);
    const claim = (target: string) =>
      w.zone.db.transaction((tx) => w.part.uploads.claim(tx, { uploadId: id, ownerId: mina.id, type: 'asset', id: target }));
    const upload = await claim('video_1');
    assert.deepEqual([upload.state, upload.claimedBy], ['open', { type: 'asset', id: 'video_1' }]);
    await claim('video_1');
    await assert.rejects(claim('video_2'), refused(uploadErrors.upload_taken));
    await assert.rejects(call('DELETE /api/v1/uploads/:uploadId', { params: { uploadId: id } }), refused(uploadErrors.upload_taken));
    await patch(id, 0, body(Buffer.from('0123456789')));
    assert.deepEqual(w.published, [['media.upload-completed', { uploadId: id, claimedType: 'asset', claimedId: 'video_1' }]]);
    w.clock.advance(30 * DAY_MS);
    await run('media.sweep-uploads');
    assert.equal((await w.part.uploads.find(w.zone, id))?.state, 'complete', 'it is whole, and somebody has it');
  });

  it('expires also when it was claimed, seven days after its last byte, and gives everything back', async () => {
    const id = await create(10);
    w.clock.advance(6 * DAY_MS);
    await w.zone.db.transaction((tx) => w.part.uploads.claim(tx, { uploadId: id, ownerId: mina.id, type: 'asset', id: 'video_1' }));
    w.clock.advance(6 * DAY_MS);
    await patch(id, 0, body(Buffer.from('01234')));
    w.clock.advance(7 * DAY_MS - 1000);
    assert.deepEqual(await run('media.sweep-uploads'), { expired: 0, cleared: 0 });
    w.clock.advance(2000);
    assert.equal(await head(id), 5, 'until it is swept it may still go on');
    assert.deepEqual(await run('media.sweep-uploads'), { expired: 1, cleared: 0 });
    assert.equal(await w.part.uploads.find(w.zone, id), undefined);
    assert.equal((await usage()).person, 0);
    await assert.rejects(patch(id, 5, body(Buffer.from('56789'))), refused(uploadErrors.upload_not_found));
    await run('media.discard-upload', { uploadId: id });
    assert.deepEqual(await keys(id), []);
  });

  it('is given up by its owner, and leaves nothing', async () => {
    const id = await create();
    await patch(id, 0, body(w.bytes.subarray(0, 200 * KIB)));
    assert.deepEqual((await usage()).person, w.bytes.length);
    const reply = await call('DELETE /api/v1/uploads/:uploadId', { params: { uploadId: id } });
    assert.equal(reply.status, 204);
    assert.equal((await usage()).person, 0);
    await assert.rejects(head(id), refused(uploadErrors.upload_not_found));
    assert.equal(await w.part.uploads.find(w.zone, id), undefined);
    assert.deepEqual(w.queued, [{ name: 'media.discard-upload', payload: { uploadId: id } }]);
    for (let twice = 0; twice < 2; twice++) await run('media.discard-upload', { uploadId: id });
    assert.deepEqual(await keys(id), []);
    const left = await w.zone.db.many(
      sql('select upload_id as id from media.upload_parts where upload_id = $1 union select id from media.uploads where id = $1', id),
    );
    assert.deepEqual(left, []);
    await w.zone.db.transaction((tx) => w.part.uploads.discard(tx, id));
    assert.equal((await usage()).person, 0, 'given back once');
  });

  it('a part that comes while its upload is given up is taken away', async () => {
    const id = await create();
    const stream = new PassThrough();
    const writing = patch(id, 0, stream);
    stream.write(w.bytes.subarray(0, 1000));
    await wait(30);
    await w.zone.db.transaction((tx) => w.part.uploads.discard(tx, id));
    stream.end();
    await assert.rejects(writing, refused(uploadErrors.upload_not_found));
    assert.deepEqual(await keys(id), []);
  });

  it('expires, complete or not, unless something was made of it', async () => {
    const [open, complete] = [await create(10), await create(10)];
    await patch(complete, 0, body(Buffer.alloc(10)));
    w.clock.advance(7 * DAY_MS - 1000);
    await run('media.sweep-uploads');
    assert.equal(await head(open), 0);
    w.clock.advance(2000);
    for (const id of [open, complete]) await assert.rejects(head(id), refused(uploadErrors.upload_expired));
    await assert.rejects(patch(open, 0, body(Buffer.alloc(10))), refused(uploadErrors.upload_expired));
    assert.deepEqual(await run('media.sweep-uploads'), { expired: 2, cleared: 0 });
    assert.equal((await usage()).person, 0);
    await assert.rejects(head(open), refused(uploadErrors.upload_not_found));
    w.clock.advance(3_700_000);
    assert.deepEqual(await run('media.sweep-uploads'), { expired: 0, cleared: 2 }, 'also when the job was lost');
    assert.deepEqual(await keys(complete), []);
  });

  it('does not put together what is not whole', async () => {
    const id = await create(10);
    await assert.rejects(w.part.uploads.assemble(w.zone, id, 'zones/univ/x'), /not complete/);
    await patch(id, 0, body(Buffer.from('01234')));
    await patch(id, 5, body(Buffer.from('56789')));
    const [first = ''] = await keys(id);
    await w.blobs.delete(first);
    await assert.rejects(w.part.uploads.assemble(w.zone, id, 'zones/univ/x'), BlobNotFound);
    await w.blobs.put(first, Buffer.from('012'), { contentType: 'application/octet-stream' });
    await assert.rejects(w.part.uploads.assemble(w.zone, id, 'zones/univ/x'), BlobNotFound);
    assert.equal(await w.blobs.find('zones/univ/x'), undefined);
  });

  it('says its methods by another header where only POST goes through', async () => {
    const id = await create(5);
    const headers = { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream', 'transfer-encoding': 'chunked' };
    const post = (method: string) =>
      call('POST /api/v1/uploads/:uploadId', {
        params: { uploadId: id },
        headers: { ...headers, 'x-http-method-override': method },
        stream: body(Buffer.from('hello')),
      });
    assert.equal((await post('PATCH')).headers?.['Upload-Offset'], '5');
    await assert.rejects(async () => post('PUT'), refused(requestErrors.method_not_allowed));
    assert.equal((await post('DELETE')).status, 204);
    await assert.rejects(head(id), refused(uploadErrors.upload_not_found));
  });
});
