import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPeaks } from './draw-waveform.ts';
import { encodeArguments, seekSeconds } from './encode-arguments.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { differenceOf, measurePicture } from './picture-measures.ts';
import { readFacts } from './probe-source.ts';
import { createSpeedometer, readProgress } from './progress.ts';
import { cleanDetail, failureOf } from './run-end.ts';
import { NTSC, picture, rung, stereo } from './samples.testing.ts';
import { confine } from './sandbox.ts';
import { readList } from './segment-list.ts';

describe('the end of a run', () => {
  const end = { code: 1, signal: null, errors: '', late: false };
  it('is told by what was said and how it ended', () => {
    assert.equal(failureOf({ ...end, code: 0 }), undefined);
    const reason = (over: object) => failureOf({ ...end, ...over })?.reason;
    assert.equal(reason({ errors: 'Invalid data found when processing input' }), 'unreadable');
    assert.equal(reason({ code: 183 }), 'unreadable', 'an error code of ffmpeg, no signal');
    assert.equal(reason({ errors: 'av_write: No space left on device' }), 'disk_full');
    assert.equal(reason({ errors: 'Cannot allocate memory' }), 'exhausted');
    assert.equal(reason({ errors: 'Picture size 60000x60000 exceeds specified max pixel count 67108864' }), 'too_large');
    assert.equal(reason({ code: 137 }), 'crashed');
    assert.equal(reason({ code: 255 }), 'crashed');
    assert.equal(reason({ code: null, signal: 'SIGKILL' }), 'crashed');
    assert.equal(reason({ code: 137, late: true }), 'exhausted');
    assert.equal(reason({ errors: 'bwrap: No permissions to create new namespace' }), 'unavailable');
  });

  it('is told without places, addresses and control characters', () => {
    const said =
      '[mov,mp4 @ 0x55d0c0ffee00] moov atom not found\n/in: Invalid data\u001b[31m\n/in: Invalid data\u001b[31m\n/srv/data/zones/x.mp4 and /out/360/s1.m4s 30000/1001';
    const told = cleanDetail(said, ['/srv/data/zones/x.mp4']);
    assert.equal(told, 'mov,mp4: moov atom not found; source: Invalid data [31m; … and … 30000/1001');
    assert.equal(cleanDetail('x'.repeat(2_000)).length, 500);
  });
});

describe('the sandbox', () => {
  const programs = { ffmpeg: '/opt/x/ffmpeg', ffprobe: '/usr/bin/ffprobe', bwrap: '/b', prlimit: '/p', setpriv: '/s' };
  const run = { tool: 'ffmpeg', arguments: ['-i', '/in'], source: '/a b', folder: '/o', memoryBytes: 1, fileBytes: 2, seconds: 1 } as const;
  it('has no network, one source that cannot be written, and limits, whoever runs it', () => {
    for (const confinement of ['user', 'nobody'] as const) {
      const line = confine(run, confinement, programs, []).arguments.join('|');
      assert.match(line, /--unshare-(all|pid\|--unshare-net)/);
      assert.match(line, /--ro-bind\|\/a b\|\/in\|--bind\|\/o\|\/out/);
      assert.match(line, /--as=1\|.*--fsize=2\|--core=0/);
      assert.match(line, /--ro-bind\|\/opt\/x\/ffmpeg\|\/opt\/x\/ffmpeg/);
      assert.match(line, /--die-with-parent/);
    }
    assert.ok(confine(run, 'nobody', programs, []).arguments.includes('--reuid=65534'));
    assert.ok(confine({ ...run, folder: undefined }, 'user', programs, []).arguments.includes('--fsize=0'));
  });
});

describe('what the encoder is told', () => {
  const facts = readFacts({
    format: { format_name: 'mov,mp4', duration: '900' },
    streams: [{ index: 0, width: 1920, height: 1080, pix_fmt: 'yuv420p' }, { index: 1 }],
  });
  const options = { threads: 2, limits: DEFAULT_LIMITS };
  const told = (over: Parameters<typeof picture>[0], sounds = [stereo(1)]) =>
    encodeArguments({ picture: picture(over), sounds }, facts, options);

  it('scales each rung from the next larger one, whatever their order', () => {
    const line = told({ rungs: [rung('s', 640, 360), rung('l', 1920, 1080), rung('m', 1280, 720)] }).join(' ');
    assert.match(
      line,
      /scale=1920:1080,.*split=2\[v0\]\[t1\];\[t1\]scale=1280:720,setsar=1,split=2\[v1\]\[t2\];\[t2\]scale=640:360,setsar=1\[v2\]/,
    );
    assert.match(line, /-var_stream_map v:0,name:l v:1,name:m v:2,name:s/);
  });

  it('cuts by frame numbers, and takes the length of a segment as it is', () => {
    const line = told({ ...NTSC, startFrame: 9_000, endFrame: 18_000 }, []).join(' ');
    assert.match(line, /fps=30000\/1001:start_time=0,trim=start_pts=9000:end_pts=18000/);
    assert.match(line, /-ss 298 -noaccurate_seek/);
    assert.match(line, /-hls_time 4.004000/);
    assert.match(line, /-g 60 -keyint_min 60 -sc_threshold 0/);
  });

  it('reads the sound on its own where the picture is a part', () => {
    const inputs = (line: readonly string[]) => line.filter((argument) => argument === '-i').length;
    assert.equal(inputs(told({})), 1);
    assert.equal(inputs(told({ endFrame: 9_000 })), 2);
    assert.equal(inputs(told({ endFrame: 9_000 }, [])), 1);
  });

  it('begins far enough before a chunk', () => {
    const rate = { numerator: 30, denominator: 1 };
    assert.equal(seekSeconds({ startFrame: 0, rate }, 'mpegts'), 0);
    assert.equal(seekSeconds({ startFrame: 9_000, rate }, 'matroska,webm'), 298);
    assert.equal(seekSeconds({ startFrame: 9_000, rate }, 'mpegts'), 285);
  });
});

describe('small readers', () => {
  it('reads a list of segments and nothing else in it', () => {
    const text =
      '#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:4.004000,\ns00007.m4s\n#EXTINF:4,\n../../etc/passwd\n#EXTINF:x,\ns00008.m4s\n#EXTINF:2.5,\ns000';
    assert.deepEqual(readList(text), [{ index: 7, name: 's00007.m4s', seconds: 4.004 }]);
  });

  it('reads reports that come in pieces', () => {
    const frames: (string | undefined)[] = [];
    const read = readProgress((values) => frames.push(values.get('frame')));
    for (const piece of ['frame=1', '0\nfps=2\nprog', 'ress=continue\nframe=20\nprogress=end\n']) read(Buffer.from(piece));
    assert.deepEqual(frames, ['10', '20']);
  });

  it('tells speed as it is now rather than as it was', () => {
    let now = 0;
    const speed = createSpeedometer(() => now);
    now = 1000;
    assert.equal(speed(3), 3);
    let last = 0;
    for (let second = 2; second < 30; second++) {
      now = second * 1000;
      last = speed(3 + (second - 1) * 1);
    }
    assert.ok(Math.abs(last - 1) < 0.05, `${last}`);
  });

  it('finds the loudest sample of each stretch, however the bytes are cut', () => {
    const samples = Buffer.alloc(16);
    [0, 100, -32_768, 5, 0, 0, 16_384, -16_500].forEach((sample, index) => void samples.writeInt16LE(sample, index * 2));
    for (const cut of [1, 3, 5, 16]) {
      const { add, peaks } = createPeaks(4, 2);
      for (let at = 0; at < samples.length; at += cut) add(samples.subarray(at, at + cut));
      assert.deepEqual([...peaks], [1, 255, 0, 128]);
    }
  });

  it('measures light, spread and edges', () => {
    const [width, height] = [16, 8];
    const of = (pixel: (index: number) => number) => Uint8Array.from({ length: width * height }, (_, index) => pixel(index));
    const gray = measurePicture({ width, height, pixels: of(() => 51) });
    assert.deepEqual(gray, { luminance: 0.2, contrast: 0, sharpness: 0 });
    const checked = measurePicture({ width, height, pixels: of((index) => ((index + Math.floor(index / width)) % 2) * 255) });
    assert.equal(checked.luminance, 0.5);
    assert.equal(checked.contrast, 1);
    assert.ok(checked.sharpness > 100_000);
    assert.equal(differenceOf(Uint8Array.of(0, 255), Uint8Array.of(255, 0)), 1);
  });
});
