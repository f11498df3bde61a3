import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { captionsPlaylist, captionsText, parseCaptions } from './caption-text.ts';

const clean = (vtt: string): string => captionsText(parseCaptions(vtt) ?? assert.fail('it is WebVTT'));

describe('captions', () => {
  it('[ME80] keeps cues in order, with times, settings and markup that WebVTT knows', () => {
    const vtt =
      '\uFEFFWEBVTT - by hand\r\n\r\nNOTE nobody reads this\r\n\r\n2\r\n00:03.000 --> 00:04.500 align:start position:10% onclick:1\r\n<v Mina>안녕</v>\r\n\r\n00:00:01.000 --> 00:00:02.000\r\nfirst\r\nsecond line';
    assert.equal(
      clean(vtt),
      'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nfirst\nsecond line\n\n00:00:03.000 --> 00:00:04.500 align:start position:10%\n<v Mina>안녕</v>\n',
    );
    assert.equal(clean(clean(vtt)), clean(vtt));
  });

  it('[ME80] makes text of what is not its markup', () => {
    const vtt = (text: string) => `WEBVTT\n\n00:00.000 --> 00:01.000\n${text}\n`;
    for (const [given, kept] of [
      ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
      ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
      ['<b>bold</b> <i.loud>it</i> <lang ko>말</lang>', '<b>bold</b> <i.loud>it</i> <lang ko>말</lang>'],
      ['a <00:00.500>b', 'a <00:00.500>b'],
      ['1 < 2', '1 &lt; 2'],
    ] as const) {
      assert.ok(clean(vtt(given)).includes(`\n${kept}\n`), clean(vtt(given)));
    }
  });

  it('refuses what is not WebVTT, cannot be, or is too much', () => {
    for (const vtt of [
      '',
      'WEBVTTX\n\n00:00.000 --> 00:01.000\na',
      '1\n00:00:01,000 --> 00:00:02,000\nsubrip',
      'WEBVTT\n\nno cue at all',
      'WEBVTT\n\n00:02.000 --> 00:01.000\nbackwards',
      'WEBVTT\n\n00:61.000 --> 01:99.000\nno time',
      'WEBVTT\n\none\ntwo\n00:00.000 --> 00:01.000\ntwo names',
      `WEBVTT\n\n${'00:00.000 --> 00:01.000\na\n\n'.repeat(50_001)}`,
    ]) {
      assert.equal(parseCaptions(vtt), undefined, vtt.slice(0, 40));
    }
  });

  it('answers at once for whatever it is given', () => {
    const seeds = [
      'WEBVTT\n\n00:00.000 --> 00:01.000\n<<<<b>'.padEnd(200_000, '<'),
      `WEBVTT\n\n${'-->'.repeat(60_000)}`,
      `WEBVTT\n\n${' '.repeat(400_000)}-->`,
    ];
    for (const seed of seeds) {
      const begun = performance.now();
      parseCaptions(seed);
      assert.ok(performance.now() - begun < 1000);
    }
  });

  it('is one segment as long as the film', () => {
    assert.match(captionsPlaylist(12.5), /TARGETDURATION:13\n[\s\S]*#EXTINF:12\.500000,\ntext\.vtt\n#EXT-X-ENDLIST\n$/);
  });
});
