import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { embedCode } from './embed-code.ts';

describe('the code for other pages', () => {
  const video = { id: 'video_1', title: '"산조" <전곡> & 앙코르', width: 1080, height: 1920 };
  it('keeps the proportions and says nothing but words', () => {
    const code = embedCode({ origin: 'https://a.example', video, start: 90 });
    assert.match(code, /^<iframe src="https:\/\/a\.example\/embed\/video_1\?t=90" width="640" height="1138" /);
    assert.match(code, / title="&quot;산조&quot; &lt;전곡&gt; &amp; 앙코르" /);
  });
  it('takes 16 to 9 where nothing is known', () => {
    const code = embedCode({ origin: 'https://a.example', video: { ...video, width: null, height: null }, start: undefined });
    assert.match(code, /src="https:\/\/a\.example\/embed\/video_1" width="640" height="360"/);
  });
});
