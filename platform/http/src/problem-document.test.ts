import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MadangError, requestErrors } from '@madang/kernel';
import { refusalHeaders } from './problem-document.ts';

describe('headers of a refusal', () => {
  it('say when to try again and how to sign in, beside those that it brings', () => {
    const headers = { 'Tus-Resumable': '1.0.0', 'WWW-Authenticate': 'mine' };
    assert.deepEqual(refusalHeaders(new MadangError(requestErrors.unavailable, { headers, retryAfterSeconds: 1.2 })), {
      ...headers,
      'Retry-After': '2',
    });
    assert.equal(refusalHeaders(new MadangError(requestErrors.unauthenticated, { headers }))['WWW-Authenticate'], 'Bearer');
    assert.deepEqual(refusalHeaders(new MadangError(requestErrors.not_found)), {});
  });
});
