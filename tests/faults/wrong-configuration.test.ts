import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type RedisServer, startRedis } from '@madang/cache/testing';
import { type TestDatabase, testDatabase } from '@madang/testing';
import { freePort, launchNode, NODE_SECRET, onDatabase, type SpawnOptions } from '../harness/spawn-node.ts';

interface Case {
  readonly name: string;
  readonly start: () => SpawnOptions | Promise<SpawnOptions>;
  /** What the sentence must say: what is wrong, and what to do. */
  readonly says: RegExp;
}

// Three at once: most of the time a start that fails is waiting for somebody who does not answer.
describe('a wrong configuration stops the start with one sentence', { concurrency: 3 }, () => {
  let database: TestDatabase;
  let redis: RedisServer;
  let busy: Server;
  let folder: string;
  const busyPort = (): number => {
    const address = busy.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'madang-wrong-'));
    await writeFile(path.join(folder, 'a-file'), 'not a folder');
    [database, redis] = await Promise.all([testDatabase(), startRedis()]);
    busy = createServer().listen(0, '127.0.0.1');
    await once(busy, 'listening');
  });
  after(async () => {
    busy?.close();
    await redis?.close();
    await database?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** The test's database with something about its address changed. */
  const altered = (change: (url: URL) => void): string => {
    const url = new URL(database.ownerUrl);
    change(url);
    return url.href;
  };
  const data = () => ['--no-demo', '--data', path.join(folder, 'data')];
  const outside = (url: string, rest: Record<string, string> = {}): SpawnOptions => ({
    args: data(),
    environment: { ...onDatabase(url), ...rest },
  });

  const cases: readonly Case[] = [
    { name: 'a busy port', start: () => ({ port: busyPort(), args: data() }), says: /port \d+ .*in use.*--port/ },
    { name: 'an address of another machine', start: () => ({ args: [...data(), '--host', '192.0.2.1'] }), says: /192\.0\.2\.1.*--host/ },
    { name: 'a file for a data folder', start: () => ({ args: ['--data', path.join(folder, 'a-file')] }), says: /a-file.*--data/ },
    {
      name: 'a data folder below a file',
      start: () => ({ args: ['--data', path.join(folder, 'a-file', 'data')] }),
      says: /a-file.*--data/,
    },
    { name: 'an unknown option', start: () => ({ args: ['--prot', '1'] }), says: /--prot.*--help/ },
    { name: 'an unknown role', start: () => ({ args: ['--roles', 'web,chef'] }), says: /"chef"/ },
    { name: 'DATABASE_URL of another program', start: () => outside('mysql://a:b@127.0.0.1/c'), says: /DATABASE_URL/ },
    { name: 'DATABASE_URL that is no address', start: () => outside('nonsense'), says: /DATABASE_URL/ },
    {
      name: 'a database where nobody listens',
      start: async () => {
        const port = await freePort();
        return outside(altered((url) => Object.assign(url, { port: String(port) })));
      },
      says: /DATABASE_URL/,
    },
    {
      name: 'a host that does not exist',
      start: () => outside(altered((url) => Object.assign(url, { hostname: 'nowhere.invalid' }))),
      says: /DATABASE_URL/,
    },
    {
      name: 'a wrong password',
      start: () => outside(altered((url) => Object.assign(url, { password: 'wrong' }))),
      says: /password.*DATABASE_URL|DATABASE_URL.*password/,
    },
    {
      name: 'a user that does not exist',
      start: () => outside(altered((url) => Object.assign(url, { username: 'nobody-here' }))),
      says: /DATABASE_URL/,
    },
    {
      name: 'a database that does not exist',
      start: () => outside(altered((url) => Object.assign(url, { pathname: '/no_such_database' }))),
      says: /DATABASE_URL/,
    },
    {
      name: 'a port that speaks another language',
      start: () => outside(altered((url) => Object.assign(url, { port: new URL(redis.url).port }))),
      says: /DATABASE_URL/,
    },
    {
      name: 'a database without a secret',
      start: () => ({ args: data(), environment: { DATABASE_URL: database.ownerUrl } }),
      says: /MADANG_SECRET/,
    },
    { name: 'a secret too short', start: () => outside(database.ownerUrl, { MADANG_SECRET: 'short' }), says: /MADANG_SECRET.*32/ },
    {
      name: 'a direct address alone',
      start: () => ({ args: data(), environment: { DATABASE_DIRECT_URL: database.ownerUrl } }),
      says: /without DATABASE_URL/,
    },
    { name: 'REDIS_URL that is no address', start: () => outside(database.ownerUrl, { REDIS_URL: '127.0.0.1:6379' }), says: /REDIS_URL/ },
    {
      name: 'a Redis where nobody listens',
      start: async () => outside(database.ownerUrl, { REDIS_URL: `redis://127.0.0.1:${await freePort()}` }),
      says: /Redis.*REDIS_URL/,
    },
    {
      name: 'a Redis password that is refused',
      start: () => outside(database.ownerUrl, { REDIS_URL: redis.url.replace('//', '//someone:else@') }),
      says: /Redis.*REDIS_URL/,
    },
    {
      name: 'a secret file that is damaged',
      start: async () => {
        const damaged = await mkdtemp(path.join(folder, 'damaged-'));
        await writeFile(path.join(damaged, 'secret'), 'half');
        return { args: ['--no-demo', '--data', damaged] };
      },
      says: /secret is damaged/,
    },
  ];

  for (const { name, start, says } of cases) {
    it(name, async () => {
      const node = await launchNode(await start());
      const { code, signal } = await node.ended;
      const complaint = node.stderr();
      assert.deepEqual({ code, signal }, { code: 1, signal: null }, complaint);
      assert.match(complaint, /^madang: [^\n]+\n$/, 'one line on stderr');
      assert.match(complaint, says);
      assert.doesNotMatch(complaint, /^\s+at |node:internal|Error:/m, 'no stack');
      assert.doesNotMatch(complaint, new RegExp(`${NODE_SECRET}|${new URL(database.ownerUrl).password}`), 'no secret');
      assert.doesNotMatch(node.stdout(), /ready at/);
    });
  }
});
