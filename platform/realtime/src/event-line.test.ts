import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { EventLine } from './event-line.ts';

/** A line whose admissions and handlers finish when the test says so. */
function lineUnderTest(bounds: { concurrent: number; queued: number }) {
  const [started, pressure]: [number[], boolean[]] = [[], []];
  const done = new Map<number, () => void>();
  const admitted = new Map<number, (ok: boolean) => void>();
  const line = new EventLine<number>(
    (event) =>
      new Promise((resolve) => {
        admitted.set(event, (ok) => {
          if (!ok) return resolve(undefined);
          resolve(() => {
            started.push(event);
            return new Promise((finished) => done.set(event, finished));
          });
        });
      }),
    bounds,
    (high) => pressure.push(high),
  );
  return {
    line,
    started,
    pressure,
    async admit(event: number, ok = true) {
      admitted.get(event)?.(ok);
      await turn();
    },
    async finish(event: number) {
      done.get(event)?.();
      await turn();
    },
  };
}

describe('event line', () => {
  it('starts handlers in the order of arrival, one admission after the other', async () => {
    const t = lineUnderTest({ concurrent: 3, queued: 10 });
    for (const event of [1, 2, 3]) assert.equal(t.line.push(event), true);
    await t.admit(2);
    assert.deepEqual(t.started, []);
    await t.admit(1);
    await t.admit(2);
    await t.admit(3);
    assert.deepEqual(t.started, [1, 2, 3]);
  });

  it('runs no more than its bound, holds no more than its queue, and tells of pressure', async () => {
    const t = lineUnderTest({ concurrent: 2, queued: 3 });
    for (const event of [1, 2]) {
      t.line.push(event);
      await t.admit(event);
    }
    assert.deepEqual(
      [3, 4, 5, 6].map((event) => t.line.push(event)),
      [true, true, true, false],
    );
    assert.equal(t.pressure.at(-1), true);
    await t.admit(3);
    assert.deepEqual(t.started, [1, 2]);
    await t.finish(1);
    await t.admit(3);
    assert.deepEqual(t.started, [1, 2, 3]);
    for (const event of [2, 3]) await t.finish(event);
    for (const event of [4, 5]) await t.admit(event);
    await t.finish(4);
    assert.equal(t.pressure.at(-1), false);
  });

  it('goes on after a refusal, and is idle only when nothing waits or runs', async () => {
    const t = lineUnderTest({ concurrent: 1, queued: 3 });
    let idle = false;
    t.line.push(1);
    t.line.push(2);
    void t.line.idle().then(() => {
      idle = true;
    });
    await t.admit(1, false);
    await t.admit(2);
    assert.deepEqual([t.started, idle], [[2], false]);
    await t.finish(2);
    assert.equal(idle, true);
    await t.line.idle();
  });

  it('starts nothing once closed, not even what was being admitted', async () => {
    const t = lineUnderTest({ concurrent: 2, queued: 3 });
    t.line.push(1);
    t.line.push(2);
    t.line.close();
    await t.admit(1);
    assert.deepEqual(t.started, []);
    assert.equal(t.line.push(3), false);
    await t.line.idle();
  });
});
