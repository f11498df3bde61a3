import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { planMedia } from './media-plan.ts';
import { readProbe } from './read-probe.ts';
import type { SourceProbe } from './source-probe.ts';

const film = {
  index: 0,
  codec_name: 'h264',
  codec_type: 'video',
  width: 1920,
  height: 1080,
  pix_fmt: 'yuv420p',
  r_frame_rate: '30/1',
  avg_frame_rate: '30/1',
  duration: '59.5',
  disposition: { default: 1, attached_pic: 0 },
};
const sound = { index: 1, codec_name: 'aac', codec_type: 'audio', channels: 2, sample_rate: '44100', tags: { language: 'kor' } };
const cover = { ...film, index: 2, codec_name: 'mjpeg', disposition: { attached_pic: 1 } };
const format = { format_name: 'mov,mp4,m4a,3gp,3g2,mj2', duration: '60.0', start_time: '0.0' };

function taken(streams: readonly unknown[], of: object = format): SourceProbe {
  const probe = readProbe({ streams, format: of });
  assert.ok(!('refused' in probe), JSON.stringify(probe));
  return probe;
}

function refusal(streams: unknown, of: unknown = format): string {
  const probe = readProbe({ streams, format: of });
  return 'refused' in probe ? probe.refused.code : 'taken';
}

describe('readProbe', () => {
  it('reads a common phone film', () => {
    const probe = taken([{ ...film, side_data_list: [{ side_data_type: 'Display Matrix', rotation: -90 }] }, sound]);
    assert.equal(probe.durationSeconds, 60);
    assert.equal(probe.video?.rotation, 90);
    assert.equal(probe.video?.endSeconds, 59.5);
    assert.deepEqual(probe.audio, [{ index: 1, codec: 'aac', channels: 2, sampleRate: 44_100, language: 'ko', title: undefined }]);
  });

  it('[MP1] answers for anything', () => {
    const nearly = fc.record(
      {
        streams: fc.array(
          fc.record(
            Object.fromEntries(
              [...Object.keys(film), 'tags', 'side_data_list', 'sample_aspect_ratio', 'channels', 'start_time'].map((key) => [
                key,
                fc.oneof(fc.jsonValue(), fc.constant((film as Record<string, unknown>)[key])),
              ]),
            ),
            { requiredKeys: [] },
          ),
          { maxLength: 4 },
        ),
        format: fc.oneof(fc.constant(format), fc.record({ format_name: fc.constant('mp3'), duration: fc.jsonValue() }), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    let plans = 0;
    fc.assert(
      fc.property(fc.oneof(nearly, fc.jsonValue(), fc.anything()), (json) => {
        const probe = readProbe(json);
        if ('refused' in probe) return assert.equal(typeof probe.refused.code, 'string');
        plans += 1;
        const plan = planMedia(probe);
        assert.ok(probe.durationSeconds > 0 && probe.durationSeconds <= 43_200);
        assert.ok(plan.kind === 'audio' || plan.rungs.length > 0);
      }),
      { numRuns: 1500, seed: 4 },
    );
    assert.ok(plans > 0, 'some of it was a source');
    for (const odd of [undefined, null, 7, 'text', [], { streams: {} }, { streams: [null], format: [] }])
      assert.ok('refused' in readProbe(odd));
  });

  it('[MP2] takes containers by list only', () => {
    assert.equal(refusal([film], { ...format, format_name: 'hls' }), 'unsupported_container');
    assert.equal(refusal([film], { ...format, format_name: 'mp4,concat' }), 'unsupported_container');
    assert.equal(refusal([film], { ...format, format_name: 'image2' }), 'unsupported_container');
    assert.equal(refusal([film], { duration: '3' }), 'not_media');
  });

  it('[MP3] tells films from pictures', () => {
    assert.equal(refusal([]), 'no_streams');
    assert.equal(refusal([{ index: 0, codec_type: 'data' }]), 'no_streams');
    assert.equal(refusal([cover]), 'only_pictures');
    assert.equal(taken([cover, sound]).video, undefined);
    assert.equal(
      taken([
        { ...cover, index: 0 },
        { ...film, index: 3 },
      ]).video?.index,
      3,
    );
  });

  it('[MP4] leaves out what cannot be read only beside what can', () => {
    assert.equal(refusal([{ ...film, codec_name: 'vvc' }, sound]), 'unsupported_codec');
    assert.equal(refusal([film, { ...sound, codec_name: 'apac' }]), 'unsupported_codec');
    assert.deepEqual(
      taken([film, { ...sound, codec_name: 'apac' }, { ...sound, index: 4 }]).audio.map((track) => track.index),
      [4],
    );
  });

  it('[MP5] keeps the limits', () => {
    assert.equal(refusal([{ ...film, width: 8192, height: 8192 }]), 'taken');
    assert.equal(refusal([{ ...film, width: 8193 }]), 'too_large');
    assert.equal(refusal([{ ...film, width: 0, height: 0 }]), 'size_unknown');
    assert.equal(refusal([film], { ...format, duration: '43200' }), 'taken');
    assert.equal(refusal([film], { ...format, duration: '43200.1' }), 'too_long');
    const small = readProbe({ streams: [film], format }, { limits: { maxSide: 640, maxSeconds: 10 } });
    assert.deepEqual(small, { refused: { code: 'too_long', values: { seconds: 60, maxSeconds: 10 } } });
  });

  it('[MP6] wants a length', () => {
    const endless = { ...film, duration: 'N/A' };
    assert.equal(refusal([endless], { format_name: 'matroska,webm' }), 'duration_unknown');
    assert.equal(refusal([endless], { format_name: 'matroska,webm', duration: '-4' }), 'duration_unknown');
    assert.equal(taken([{ ...endless, tags: { DURATION: '00:01:02.500000000' } }], { format_name: 'matroska,webm' }).durationSeconds, 62.5);
    const measured = readProbe({ streams: [endless], format: { format_name: 'matroska,webm' } }, { measuredSeconds: 12.5 });
    assert.equal('refused' in measured ? 0 : measured.durationSeconds, 12.5);
  });

  it('[MP7][MP8][MP9] reads rotation, aspect, HDR and labels', () => {
    const turned = taken([{ ...film, tags: { rotate: '270' }, sample_aspect_ratio: '9999:1', color_transfer: 'smpte2084' }]);
    assert.equal(turned.video?.rotation, 270);
    assert.deepEqual(turned.video?.sampleAspect, { numerator: 1, denominator: 1 });
    assert.equal(turned.video?.transfer, 'pq');
    assert.equal(taken([{ ...film, color_transfer: 'arib-std-b67' }]).video?.transfer, 'hlg');
    const named = taken([film, { ...sound, tags: { language: 'und', title: `a\r\n"b"\u202e ${'x'.repeat(200)}` } }]).audio[0];
    assert.equal(named?.language, undefined);
    assert.match(named?.title ?? '', /^a "b" x+$/);
    assert.equal(named?.title?.length, 80);
  });
});
