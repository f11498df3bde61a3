import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judge, type TransferError } from './transport.ts';

const error = (status: number, rest: Partial<TransferError> = {}): TransferError => ({
  status,
  body: '',
  retryAfterSeconds: null,
  requestId: null,
  token: undefined,
  resuming: false,
  ...rest,
});

describe('an upload that was stopped', () => {
  it('waits for what passes: no line, a lock, a damaged piece, an unwell server', () => {
    for (const status of [0, 408, 409, 423, 460, 500, 502, 503]) assert.deepEqual(judge(error(status), 40), { kind: 'wait', atLeastMs: 0 });
    assert.deepEqual(judge(error(429, { retryAfterSeconds: 7 }), 1), { kind: 'wait', atLeastMs: 7_000 });
  });

  it('renews its token, but not for ever', () => {
    assert.equal(judge(error(401), 1).kind, 'renew');
    assert.equal(judge(error(401), 4).kind, 'fail');
  });

  it('begins anew only where it was going on', () => {
    assert.equal(judge(error(404, { resuming: true }), 1).kind, 'anew');
    assert.equal(judge(error(410, { resuming: true }), 1).kind, 'anew');
    assert.equal(judge(error(404), 1).kind, 'fail');
  });

  it('fails with the reason the server gives', () => {
    const body = JSON.stringify({ code: 'media.quota_exceeded', message: '모자라요', requestId: 'MDG-1111-2222' });
    assert.deepEqual(judge(error(413, { body }), 1), {
      kind: 'fail',
      failure: { code: 'media.quota_exceeded', message: '모자라요', requestId: 'MDG-1111-2222' },
    });
    const missing = JSON.stringify({ code: 'media.upload_unavailable', message: 'no ffmpeg' });
    assert.equal(judge(error(503, { body: missing }), 1).kind, 'fail');
  });
});
