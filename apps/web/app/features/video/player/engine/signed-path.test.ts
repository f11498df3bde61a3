import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renewalDelay, tokenOf, withToken } from './signed-path.ts';

describe('signed paths', () => {
  it('carry a token that is replaced by a newer one', () => {
    const old = 'http://a.localhost/vod/t/old-1/video_1/v1/720/s00012.m4s?x=1';
    assert.equal(tokenOf(old), 'old-1');
    assert.equal(withToken(old, 'new_2'), 'http://a.localhost/vod/t/new_2/video_1/v1/720/s00012.m4s?x=1');
  });
  it('leave plain paths as they are', () => {
    assert.equal(tokenOf('/vod/video_1/v1/master.m3u8'), undefined);
    assert.equal(withToken('/vod/video_1/v1/master.m3u8', 'new'), '/vod/video_1/v1/master.m3u8');
    assert.equal(withToken('/vod/t/old/a/b', undefined), '/vod/t/old/a/b');
  });
  it('are renewed ten minutes before they end, and never in a circle', () => {
    const now = Date.parse('2026-11-21T10:00:00Z');
    assert.equal(renewalDelay('2026-11-21T16:00:00Z', now), (6 * 60 - 10) * 60_000);
    assert.equal(renewalDelay('2026-11-21T09:00:00Z', now), 30_000);
    assert.equal(renewalDelay(null, now), undefined);
  });
});
