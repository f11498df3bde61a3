import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blurhashTone } from './blurhash-tone.ts';

describe('the tone of a BlurHash', () => {
  it('is its average colour', () => {
    // The reference picture of the format's own page: a warm grey.
    assert.equal(blurhashTone('LEHV6nWB2yk8pyo0adR*.7kCMdnj'), '#979695');
    assert.equal(blurhashTone('00TSUA'), '#ffffff');
    assert.equal(blurhashTone('00TI:j'), '#ff0000');
    assert.equal(blurhashTone('000000'), '#000000');
  });
  it('is none for what is none', () => {
    assert.deepEqual([null, '', '00', '00"000', '00~~~~'].map(blurhashTone), Array(5).fill(undefined));
  });
});
