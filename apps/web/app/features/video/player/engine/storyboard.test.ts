import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { spriteAt, spritesOf } from './storyboard.ts';
import { webVttCues } from './web-vtt.ts';

const BASE = 'http://piyakast.localhost/vod/t/abc/video_1/v1/storyboard.vtt';
const BOARD = `WEBVTT

NOTE made of key frames

00:00.000 --> 00:05.000
storyboard-0.jpg#xywh=0,0,160,90

00:05.000 --> 00:10.000
storyboard-0.jpg#xywh=160,0,160,90

last
01:00:00.000 --> 01:00:05.000 align:start
storyboard-1.jpg#xywh=pixel:0,90,160,90
`;

describe('WebVTT', () => {
  it('is read with any line ends, hours or none, identifiers and settings', () => {
    const cues = webVttCues(`\uFEFF${BOARD.replaceAll('\n', '\r\n')}`);
    assert.deepEqual(
      cues.map(({ start, end }) => [start, end]),
      [
        [0, 5],
        [5, 10],
        [3600, 3605],
      ],
    );
  });
  it('keeps the lines of a cue and passes over what is none', () => {
    const cues = webVttCues('WEBVTT\n\nSTYLE\n::cue{}\n\n1\n00:01.500 --> 00:02.000\n얼씨구\n<i>좋다!</i>\n\nbroken --> cue\nx');
    assert.deepEqual(cues, [{ start: 1.5, end: 2, text: '얼씨구\n<i>좋다!</i>' }]);
  });
});

describe('a storyboard', () => {
  const sprites = spritesOf(BOARD, BASE);
  it('names rectangles of sprites beside it', () => {
    assert.deepEqual(sprites[1], {
      start: 5,
      end: 10,
      url: 'http://piyakast.localhost/vod/t/abc/video_1/v1/storyboard-0.jpg',
      x: 160,
      y: 0,
      width: 160,
      height: 90,
    });
    assert.equal(sprites[2]?.y, 90);
  });
  it('has a picture for every moment', () => {
    assert.deepEqual(
      [0, 4.9, 7, 999, 9999].map((at) => spriteAt(sprites, at)?.start),
      [0, 0, 5, 5, 3600],
    );
    assert.equal(spriteAt([], 3), undefined);
  });
});
