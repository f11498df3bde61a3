import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigurationError } from './config.ts';
import { databaseProblem } from './database-problem.ts';

const url = 'postgres://owner:s3cret@db.example:6543/city';
const withCode = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

describe('a database that does not answer', () => {
  const cases: readonly [name: string, error: Error, says: RegExp][] = [
    ['nobody listens', withCode('ECONNREFUSED'), /reached at db\.example:6543 \(ECONNREFUSED\).*DATABASE_URL/],
    ['the name is unknown, deep inside', new Error('unavailable', { cause: withCode('ENOTFOUND') }), /ENOTFOUND/],
    ['silence', new Error('timeout expired'), /does not answer as PostgreSQL/],
    ['it hangs up', new Error('Connection terminated unexpectedly'), /does not answer as PostgreSQL/],
  ];
  for (const [name, error, says] of cases) {
    it(`becomes one sentence: ${name}`, () => {
      const problem = databaseProblem(error, url);
      assert.ok(problem instanceof ConfigurationError);
      assert.match(problem.message, says);
      assert.doesNotMatch(problem.message, /s3cret|\n/);
      assert.equal(problem.cause, error);
    });
  }

  it('leaves a defect as it is', () => {
    const defect = new TypeError('undefined is not a function');
    assert.equal(databaseProblem(defect, url), defect);
  });
});
