import assert from 'node:assert/strict';
import { access, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type ImageInfo, type ImageProcessor, ImageRefused } from '@madang/kernel';

export interface ImageSamples {
  /** 40 × 30, camera and GPS in its EXIF, stored lying: upright it is 30 × 40. */
  readonly photo: Buffer;
  /** The text that stands in the photo's metadata and must be found nowhere afterwards. */
  readonly secret: string;
  /** One still picture of each format, 20 × 10. */
  readonly stills: Readonly<Record<ImageInfo['contentType'], Buffer>>;
  /** GIF of three frames, 16 × 12. */
  readonly animation: Buffer;
  /** A few hundred bytes that unfold to more pixels than the processor under test takes. */
  readonly bomb: Buffer;
  /** A PNG wider and higher than 600 pixels, twice as wide as high. */
  readonly large: Buffer;
}

export interface ImageProcessorFixture {
  readonly images: ImageProcessor;
  readonly samples: ImageSamples;
  /** Every metadata block of a picture (EXIF, XMP, IPTC, ICC), however it is stored; empty when there is none. */
  metadataOf(path: string): Promise<Buffer>;
}

/** What every `ImageProcessor` promises (`@madang/kernel`), said of one implementation. */
export function imageProcessorContract(name: string, create: () => Promise<ImageProcessorFixture>): void {
  describe(`image processor: ${name}`, () => {
    let fixture: ImageProcessorFixture;
    let images: ImageProcessor;
    let folder: string;
    let files = 0;

    before(async () => {
      fixture = await create();
      images = fixture.images;
      folder = await mkdtemp(path.join(tmpdir(), 'madang-images-'));
    });
    after(() => rm(folder, { recursive: true, force: true }));

    const free = (): string => path.join(folder, `f${++files}`);
    const file = async (bytes: Buffer): Promise<string> => {
      const at = free();
      await writeFile(at, bytes);
      return at;
    };
    const refusal = (reason: ImageRefused['reason']) => (error: Error) => error instanceof ImageRefused && error.reason === reason;

    it('tells size and type of every format, by the bytes and not by the name', async () => {
      for (const [contentType, bytes] of Object.entries(fixture.samples.stills)) {
        assert.deepEqual(await images.inspect(await file(bytes)), { width: 20, height: 10, contentType, animated: false });
      }
    });

    it('cleans every format into itself', async () => {
      for (const [contentType, bytes] of Object.entries(fixture.samples.stills)) {
        const to = free();
        const made = await images.clean(await file(bytes), to);
        assert.deepEqual(made, { width: 20, height: 10, contentType, animated: false, bytes: (await stat(to)).size });
        assert.deepEqual(await images.inspect(to), { width: 20, height: 10, contentType, animated: false });
      }
    });

    it('honours the orientation and leaves no metadata, neither in the picture nor in its thumbnail', async () => {
      const from = await file(fixture.samples.photo);
      assert.ok((await fixture.metadataOf(from)).includes(fixture.samples.secret), 'the sample carries what is to be lost');
      const { width, height } = await images.inspect(from);
      assert.deepEqual([width, height], [30, 40]);
      const cleaned = free();
      const made = await images.clean(from, cleaned);
      assert.deepEqual([made.width, made.height], [30, 40]);
      const thumbnail = free();
      const small = await images.thumbnail(from, thumbnail, { box: 20 });
      assert.deepEqual([small.width, small.height, small.contentType], [15, 20, 'image/webp']);
      for (const at of [cleaned, thumbnail]) {
        assert.equal((await fixture.metadataOf(at)).length, 0);
        const info = await images.inspect(at);
        assert.ok(info.height > info.width, 'upright without a tag');
      }
    });

    it('keeps an animation moving, and stills it in its thumbnail', async () => {
      const from = await file(fixture.samples.animation);
      assert.deepEqual(await images.inspect(from), { width: 16, height: 12, contentType: 'image/gif', animated: true });
      const to = free();
      await images.clean(from, to);
      assert.deepEqual(await images.inspect(to), { width: 16, height: 12, contentType: 'image/gif', animated: true });
      const small = free();
      assert.equal((await images.thumbnail(from, small, { box: 8 })).animated, false);
      assert.deepEqual(await images.inspect(small), { width: 8, height: 6, contentType: 'image/webp', animated: false });
    });

    it('thumbnails fit the box or fill it, and never grow', async () => {
      const large = await file(fixture.samples.large);
      const little = await file(fixture.samples.stills['image/png']);
      const cases: [from: string, options: { box: number; cover?: boolean }, width: number, height: number][] = [
        [large, { box: 480 }, 480, 240],
        [large, { box: 256, cover: true }, 256, 256],
        [little, { box: 480 }, 20, 10],
        [little, { box: 480, cover: true }, 10, 10],
        [little, { box: 1 }, 1, 1],
      ];
      for (const [from, options, width, height] of cases) {
        const to = free();
        const made = await images.thumbnail(from, to, options);
        const read = await images.inspect(to);
        assert.deepEqual([made.width, made.height, read.width, read.height], [width, height, width, height]);
        assert.equal(made.bytes, (await stat(to)).size);
      }
    });

    it('thumbnails are JPEG where that is asked for', async () => {
      const to = free();
      const made = await images.thumbnail(await file(fixture.samples.large), to, { box: 300, format: 'jpeg' });
      assert.deepEqual([made.contentType, made.width], ['image/jpeg', 300]);
      assert.deepEqual(await images.inspect(to), { width: 300, height: 150, contentType: 'image/jpeg', animated: false });
    });

    it('gives the pixels of a small copy', async () => {
      for (const [type, bytes] of Object.entries(fixture.samples.stills)) {
        const { width, height, rgb } = await images.pixels(await file(bytes), { box: 4 });
        assert.deepEqual([width, height, rgb.length], [4, 2, 24], type);
        const [red = 0, green = 0, blue = 0] = rgb; // #33aa77
        assert.ok(Math.abs(red - 0x33) < 8 && Math.abs(green - 0xaa) < 8 && Math.abs(blue - 0x77) < 8, `${type}: ${red} ${green} ${blue}`);
      }
    });

    it('refuses what is not a picture', async () => {
      const bad = [
        Buffer.alloc(0),
        Buffer.from('hello'),
        Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>'),
        Buffer.from('<!doctype html><script>alert(1)</script>'),
        Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n'),
        Buffer.alloc(2000, 0x41),
      ];
      for (const bytes of bad) {
        const [from, to] = [await file(bytes), free()];
        await assert.rejects(images.inspect(from), ImageRefused);
        await assert.rejects(images.clean(from, to), ImageRefused);
        await assert.rejects(images.thumbnail(from, to, { box: 10 }), ImageRefused);
        await assert.rejects(access(to));
      }
    });

    it('refuses what was cut or damaged', async () => {
      for (const bytes of [fixture.samples.large, fixture.samples.photo]) {
        const [from, to] = [await file(bytes.subarray(0, Math.floor(bytes.length / 2))), free()];
        await assert.rejects(images.inspect(from), refusal('damaged'));
        await assert.rejects(images.clean(from, to), refusal('damaged'));
        await assert.rejects(access(to));
      }
    });

    it('answers something for every cut and every flipped byte, and never hangs', async () => {
      for (const bytes of Object.values(fixture.samples.stills)) {
        for (let round = 0; round < 25; round++) {
          const changed = Buffer.from(round % 2 === 0 ? bytes : bytes.subarray(0, (bytes.length * round) >> 5));
          const at = (round * 2_654_435_761) % Math.max(changed.length, 1);
          if (changed.length > 0) changed[at] = (changed[at] ?? 0) ^ 0xff;
          await images.clean(await file(changed), free()).catch((error) => assert.ok(error instanceof ImageRefused, String(error)));
        }
      }
    });

    it('refuses a bomb before it unfolds', async () => {
      const from = await file(fixture.samples.bomb);
      await assert.rejects(images.inspect(from), refusal('too-many-pixels'));
      await assert.rejects(images.clean(from, free()), refusal('too-many-pixels'));
      await assert.rejects(images.thumbnail(from, free(), { box: 10 }), refusal('too-many-pixels'));
    });

    it('a missing file is the fault of who asked, not of the picture', async () => {
      await assert.rejects(images.inspect(free()), { code: 'ENOENT' });
    });

    it('an aborted signal stops it, also while it waits its turn', async () => {
      const from = await file(fixture.samples.large);
      await assert.rejects(images.inspect(from, AbortSignal.abort()), { name: 'AbortError' });
      const controller = new AbortController();
      const busy = Array.from({ length: 8 }, () => images.inspect(from));
      const waiting = images.clean(from, free(), controller.signal);
      controller.abort();
      await assert.rejects(waiting, { name: 'AbortError' });
      await Promise.all(busy);
    });
  });
}
