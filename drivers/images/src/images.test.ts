import { type ImageProcessorFixture, imageProcessorContract } from '@madang/testing';
import sharp from 'sharp';
import { createImages } from './images.ts';

const SECRET = 'SecretCamera37';

imageProcessorContract('sharp', async (): Promise<ImageProcessorFixture> => {
  const still = () => sharp({ create: { width: 20, height: 10, channels: 3, background: '#3a7' } });
  const noise = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#777', noise: { type: 'gaussian', mean: 128, sigma: 40 } } });
  const frame = (background: string) =>
    sharp({ create: { width: 16, height: 12, channels: 3, background } })
      .png()
      .toBuffer();
  const samples = {
    photo: await noise(40, 30)
      .withExif({ IFD0: { Make: SECRET, Orientation: '6' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '37/1 33/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 95 })
      .toBuffer(),
    secret: SECRET,
    stills: {
      'image/jpeg': await still().jpeg().toBuffer(),
      'image/png': await still().png().toBuffer(),
      'image/webp': await still().webp().toBuffer(),
      'image/gif': await still().gif().toBuffer(),
      'image/avif': await still().avif().toBuffer(),
    },
    animation: await sharp(await Promise.all(['#f00', '#0f0', '#00f'].map(frame)), { join: { animated: true } })
      .gif({ delay: [100, 100, 100] })
      .toBuffer(),
    bomb: await sharp({ create: { width: 2000, height: 1001, channels: 3, background: '#000' } })
      .png()
      .toBuffer(),
    large: await noise(1400, 700).png().toBuffer(),
  };
  return {
    samples,
    images: createImages({ maxPixels: 2_000_000, concurrency: 2 }),
    metadataOf: async (path) => {
      const { exif, xmp, iptc, icc } = await sharp(path).metadata();
      return Buffer.concat([exif, xmp, iptc, icc].filter((block) => block !== undefined));
    },
  };
});
