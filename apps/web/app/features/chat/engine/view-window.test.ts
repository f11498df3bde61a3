import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DRAWN_MOST, extendDown, extendUp, followHead, lastOf, type ViewWindow, viewAround, viewOfPresent } from './view-window.ts';

const HEAD = 1_000;
const held = { from: 1, to: HEAD };

describe('the window over a room', () => {
  it('opens at the newest and follows it', () => {
    assert.deepEqual(viewOfPresent(held), { from: 940, to: null });
    assert.deepEqual(viewOfPresent({ from: 990, to: HEAD }), { from: 990, to: null });
  });

  it('opened at a place it stands still, unless the newest is in it', () => {
    assert.deepEqual(viewAround(500, held, HEAD), { from: 460, to: 540 });
    assert.deepEqual(viewAround(980, held, HEAD), { from: 940, to: null });
  });

  it('lets go of the far end as it moves, and follows again at the head', () => {
    let view: ViewWindow = viewOfPresent(held);
    for (let step = 0; step < 4; step++) view = extendUp(view, held, HEAD);
    assert.deepEqual(view, { from: 780, to: 939 });
    while (view.to !== null) view = extendDown(view, held, HEAD);
    assert.equal(lastOf(view, HEAD), HEAD);
  });

  it('a reader further up keeps what they read; one at the end keeps a short list', () => {
    assert.deepEqual(followHead({ from: 800, to: null }, HEAD, false), { from: 800, to: 959 });
    assert.deepEqual(followHead({ from: 800, to: null }, HEAD, true), { from: 880, to: null });
    assert.deepEqual(followHead({ from: 900, to: null }, HEAD, false), { from: 900, to: null });
  });

  it('draws a bounded part of what is held, whatever is done', () => {
    const act = fc.constantFrom('up' as const, 'down' as const, 'come' as const, 'come-unseen' as const, 'jump' as const);
    fc.assert(
      fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
        let head = 300;
        let view: ViewWindow = viewOfPresent({ from: 1, to: head });
        for (const one of acts) {
          const all = { from: 1, to: head };
          if (one === 'up') view = extendUp(view, all, head);
          else if (one === 'down') view = extendDown(view, all, head);
          else if (one === 'jump') view = viewAround(head >> 1, all, head);
          else {
            head += 30;
            view = followHead(view, head, one === 'come');
          }
          assert.ok(view.from >= 1 && lastOf(view, head) <= head && view.from <= lastOf(view, head));
          assert.ok(lastOf(view, head) - view.from < DRAWN_MOST);
        }
      }),
    );
  });
});
