import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createVodTokens } from './vod-token.ts';

const now = new Date('2026-11-21T09:00:01Z');
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const tokens = createVodTokens(Buffer.alloc(32, 7));
const token = tokens.sign('kzone', 'video_1', later(3600));

describe('vod tokens', () => {
  it('open one asset of one zone', () => {
    assert.match(token, /^[\w-]{27}$/);
    assert.equal(tokens.verify(token, 'kzone', 'video_1', now), true);
    assert.equal(tokens.verify(token, 'talk', 'video_1', now), false);
    assert.equal(tokens.verify(token, 'kzone', 'video_2', now), false);
    assert.equal(tokens.verify(token, 'kzon', 'evideo_1', now), false);
    assert.equal(createVodTokens(Buffer.alloc(32, 8)).verify(token, 'kzone', 'video_1', now), false);
  });

  it('end, at a whole ten minutes not before they were asked to', () => {
    assert.equal(tokens.sign('kzone', 'video_1', later(3700)), token);
    assert.notEqual(tokens.sign('kzone', 'video_1', later(4300)), token);
    assert.equal(tokens.verify(token, 'kzone', 'video_1', later(3600)), true);
    assert.equal(tokens.verify(token, 'kzone', 'video_1', new Date('2026-11-21T10:09:59.999Z')), true);
    assert.equal(tokens.verify(token, 'kzone', 'video_1', new Date('2026-11-21T10:10:00Z')), false);
  });

  it('hold in every character', () => {
    for (let at = 0; at < token.length; at++) {
      for (const other of 'AQgw4_-9') {
        if (other === token[at]) continue;
        assert.equal(tokens.verify(token.slice(0, at) + other + token.slice(at + 1), 'kzone', 'video_1', now), false);
      }
    }
    for (const mangled of ['', 'x', token.slice(1), `${token}A`, `${token.slice(0, -1)}=`, '한'.repeat(27), '-'.repeat(27)]) {
      assert.equal(tokens.verify(mangled, 'kzone', 'video_1', now), false);
    }
  });
});
