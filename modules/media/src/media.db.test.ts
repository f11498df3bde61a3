import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { createFileBlobs } from '@madang/blobs';
import { createImages } from '@madang/images';
import {
  type BlobStore,
  fail,
  hasCode,
  type JobContext,
  type JobQueue,
  MadangError,
  type Principal,
  type Reply,
  requestErrors,
  silentLogger,
  sql,
  type ZoneContext,
} from '@madang/kernel';
import { recordingEvents, type TestClock, type TestDatabase, testClock, testDatabase, testPrincipal } from '@madang/testing';
import sharp, { type Metadata } from 'sharp';
import { cardOf, type FileScope } from './file.ts';
import { mediaErrors } from './media-errors.ts';
import { createMediaModule, type MediaModule } from './module.ts';
import { isolationFixtures, type UploadPart, uploadOf } from './testing.ts';
import { scriptedTools } from './transcode-scripted.ts';

const room: FileScope = { type: 'room', id: 'room_1' };
const mina = testPrincipal({ id: 'user_mina', name: 'Mina' });
const jun = testPrincipal({ id: 'user_jun', name: 'Jun' });
const guest = testPrincipal({ id: 'guest_g', role: 'guest' });

describe('media', () => {
  let t: TestDatabase;
  let root: string;
  let blobs: BlobStore;
  let clock: TestClock;
  let media: MediaModule;
  let zone: ZoneContext;
  let photo: Buffer;
  const queued: { name: string; payload: unknown }[] = [];
  /** Who is in the room. */
  const members = new Set<string>([mina.id]);

  const jobs: JobQueue = {
    enqueue: async (_tx, definition, payload) => {
      queued.push({ name: definition.name, payload: definition.payload.parse(payload) });
      return 'job_1';
    },
    cancel: async () => {},
    find: async () => undefined,
  };

  before(async () => {
    t = await testDatabase();
    root = await mkdtemp(path.join(tmpdir(), 'madang-media-'));
    blobs = await createFileBlobs({ root, logger: silentLogger });
    clock = testClock(new Date());
    media = createWith(blobs);
    media.registerAccess('room', { mayRead: async (_zone, principal) => members.has(principal.id) });
    zone = t.zone('univ');
    photo = await sharp({
      create: { width: 900, height: 600, channels: 3, background: '#123', noise: { type: 'gaussian', mean: 99, sigma: 30 } },
    })
      .withExif({ IFD0: { Make: 'SecretCamera37' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '37/1 33/1 0/1' } })
      .jpeg()
      .toBuffer();
  });
  after(async () => {
    await t.close();
    await rm(root, { recursive: true, force: true });
  });

  const createWith = (store: BlobStore): MediaModule =>
    createMediaModule({ ...around(), blobs: store, images: createImages({ maxPixels: 2_000_000 }), temporaryFolder: root });
  /** What attachments have no part in. */
  const around = () => ({
    jobs,
    clock,
    logger: silentLogger,
    tools: scriptedTools(),
    events: recordingEvents(),
    broadcaster: { emit: () => {}, evict: () => {}, endSession: () => {} },
    secret: Buffer.alloc(32),
    workFolder: path.join(root, 'work'),
  });
  const upload = (part: UploadPart, by: Principal = mina, where: ZoneContext = zone) =>
    media.receiveFile(where, by, uploadOf(part), { scope: room, maxBytes: 1_000_000 });
  const attach = (ids: string[], by: Principal = mina, scope: FileScope = room) =>
    zone.db.transaction((tx) => media.attachFiles(tx, ids, by.id, scope));
  const call = async (key: string, input: object, by: Principal | undefined, where: ZoneContext = zone): Promise<Reply> => {
    const found = media.module.routes?.find((each) => each.key === key);
    assert.ok(found, key);
    return found.handler({ zone: where, principal: by, headers: {}, ...input } as never);
  };
  const get = (fileId: string, by: Principal, where?: ZoneContext, variant = 'original', headers = {}) =>
    call('GET /api/v1/files/:fileId', { params: { fileId }, query: { variant }, headers }, by, where);
  const bytesOf = async (reply: Reply): Promise<Buffer> => Buffer.concat(await Array.fromAsync(reply.body as Readable));
  /** By way of a file: the driver under test leaves only its own loaders open in this process. */
  const metadataOf = async (bytes: Buffer): Promise<Metadata> => {
    const at = path.join(root, 'looked-at');
    await writeFile(at, bytes);
    return sharp(at).metadata();
  };
  const notFound = (error: unknown) => hasCode(error, mediaErrors.file_not_found);
  const used = async (): Promise<number> =>
    Number((await zone.db.maybeOne<{ bytes: string }>(sql('select bytes from media.usage')))?.bytes ?? 0);
  const traces = async () => ({
    rows: (await zone.db.many(sql('select id from media.files'))).length,
    blobs: (await blobs.list('zones/univ/')).length,
    used: await used(),
    folders: (await readdir(root)).filter((name) => name.startsWith('madang-upload-')).length,
  });
  const run = async (name: string, payload: object = {}) => {
    const found = media.module.jobs?.find((each) => each.definition.name === name);
    assert.ok(found, name);
    const handler = await found.load();
    return handler({ zone, signal: new AbortController().signal } as JobContext, payload);
  };

  it('takes a text, keeps its bytes, and answers with its card', async () => {
    const file = await upload({ fileName: '메모.txt', contentType: 'image/png', bytes: '안녕하세요' });
    assert.deepEqual(cardOf(file), {
      fileId: file.id,
      name: '메모.txt',
      contentType: 'text/plain; charset=utf-8',
      bytes: 15,
      width: null,
      height: null,
      url: `/api/v1/files/${file.id}`,
      thumbnailUrl: null,
    });
    assert.equal((await bytesOf(await get(file.id, mina))).toString(), '안녕하세요');
  });

  it('cleans a picture of where and with what it was taken, and makes a thumbnail', async () => {
    const file = await upload({ fileName: 'p.jpg', bytes: photo });
    assert.deepEqual([file.width, file.height, file.contentType, file.kind], [900, 600, 'image/jpeg', 'image']);
    const original = await bytesOf(await get(file.id, mina));
    assert.ok(photo.includes('SecretCamera37'));
    assert.equal(original.includes('SecretCamera37'), false);
    assert.equal((await metadataOf(original)).exif, undefined);
    const thumbnail = await metadataOf(await bytesOf(await get(file.id, mina, zone, 'thumbnail')));
    assert.deepEqual([thumbnail.width, thumbnail.height, thumbnail.format, thumbnail.exif], [480, 320, 'webp', undefined]);
    assert.deepEqual(
      (await blobs.list(`zones/univ/users/${mina.id}/files/${file.id}/`)).map((blob) => blob.key.split('/').at(-1)),
      ['original', 'thumbnail'],
    );
  });

  it('is served to its owner, to members once it is attached, and to nobody else', async () => {
    const file = await upload({ fileName: 'a.txt', bytes: 'secret' });
    members.add(jun.id);
    await assert.rejects(get(file.id, jun), notFound, 'not attached yet');
    await attach([file.id]);
    assert.equal((await bytesOf(await get(file.id, jun))).toString(), 'secret');
    members.delete(jun.id);
    await assert.rejects(get(file.id, jun), notFound);
    await assert.rejects(get(file.id, testPrincipal({ id: mina.id, zoneId: 'other' }), t.zone('other')), notFound, 'another zone');
    await assert.rejects(get('file_unknown', mina), notFound);
    await assert.rejects(call('GET /api/v1/avatars/:fileId', { params: { fileId: file.id } }, undefined), notFound, 'not an avatar');
  });

  it('a scope that no module answers for is closed', async () => {
    const file = await media.receiveFile(zone, mina, uploadOf({ fileName: 'a', bytes: 'a' }), {
      scope: { type: 'moon', id: '1' },
      maxBytes: 10,
    });
    await attach([file.id], mina, { type: 'moon', id: '1' });
    await assert.rejects(get(file.id, jun), notFound);
    assert.throws(() => media.registerAccess('room', { mayRead: async () => true }), /decided already/);
  });

  it('attaches once, by its owner, to where it was uploaded, all or none', async () => {
    const [a, b] = [await upload({ fileName: 'a', bytes: 'a' }), await upload({ fileName: 'b', bytes: 'b' })];
    const refused = (error: unknown) => hasCode(error, mediaErrors.file_not_attachable);
    await assert.rejects(attach([a.id], jun), refused);
    await assert.rejects(attach([a.id], mina, { type: 'room', id: 'room_2' }), refused);
    await assert.rejects(attach([a.id, 'file_none']), refused);
    await attach([a.id, a.id]);
    await assert.rejects(attach([a.id, b.id]), refused);
    await attach([b.id]);
    await attach([]);
  });

  const refusals: [what: string, part: () => UploadPart, refused: (error: unknown) => boolean][] = [
    ['a file over the limit', () => ({ fileName: 'a', bytes: Buffer.alloc(1_000_001) }), (e) => hasCode(e, mediaErrors.file_too_large)],
    ['a damaged picture', () => ({ fileName: 'a.jpg', bytes: photo.subarray(0, 9000) }), (e) => hasCode(e, mediaErrors.picture_refused)],
    [
      'a picture that only begins like one',
      () => ({ fileName: 'a.png', bytes: Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), Buffer.alloc(99)]) }),
      (e) => e instanceof MadangError && e.definition.status === 422,
    ],
    [
      'a HEIC',
      () => ({ fileName: 'a.heic', bytes: Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1') }),
      (e) => hasCode(e, mediaErrors.picture_unsupported),
    ],
  ];
  for (const [what, part, refused] of refusals) {
    it(`refuses ${what} and leaves nothing`, async () => {
      const before = await traces();
      await assert.rejects(upload(part()), refused);
      assert.deepEqual(await traces(), before);
    });
  }

  it('refuses a bomb and leaves nothing', async () => {
    const bomb = await sharp({ create: { width: 3000, height: 1000, channels: 3, background: '#000' } })
      .png()
      .toBuffer();
    const before = await traces();
    await assert.rejects(upload({ fileName: 'bomb.png', bytes: bomb }), (error) => hasCode(error, mediaErrors.picture_refused));
    assert.deepEqual(await traces(), before);
  });

  it('a store that fails at any put leaves nothing', async () => {
    for (const failing of ['original', 'thumbnail']) {
      const broken = createWith({
        put: (key, body, options) => (key.endsWith(failing) ? Promise.reject(new Error('ENOSPC')) : blobs.put(key, body, options)),
        find: (key) => blobs.find(key),
        get: (key, range) => blobs.get(key, range),
        copy: (from, to) => blobs.copy(from, to),
        join: (...args) => blobs.join(...args),
        delete: (key) => blobs.delete(key),
        list: (prefix, options) => blobs.list(prefix, options),
      });
      const before = await traces();
      await assert.rejects(
        broken.receiveFile(zone, mina, uploadOf({ fileName: 'p.jpg', bytes: photo }), { scope: room, maxBytes: 1e6 }),
        /ENOSPC/,
      );
      assert.deepEqual(await traces(), before);
    }
  });

  it("keeps to the zone's storage, also when uploads come together", async () => {
    const small = t.zone('univ', { limits: { ...zone.zone.limits, storageBytes: (await used()) + 2500 } });
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => upload({ fileName: 'a', bytes: Buffer.alloc(1000, 65) }, mina, small)),
    );
    assert.equal(results.filter((result) => result.status === 'fulfilled').length, 2);
    for (const result of results) if (result.status === 'rejected') assert.ok(hasCode(result.reason, mediaErrors.storage_full));
    await assert.rejects(upload({ fileName: 'a', bytes: Buffer.alloc(1000, 65) }, mina, small), (error) =>
      hasCode(error, mediaErrors.storage_full),
    );
    assert.ok((await used()) <= small.zone.limits.storageBytes);
  });

  it('guests send files where the zone lets them', async () => {
    const closed = t.zone('univ', { limits: { ...zone.zone.limits, guestsMayCreate: false } });
    await assert.rejects(upload({ fileName: 'a', bytes: 'a' }, guest, closed), (error) => hasCode(error, requestErrors.forbidden));
    assert.equal((await upload({ fileName: 'a', bytes: 'a' }, guest)).ownerId, guest.id);
  });

  it('one person has so many uploads open, and no more', async () => {
    const slow = createMediaModule({ ...around(), blobs, images: createImages(), temporaryFolder: root, openUploads: 2 });
    const stop = new AbortController();
    const { headers } = uploadOf({ bytes: '' });
    const hanging = () =>
      slow.receiveFile(zone, mina, { stream: new Readable({ read() {} }), headers, signal: stop.signal }, { scope: room, maxBytes: 10 });
    const open = [hanging(), hanging()];
    await assert.rejects(hanging(), (error) => hasCode(error, mediaErrors.uploads_open));
    const other = slow.receiveFile(zone, jun, uploadOf({ fileName: 'a', bytes: 'a' }), { scope: room, maxBytes: 10 });
    assert.equal((await other).ownerId, jun.id);
    const left = Promise.all(open.map((each) => assert.rejects(each, /left/)));
    stop.abort(new Error('left'));
    await left;
    assert.equal((await slow.receiveFile(zone, mina, uploadOf({ fileName: 'a', bytes: 'a' }), { scope: room, maxBytes: 10 })).bytes, 1);
  });

  it('a deleted file is gone at once; its blobs follow, and the job may run twice', async () => {
    const file = await upload({ fileName: 'p.jpg', bytes: photo });
    const before = await used();
    await zone.db.transaction((tx) => media.deleteFiles(tx, [file.id, 'file_none']));
    await assert.rejects(get(file.id, mina), notFound);
    assert.equal((await media.cardsOf(zone, [file.id])).size, 0);
    assert.equal(await used(), before - file.bytes - file.thumbnailBytes);
    const job = queued.at(-1);
    assert.deepEqual(job, { name: 'media.delete-blobs', payload: { fileIds: [file.id] } });
    for (let twice = 0; twice < 2; twice++) await run('media.delete-blobs', { fileIds: [file.id] });
    assert.deepEqual(await blobs.list(`zones/univ/users/${mina.id}/files/${file.id}/`), []);
    await zone.db.transaction((tx) => media.deleteFiles(tx, [file.id]));
    assert.equal(await used(), before - file.bytes - file.thumbnailBytes, 'counted once');
  });

  it('a deletion that is rolled back never was', async () => {
    const file = await upload({ fileName: 'a', bytes: 'stays' });
    await assert.rejects(
      zone.db.transaction(async (tx) => {
        await media.deleteFiles(tx, [file.id]);
        fail(requestErrors.conflict);
      }),
    );
    assert.equal((await bytesOf(await get(file.id, mina))).toString(), 'stays');
  });

  it('the sweeper takes what was killed half way and what nobody attached, and nothing else', async () => {
    const [kept, unattached] = [await upload({ fileName: 'k', bytes: 'k' }), await upload({ fileName: 'u', bytes: 'u' })];
    await attach([kept.id]);
    const key = `zones/univ/users/${mina.id}/files/file_killed/original`;
    await zone.db.run(
      sql(
        `insert into media.files (zone_id, id, owner_id, scope_type, scope_id, blob_key, created_at) values (madang.zone(), 'file_killed', $1, 'room', 'room_1', $2, $3)`,
        mina.id,
        key,
        clock.now(),
      ),
    );
    await blobs.put(key, Buffer.from('half'), { contentType: 'text/plain' });
    await run('media.sweep-files');
    assert.ok(await blobs.find(key), 'it may still be on its way');
    clock.advance(61 * 60_000);
    await run('media.sweep-files');
    assert.equal(await blobs.find(key), undefined);
    assert.ok((await media.cardsOf(zone, [unattached.id])).has(unattached.id));
    clock.advance(24 * 3_600_000);
    await run('media.sweep-files');
    const cards = await media.cardsOf(zone, [kept.id, unattached.id]);
    assert.deepEqual([...cards.keys()], [kept.id]);
    assert.equal((await bytesOf(await get(kept.id, mina))).toString(), 'k');
  });

  it('orphans: blobs without a row go after a day, and no others', async () => {
    const file = await upload({ fileName: 'k', bytes: 'k' });
    await attach([file.id]);
    const orphan = `zones/univ/users/${mina.id}/files/file_orphan/original`;
    const foreign = 'zones/univ/vod/film/1/master';
    for (const key of [orphan, foreign]) await blobs.put(key, Buffer.from('x'), { contentType: 'text/plain' });
    clock.set(new Date());
    await run('media.sweep-orphans');
    assert.ok(await blobs.find(orphan), 'too young to tell');
    clock.advance(25 * 3_600_000);
    await run('media.sweep-orphans');
    assert.equal(await blobs.find(orphan), undefined);
    assert.ok(await blobs.find(foreign));
    assert.equal((await bytesOf(await get(file.id, mina))).toString(), 'k');
    clock.set(new Date());
  });

  it('an avatar is a small square for everyone, claimed by who uploaded it', async () => {
    const send = (bytes: Buffer | string) => call('POST /api/v1/users/me/avatar-file', uploadOf({ fileName: 'me.jpg', bytes }), mina);
    const { fileId, url } = (await send(photo)).body as { fileId: string; url: string };
    assert.equal(url, `/api/v1/avatars/${fileId}`);
    await assert.rejects(media.avatars.claim(zone, jun, fileId), notFound);
    assert.deepEqual(await media.avatars.claim(zone, mina, fileId), { url });
    assert.deepEqual(await media.avatars.claim(zone, mina, fileId), { url }, 'again');
    const reply = await call('GET /api/v1/avatars/:fileId', { params: { fileId } }, undefined);
    const { width, height, format, exif } = await metadataOf(await bytesOf(reply));
    assert.deepEqual([width, height, format, exif], [256, 256, 'webp', undefined]);
    assert.match(reply.headers?.['Cache-Control'] ?? '', /public.*immutable/);
    await assert.rejects(send('not a picture'), (error) => hasCode(error, mediaErrors.picture_unsupported));
    const chatFile = await upload({ fileName: 'p.jpg', bytes: photo });
    await assert.rejects(media.avatars.claim(zone, mina, chatFile.id), notFound);
  });

  it('of earlier avatars the last one stays for whoever still shows it', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      clock.advance(1000);
      const reply = await call('POST /api/v1/users/me/avatar-file', uploadOf({ fileName: 'me.jpg', bytes: photo }), jun);
      const { fileId } = reply.body as { fileId: string };
      await media.avatars.claim(zone, jun, fileId);
      ids.push(fileId);
    }
    assert.deepEqual([...(await media.cardsOf(zone, ids)).keys()].sort(), ids.slice(1).sort());
  });

  it("a guest's files become the account's, told once or twice", async () => {
    const file = await upload({ fileName: 'a', bytes: 'mine' }, guest);
    assert.deepEqual([...(await media.ownersAmong(zone, [guest.id, 'guest_none']))], [guest.id]);
    const handler = media.module.handlers?.find((each) => each.event.name === 'identity.guest-merged');
    assert.ok(handler);
    const context = { zoneId: 'univ', zone: async () => zone, eventId: 'e', at: clock.now() };
    for (let twice = 0; twice < 2; twice++) await handler.handle(context, { guestId: guest.id, userId: jun.id });
    assert.equal((await bytesOf(await get(file.id, jun))).toString(), 'mine');
    assert.equal((await media.ownersAmong(zone, [guest.id])).size, 0);
  });

  it('answers ranges and conditions over the real store', async () => {
    const file = await upload({ fileName: 'a.txt', bytes: '0123456789' });
    const part = await get(file.id, mina, zone, 'original', { range: 'bytes=-3' });
    assert.deepEqual([part.status, (await bytesOf(part)).toString()], [206, '789']);
    assert.equal((await get(file.id, mina, zone, 'original', { range: 'bytes=10-' })).status, 416);
    assert.equal((await get(file.id, mina, zone, 'original', { 'if-none-match': `"${file.sha256}"` })).status, 304);
  });

  it('rows of one zone are unseen from another', async () => {
    const other = t.zone('other');
    const { fileId } = await isolationFixtures(other.db, mina.id, room);
    assert.equal((await media.cardsOf(zone, [fileId])).size, 0);
    assert.equal((await media.cardsOf(other, [fileId])).size, 1);
    await zone.db.transaction((tx) => media.deleteFiles(tx, [fileId]));
    assert.equal((await media.cardsOf(other, [fileId])).size, 1);
  });
});
