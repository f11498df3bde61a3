import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EncodeRequest, FilmFrame, Fraction, MediaTools } from '@madang/kernel';

/** A film that exists only in the answers of the tools. */
export interface ScriptedFilm {
  readonly seconds: number;
  readonly width: number;
  readonly height: number;
  readonly sound: boolean;
}

const toNumber = ({ numerator, denominator }: Fraction): number => numerator / denominator;

/** A JPEG of one grey pixel. */
const PIXEL = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q==',
  'base64',
);

/** Segments of a rendition as the encoder would make them: their number, and seconds each. */
function segmentsOf(request: EncodeRequest, film: ScriptedFilm, isSound: boolean): { index: number; seconds: number }[] {
  const { picture } = request;
  const length =
    isSound || picture === undefined
      ? toNumber(request.soundSegmentSeconds ?? { numerator: 4, denominator: 1 })
      : toNumber(picture.segmentSeconds);
  const start = isSound || picture === undefined ? 0 : picture.startFrame / toNumber(picture.rate);
  const end = isSound || picture?.endFrame === undefined ? film.seconds : Math.min(film.seconds, picture.endFrame / toNumber(picture.rate));
  const first = isSound || picture === undefined ? 0 : picture.firstSegment;
  const count = Math.max(0, Math.ceil((end - start) / length - 1e-6));
  return Array.from({ length: count }, (_, at) => ({ index: first + at, seconds: Math.min(length, end - start - at * length) }));
}

/**
 * Tools that make nothing and say what they would: for what is about the steps between them, and not about pictures. The
 * bytes of a segment name it, so that a test sees what was put where.
 */
export function scriptedTools(film: ScriptedFilm = { seconds: 8, width: 640, height: 360, sound: true }): MediaTools {
  const streams = [
    {
      index: 0,
      codec_type: 'video',
      codec_name: 'h264',
      width: film.width,
      height: film.height,
      pix_fmt: 'yuv420p',
      avg_frame_rate: '25/1',
      r_frame_rate: '25/1',
    },
    ...(film.sound ? [{ index: 1, codec_type: 'audio', codec_name: 'aac', channels: 2, sample_rate: '48000' }] : []),
  ];
  return {
    missing: async () => undefined,
    probe: async () => ({ format: { format_name: 'mov,mp4,m4a,3gp,3g2,mj2', duration: String(film.seconds) }, streams }),
    measureSeconds: async () => film.seconds,
    async encode(request) {
      const renditions = [
        ...(request.picture?.rungs ?? []).map(({ id }) => ({ id, segments: segmentsOf(request, film, false) })),
        ...request.sounds.map(({ id }) => ({ id, segments: segmentsOf(request, film, true) })),
      ];
      const longest = Math.max(...renditions.map(({ segments }) => segments.length));
      for (const { id } of renditions) {
        await mkdir(path.join(request.folder, id), { recursive: true });
        await writeFile(path.join(request.folder, id, 'init.mp4'), `${id} init`);
      }
      for (let at = 0; at < longest; at++) {
        for (const { id, segments } of renditions) {
          const segment = segments[at];
          if (segment === undefined) continue;
          request.signal.throwIfAborted();
          const file = path.join(request.folder, id, `${segment.index}.m4s`);
          const text = `${id} ${segment.index}`;
          await writeFile(file, text);
          const initPath = path.join(request.folder, id, 'init.mp4');
          await request.onSegment({ rendition: id, ...segment, path: file, initPath, bytes: text.length });
        }
        request.onProgress?.({ seconds: (at + 1) * 4, speed: 1 });
      }
    },
    async frames(_source, { atSeconds, folder }) {
      return await Promise.all(
        atSeconds.map(async (at, index): Promise<FilmFrame> => {
          const file = path.join(folder, `frame-${index}.jpg`);
          await writeFile(file, PIXEL);
          return { atSeconds: at, path: file, width: 1, height: 1, luminance: 0.5, contrast: 0.5, sharpness: index, sceneChange: 0 };
        }),
      );
    },
    async storyboard(_parts, { folder }) {
      const sheet = path.join(folder, 'sheet.jpg');
      await writeFile(sheet, PIXEL);
      return { sheets: [sheet], tiles: Math.ceil(film.seconds / 2) };
    },
    waveform: async (_source, { points }) => new Uint8Array(points).fill(128),
    subtitles: async () => 'WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n',
  };
}
