import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createFormat } from './format.ts';

it('says sizes as people of each language do, nothing included', () => {
  const said = (value: number) => (['ko', 'en', 'ja', 'es'] as const).map((locale) => createFormat(locale).bytes(value));
  assert.deepEqual(said(0), ['0바이트', '0 bytes', '0 バイト', '0 bytes']);
  assert.deepEqual(said(1), ['1바이트', '1 byte', '1 バイト', '1 byte']);
  assert.deepEqual(said(2_400_000), ['2.4MB', '2.4 MB', '2.4 MB', '2,4 MB']);
  assert.deepEqual(said(5e15), ['5,000TB', '5,000 TB', '5,000 TB', '5000 TB']);
});
