import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepTickShape } from './tick-shape.ts';

test('what is held is an entry of the queue itself, as Node makes them', async () => {
  const shape = keepTickShape();
  await new Promise<void>((resolve) => process.nextTick(resolve));
  assert.deepEqual(Object.keys(shape.entry ?? {}), ['callback', 'args']);
  shape.forget();
  assert.equal(shape.entry, undefined);
});
