import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { observeTransfer, secondsFor, type TransferSpeed } from './transfer-speed.ts';

const run = (moments: readonly (readonly [bytes: number, at: number])[]) =>
  moments.reduce<TransferSpeed | null>((speed, [bytes, at]) => observeTransfer(speed, bytes, at), null);

describe('the speed of a transfer', () => {
  it('is unknown at its first moment and right at its second', () => {
    assert.equal(run([[0, 0]])?.rate, null);
    assert.equal(
      run([
        [0, 0],
        [2_000_000, 1000],
      ])?.rate,
      2_000_000,
    );
  });

  it('stays within 5 % of a steady line however often it is asked', () => {
    let speed: TransferSpeed | null = null;
    for (let at = 0; at <= 20_000; at += 50) speed = observeTransfer(speed, at * 5_000, at);
    assert.ok(Math.abs((speed?.rate ?? 0) - 5_000_000) < 250_000);
  });

  it('follows a change within ten seconds without jumping at once', () => {
    let speed: TransferSpeed | null = null;
    for (let at = 0; at <= 10_000; at += 500) speed = observeTransfer(speed, at * 10_000, at);
    const bytes = 100_000_000;
    speed = observeTransfer(speed, bytes + 500_000, 10_500);
    assert.ok((speed.rate ?? 0) > 8_000_000);
    for (let at = 11_000; at <= 20_500; at += 500) speed = observeTransfer(speed, bytes + (at - 10_000) * 1_000, at);
    assert.ok((speed?.rate ?? 0) < 2_000_000);
  });

  it('does not fall when a piece is sent again', () => {
    const speed = run([
      [0, 0],
      [4_000_000, 1000],
      [1_000_000, 1100],
      [3_000_000, 1600],
    ]);
    assert.ok((speed?.rate ?? 0) >= 3_900_000);
  });
});

describe('the time left', () => {
  it('is whole seconds, 0 when done, unknown when nothing moves', () => {
    assert.equal(secondsFor(10_500, 1000), 11);
    assert.equal(secondsFor(0, null), 0);
    assert.equal(secondsFor(10, null), null);
    assert.equal(secondsFor(10, 0), null);
    assert.equal(secondsFor(1e12, 1000), null);
  });
});
