import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nextPath } from './next-path.ts';

const after = (next: string) => nextPath(new URLSearchParams({ next }), '/home');

describe('where signing in leads', () => {
  it('stays on this host', () => {
    assert.equal(after('/rooms/room_1?at=3#m'), '/rooms/room_1?at=3#m');
    assert.equal(nextPath(new URLSearchParams(), '/home'), '/home');
  });
  it('refuses every way off it', () => {
    for (const next of [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      'javascript:alert(1)',
      '/\t/evil.example',
      '/\n/evil.example',
      '',
      ' /x',
    ]) {
      assert.equal(after(next), '/home', JSON.stringify(next));
    }
  });
});
