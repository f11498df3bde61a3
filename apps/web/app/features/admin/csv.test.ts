import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { csvOf } from './csv.ts';

describe('rows as CSV', () => {
  it('quotes what needs it and begins with the mark of UTF-8', () => {
    assert.equal(csvOf([['a', 'b,c', 'say "x"', null, 3]]), '\ufeffa,"b,c","say ""x""",,3\r\n');
    assert.equal(csvOf([['두\n줄'], ['x']]), '\ufeff"두\n줄"\r\nx\r\n');
  });
  it('keeps a name from becoming a formula, and a number a number', () => {
    assert.equal(csvOf([['=HYPERLINK("x")', '@me', '-1+1', -1]]), '\ufeff"\'=HYPERLINK(""x"")",\'@me,\'-1+1,-1\r\n');
  });
});
