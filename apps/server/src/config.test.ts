import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigurationError, readConfig } from './config.ts';

const secret = 'x'.repeat(32);

describe('configuration', () => {
  it('has working defaults on a laptop', () => {
    const config = readConfig([], {});
    assert.equal(config.port, 3000);
    assert.equal(config.database, null);
    assert.equal(config.demo, true);
    assert.deepEqual(config.roles, ['web', 'realtime', 'worker', 'media', 'control']);
  });

  it('lets flags win over the environment', () => {
    assert.equal(readConfig(['--port', '4100'], { PORT: '4000' }).port, 4100);
    assert.equal(readConfig([], { PORT: '4000' }).port, 4000);
    assert.equal(readConfig(['--no-demo'], {}).demo, false);
  });

  it('treats an empty variable as unset', () => {
    assert.equal(readConfig([], { DATABASE_URL: '' }).database, null);
  });

  it('takes a complete S3 store', () => {
    const { s3 } = readConfig([], { S3_BUCKET: 'madang', S3_ACCESS_KEY_ID: 'key', S3_SECRET_ACCESS_KEY: 'secret' });
    assert.equal(s3?.bucket, 'madang');
    assert.equal(readConfig([], {}).s3, null);
  });

  const refused: [name: string, args: string[], environment: Record<string, string>, says: RegExp][] = [
    ['a bad database URL', [], { DATABASE_URL: 'mysql://x/y', MADANG_SECRET: secret }, /DATABASE_URL must look like postgres:/],
    ['a database without a secret', [], { DATABASE_URL: 'postgres://a:b@127.0.0.1/c' }, /MADANG_SECRET is not/],
    ['a direct URL alone', [], { DATABASE_DIRECT_URL: 'postgres://a:b@127.0.0.1/c' }, /without DATABASE_URL/],
    ['a short secret', [], { MADANG_SECRET: 'short' }, /MADANG_SECRET must be at least 32/],
    ['S3 half set', [], { S3_BUCKET: 'madang' }, /S3 is half set/],
    ['a bad Redis URL', [], { REDIS_URL: 'localhost' }, /REDIS_URL must look like redis:/],
    ['a port that is none', ['--port', 'abc'], {}, /--port abc is not a port/],
    ['a bad PORT', [], { PORT: '99999' }, /PORT /],
    ['an unknown flag', ['--prot', '1'], {}, /--help/],
    ['an unknown role', ['--roles', 'web,chef'], {}, /does not know "chef"/],
  ];
  for (const [name, args, environment, says] of refused) {
    it(`stops with one sentence at ${name}`, () => {
      assert.throws(
        () => readConfig(args, environment),
        (error) => error instanceof ConfigurationError && says.test(error.message) && !error.message.includes('\n'),
      );
    });
  }
});
