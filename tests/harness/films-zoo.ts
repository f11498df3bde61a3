import { readFile, writeFile } from 'node:fs/promises';
import { film } from './films.ts';

/** What must come out of a specimen that is a film or a sound. */
export interface Whole {
  readonly seconds: number;
  /** As shown; undefined where there is no picture. */
  readonly size?: readonly [width: number, height: number];
  /** Pictures a second of every rung. */
  readonly rate?: number;
  /** Short sides, ascending. */
  readonly rungs: readonly string[];
  /** Channels of each sound; those after the first by language. */
  readonly sounds: readonly { readonly channels: number; readonly language?: string }[];
  /** Languages of the captions. */
  readonly captions?: readonly string[];
}

export interface Specimen {
  readonly name: string;
  readonly make: (to: string) => Promise<unknown>;
  readonly becomes: Whole | { readonly failure: string };
}

const lavfi = (...sources: readonly string[]): string[] => sources.flatMap((source) => ['-f', 'lavfi', '-i', source]);
const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
const picture = (size = '320x180', rate = '30'): string => `testsrc2=s=${size}:r=${rate}`;
const TONE = 'sine=f=440:r=48000';
const X264 = '-c:v libx264 -preset ultrafast -pix_fmt yuv420p';
const SECONDS = 2;

/** A specimen by ffmpeg's arguments: a picture and, unless left out, a tone. */
const by =
  (options: string, { source = picture(), sound = TONE as string | null, seconds = SECONDS } = {}) =>
  (to: string) =>
    film(to, ...lavfi(source, ...(sound === null ? [] : [sound])), '-t', `${seconds}`, ...words(options));

const text = (content: string) => (to: string) => writeFile(to, content);
const stereo = { channels: 2 };
const mono = { channels: 1 };

/** The first half of what would be a film. */
const half = (make: (to: string) => Promise<unknown>) => async (to: string) => {
  await make(to);
  const bytes = await readFile(to);
  await writeFile(to, bytes.subarray(0, bytes.length / 2));
};

/** ISO/IEC 14496-12 8.3.2: the matrix of the first track's header turns the picture by 90 degrees, clockwise. */
async function turned(to: string): Promise<void> {
  await by(`${X264} -c:a aac -ac 2`)(to);
  const bytes = await readFile(to);
  const matrix = bytes.indexOf('tkhd') + 44;
  [0, 0x1_0000, 0, -0x1_0000, 0, 0, 180 << 16, 0, 0x4000_0000].forEach((value, place) => {
    bytes.writeInt32BE(value, matrix + place * 4);
  });
  await writeFile(to, bytes);
}

async function captioned(to: string, codec: string): Promise<void> {
  const cues = ['1\n00:00:00,200 --> 00:00:00,900\n마당에 오신 걸 환영해요\n', '2\n00:00:01,000 --> 00:00:01,800\n<i>안녕</i>\n'];
  await writeFile(`${to}.srt`, cues.join('\n'));
  await film(
    to,
    ...lavfi(picture(), TONE),
    '-i',
    `${to}.srt`,
    '-t',
    `${SECONDS}`,
    ...words(`${X264} -c:a aac -ac 2 -c:s ${codec} -metadata:s:s:0 language=kor`),
  );
}

const plain = { seconds: SECONDS, size: [320, 180], rate: 30, rungs: ['180'], sounds: [stereo] } as const satisfies Whole;
const unreadable = { failure: 'media.film_unreadable' };

/** Files as people have them, and as they should not; `port` is a server of this machine that must never be asked. */
export const zoo = (port: number): readonly Specimen[] => [
  {
    name: 'long.mp4',
    make: by(`${X264} -c:a aac -ac 2`, { source: picture('534x300', '10'), seconds: 9 }),
    becomes: { seconds: 9, size: [534, 300], rate: 10, rungs: ['240', '300'], sounds: [stereo] },
  },
  { name: 'text.mp4', make: text('This is no film.\n'.repeat(200)), becomes: unreadable },
  {
    name: 'portrait.mp4',
    make: by(`${X264} -c:a aac -ac 2`, { source: picture('180x320') }),
    becomes: { ...plain, size: [180, 320] },
  },
  { name: 'turned.mp4', make: turned, becomes: { ...plain, size: [180, 320] } },
  { name: 'no-index.mp4', make: half(by(`${X264} -c:a aac`)), becomes: unreadable },
  {
    name: 'uneven.mp4',
    make: by(`-vf select=not(between(n\\,20\\,30)) -fps_mode vfr ${X264} -c:a aac -ac 2`),
    becomes: plain,
  },
  { name: 'ten-bit.mp4', make: by('-c:v libx264 -preset ultrafast -pix_fmt yuv420p10le -c:a aac -ac 2'), becomes: plain },
  { name: 'silent.mp4', make: by(X264, { sound: null }), becomes: { ...plain, sounds: [] } },
  { name: 'picture.mp4', make: (to) => film(to, ...lavfi(picture()), ...words('-frames:v 1 -f image2 -c:v png')), becomes: unreadable },
  { name: 'mono.mp4', make: by(`${X264} -c:a aac -ac 1`), becomes: { ...plain, sounds: [mono] } },
  { name: 'surround.mkv', make: by(`${X264} -c:a ac3 -ac 6`), becomes: plain },
  {
    name: 'song.mp3',
    make: (to) => film(to, ...lavfi(TONE), ...words('-t 2 -c:a libmp3lame -ac 2')),
    becomes: { seconds: SECONDS, rungs: [], sounds: [stereo] },
  },
  {
    name: 'list.mp4',
    make: text('#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n'),
    becomes: unreadable,
  },
  {
    name: 'anamorphic.mp4',
    make: by(`-vf setsar=4/3 ${X264} -c:a aac -ac 2`, { source: picture('180x180') }),
    becomes: { ...plain, size: [240, 180] },
  },
  {
    name: 'tiny.mp4',
    make: by(`${X264} -c:a aac -ac 2`, { source: picture('16x16') }),
    becomes: { ...plain, size: [16, 16], rungs: ['16'] },
  },
  {
    name: 'web-list.mp4',
    make: text(
      `#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-MAP:URI="http://127.0.0.1:${port}/init.mp4"\n#EXTINF:4,\nhttp://127.0.0.1:${port}/a.ts\n#EXT-X-ENDLIST\n`,
    ),
    becomes: unreadable,
  },
  {
    name: 'odd.webm',
    make: by('-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -pix_fmt yuv420p -c:a libopus -ac 2', { source: 'testsrc=s=321x241:r=30' }),
    becomes: { ...plain, size: [320, 240], rungs: ['240'] },
  },
  { name: 'plain.mkv', make: by(`${X264} -c:a libvorbis -ac 2`), becomes: plain },
  { name: 'joined.mp4', make: text("ffconcat version 1.0\nfile '/etc/passwd'\n"), becomes: unreadable },
  { name: 'plain.mov', make: by('-c:v prores -c:a pcm_s16le -ac 2'), becomes: plain },
  {
    name: 'television.ts',
    make: by(`${X264} -c:a aac -ac 2`, { source: picture('320x180', '30000/1001') }),
    becomes: { ...plain, rate: 30_000 / 1001 },
  },
  {
    name: 'wide.mkv',
    make: by('-c:v mjpeg -pix_fmt yuvj420p', { source: picture('16384x16', '5'), sound: null }),
    becomes: { failure: 'media.film_too_large' },
  },
  { name: 'quick.mp4', make: by(`${X264} -c:a aac -ac 2`, { source: picture('320x180', '60') }), becomes: { ...plain, rate: 60 } },
  {
    name: 'bright.mp4',
    make: by(
      '-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p10le -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc -tag:v hvc1 -c:a aac -ac 2',
    ),
    becomes: plain,
  },
  {
    name: 'interlaced.ts',
    make: by('-vf tinterlace=interleave_top,fieldorder=tff -c:v mpeg2video -flags +ilme+ildct -top 1 -c:a mp2 -ac 2', {
      source: picture('320x180', '50'),
    }),
    becomes: { ...plain, rate: 25 },
  },
  {
    name: 'languages.mkv',
    make: (to) =>
      film(
        to,
        ...lavfi(picture(), TONE, 'sine=f=880:r=48000'),
        ...words('-map 0 -map 1 -map 2 -t 2'),
        ...words(`${X264} -c:a aac -ac:a:0 2 -ac:a:1 1 -metadata:s:a:0 language=kor -metadata:s:a:1 language=eng`),
      ),
    becomes: {
      ...plain,
      sounds: [
        { ...stereo, language: 'ko' },
        { ...mono, language: 'en' },
      ],
    },
  },
  { name: 'captions.mp4', make: (to) => captioned(to, 'mov_text'), becomes: { ...plain, captions: ['ko'] } },
  { name: 'captions.mkv', make: (to) => captioned(to, 'srt'), becomes: { ...plain, captions: ['ko'] } },
  { name: 'no-extension', make: by(`${X264} -c:a aac -ac 2 -f mp4`), becomes: plain },
  { name: 'letter.txt', make: by(`${X264} -c:a aac -ac 2 -f matroska`), becomes: plain },
  { name: '마당에서 찍은 첫 영상.avi', make: by('-c:v mpeg4 -c:a libmp3lame -ac 2'), becomes: plain },
  {
    name: 'cut-off.mkv',
    make: half(by(`${X264} -g 10 -c:a aac -ac 2`, { seconds: 4 })),
    becomes: { ...plain, seconds: 2 },
  },
  { name: 'nothing-in-it.mp4', make: by(X264, { sound: null, seconds: 0 }), becomes: { failure: 'media.no_streams' } },
  { name: 'one-picture.mp4', make: by(`-frames:v 1 ${X264}`, { sound: null }), becomes: { ...plain, seconds: 1 / 30, sounds: [] } },
];
