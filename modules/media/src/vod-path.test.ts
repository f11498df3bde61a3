import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contentTypeOf, readVodPath, segmentNumber } from './vod-path.ts';

const at = (file: string) => readVodPath(`/vod/video_1/v1/${file}`);

describe('paths below /vod/', () => {
  it('name every file that is made, and its type', () => {
    const files: [file: string, kind: string, type: string][] = [
      ['master.m3u8', 'playlist', 'application/vnd.apple.mpegurl'],
      ['720/index.m3u8', 'playlist', 'application/vnd.apple.mpegurl'],
      ['audio-2/index.m3u8', 'playlist', 'application/vnd.apple.mpegurl'],
      ['captions/captions_01/index.m3u8', 'playlist', 'application/vnd.apple.mpegurl'],
      ['captions/captions_01/text.vtt', 'text', 'text/vtt; charset=utf-8'],
      ['720/init.mp4', 'init', 'video/mp4'],
      ['720/s00012.m4s', 'segment', 'video/iso.segment'],
      ['audio/s00000.m4s', 'segment', 'video/iso.segment'],
      ['poster-3/320.webp', 'picture', 'image/webp'],
      ['poster-3/1280.jpg', 'picture', 'image/jpeg'],
      ['candidate-0.jpg', 'picture', 'image/jpeg'],
      ['storyboard-12.jpg', 'picture', 'image/jpeg'],
      ['storyboard.vtt', 'text', 'text/vtt; charset=utf-8'],
      ['waveform.bin', 'bytes', 'application/octet-stream'],
    ];
    for (const [file, kind, type] of files) {
      const path = at(file);
      assert.ok(path, file);
      assert.deepEqual([path.kind, contentTypeOf(path), path.file], [kind, type, file]);
    }
  });

  it('may carry a token and a query', () => {
    const token = 'abcdefghijklmnopqrstuvwxy-_';
    assert.deepEqual(readVodPath(`/vod/t/${token}/video_01ab/v12/720/s00001.m4s?_=1&x=/../..`), {
      token,
      assetId: 'video_01ab',
      version: 12,
      file: '720/s00001.m4s',
      kind: 'segment',
    });
    assert.equal(at('master.m3u8')?.token, undefined);
  });

  it('are nothing in any other shape', () => {
    const nothing = [
      '/vod/',
      '/vod/video_1/v1/',
      '/vod/video_1/v1',
      '/vod/video_1/v0/master.m3u8',
      '/vod/video_1/1/master.m3u8',
      '/vod/video_1/v01/master.m3u8',
      '/vod/video_1/v1234567/master.m3u8',
      '/vod/Video_1/v1/master.m3u8',
      '/vod/video/v1/master.m3u8',
      '/vod//video_1/v1/master.m3u8',
      '/vod/t/video_1/v1/master.m3u8',
      `/vod/t/${'a'.repeat(26)}/video_1/v1/master.m3u8`,
      `/vod/t/${'a'.repeat(28)}/video_1/v1/master.m3u8`,
      '/vod/../video_1/v1/master.m3u8',
      '/vod/video_1/v1/../v2/master.m3u8',
      '/vod/video_1/v1/720/../master.m3u8',
      '/vod/video_1/v1/%2e%2e/master.m3u8',
      '/vod/video_1/v1/720%2Findex.m3u8',
      '/vod/video_1/v1/720//index.m3u8',
      '/vod/video_1/v1/./master.m3u8',
      '/vod/video_1/v1/master.m3u8%00',
      '/vod/video_1/v1/master.m3u8/',
      '/vod/video_1/v1/master.m3u8#x',
      '/vod/video_1/v1/master.M3U8',
      '/vod/video_1/v1/source',
      '/vod/video_1/v1/720/s1.m4s',
      '/vod/video_1/v1/captions/index.m3u8',
      '/vod/video_1/v1/captions/s00001.m4s',
      '/vod/video_1/v1/captions/../x/text.vtt',
      '/vod/video_1/v1/poster-1/2000.webp',
      '/vod/video_1/v1/poster-1/320.jpg',
      '/vod/video_1\\v1\\master.m3u8',
      '/vod/video_1/v1/마당/index.m3u8',
      'http://talk.localhost/vod/video_1/v1/master.m3u8',
    ];
    for (const url of nothing) assert.equal(readVodPath(url), undefined, url);
  });

  it('number segments', () => {
    assert.equal(segmentNumber('720/s00012.m4s'), 12);
    assert.equal(segmentNumber('audio/s100000.m4s'), 100_000);
  });
});
