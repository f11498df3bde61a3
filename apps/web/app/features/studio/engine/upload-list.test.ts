import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { advanceUploads, nextUploads, retryDelay, totalsOf, type UploadEvent, type UploadItem } from './upload-list.ts';

const item = (id: string, size = 1000): UploadItem => ({
  id,
  name: `${id}.mp4`,
  size,
  sent: 0,
  state: 'queued',
  speed: null,
  uploadId: null,
  videoId: null,
  failure: null,
  poster: null,
  durationSeconds: null,
});
const FAILURE = { code: 'media.quota_exceeded', message: 'full', requestId: 'MDG-1111-2222' };
const run = (...events: UploadEvent[]) => events.reduce(advanceUploads, ['a', 'b', 'c'].map((id) => item(id)) as readonly UploadItem[]);
const states = (list: readonly UploadItem[]) => list.map(({ state }) => state).join(' ');
const turn = (list: readonly UploadItem[]) => nextUploads(list).map(({ id }) => id);

describe('uploads in a row', () => {
  it('go two at a time, the oldest first', () => {
    assert.deepEqual(turn(run()), ['a', 'b']);
    assert.deepEqual(turn(run({ kind: 'started', id: 'a' })), ['b']);
    const both = run({ kind: 'started', id: 'a' }, { kind: 'started', id: 'b' });
    assert.deepEqual(turn(both), []);
    assert.deepEqual(turn(advanceUploads(both, { kind: 'sent', id: 'a' })), ['c']);
  });

  it('keep their place without a line, and give it up when paused', () => {
    const lost = run({ kind: 'started', id: 'a' }, { kind: 'started', id: 'b' }, { kind: 'lost', id: 'a' });
    assert.deepEqual(turn(lost), []);
    assert.deepEqual(turn(advanceUploads(lost, { kind: 'paused', id: 'a' })), ['c']);
  });

  it('go on where they were after a pause, behind nobody who came later', () => {
    const list = run(
      { kind: 'started', id: 'a' },
      { kind: 'progressed', id: 'a', sent: 400, at: 0 },
      { kind: 'paused', id: 'a' },
      { kind: 'resumed', id: 'a' },
    );
    assert.equal(list[0]?.sent, 400);
    assert.deepEqual(turn(list), ['a', 'b']);
  });

  it('take no word that comes too late', () => {
    const paused = run({ kind: 'started', id: 'a' }, { kind: 'paused', id: 'a' });
    for (const late of [
      { kind: 'progressed', id: 'a', sent: 900, at: 5 },
      { kind: 'lost', id: 'a' },
      { kind: 'failed', id: 'a', failure: FAILURE },
      { kind: 'sent', id: 'a' },
      { kind: 'sent', id: 'gone' },
    ] as const)
      assert.equal(advanceUploads(paused, late), paused);
  });

  it('say why they failed until they are tried again', () => {
    const failed = run({ kind: 'started', id: 'a' }, { kind: 'failed', id: 'a', failure: FAILURE });
    assert.equal(states(failed), 'failed queued queued');
    assert.equal(failed[0]?.failure, FAILURE);
    assert.equal(advanceUploads(failed, { kind: 'resumed', id: 'a' })[0]?.failure, null);
  });

  it('are counted together, without those nobody waits for', () => {
    const list = run(
      { kind: 'started', id: 'a' },
      { kind: 'progressed', id: 'a', sent: 0, at: 0 },
      { kind: 'progressed', id: 'a', sent: 500, at: 1000 },
      { kind: 'paused', id: 'c' },
    );
    const { files, sending, open, paused, bytesLeft, ratio, secondsLeft } = totalsOf(list);
    assert.deepEqual(
      { files, sending, open, paused, bytesLeft, ratio, secondsLeft },
      { files: 3, sending: 1, open: 2, paused: 1, bytesLeft: 1500, ratio: 0.25, secondsLeft: 3 },
    );
  });
});

describe('waiting before another try', () => {
  it('doubles to half a minute and is never in step with others', () => {
    assert.deepEqual(
      [1, 2, 3, 9].map((failures) => retryDelay(failures, 1)),
      [1_000, 2_000, 4_000, 30_000],
    );
    assert.equal(retryDelay(3, 0), 2_000);
  });
});
