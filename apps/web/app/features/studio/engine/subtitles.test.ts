import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toWebVtt } from './subtitles.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('captions from a file', () => {
  it('are made of SubRip: times with dots, numbers and fonts left out', () => {
    const srt =
      '1\r\n00:00:01,500 --> 00:00:03,000\r\n<font color="#fff">안녕하세요</font>\r\n둘째 줄\r\n\r\n2\r\n0:01:02,5 --> 00:01:04,25\r\n{\\an8}<i>끝</i>\r\n';
    assert.equal(
      toWebVtt(bytes(srt)),
      'WEBVTT\n\n00:00:01.500 --> 00:00:03.000\n안녕하세요\n둘째 줄\n\n00:01:02.500 --> 00:01:04.250\n<i>끝</i>\n',
    );
  });

  it('stay as they are when they are WebVTT already', () => {
    const vtt = 'WEBVTT - notes\n\nSTYLE\n::cue { color: white }\n\n00:01.000 --> 00:02.000 align:start\nhello\n';
    assert.equal(toWebVtt(bytes(`\uFEFF${vtt}`)), vtt);
  });

  it('are read from UTF-16 and from the Korean encoding of old files', () => {
    const cue = '1\n00:00:01,000 --> 00:00:02,000\n';
    const wide = new Uint8Array([0xff, 0xfe, ...new Uint8Array(new Uint16Array([...`${cue}가`].map((c) => c.charCodeAt(0))).buffer)]);
    assert.match(toWebVtt(wide) ?? '', /가\n$/);
    assert.match(toWebVtt(new Uint8Array([...bytes(cue), 0xb0, 0xa1])) ?? '', /가\n$/);
  });

  it('are refused where there is no cue', () => {
    for (const text of ['', 'WEBVTT\n', 'just words', '1\n00:00:01,000 --> 00:00:02,000\n\n'])
      assert.equal(toWebVtt(bytes(text)), undefined);
  });
});
