import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RouteDefinition } from '@madang/kernel';
import type { Answer } from '../harness/http-client.ts';
import { type SignedIn, startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';
import { fullSampleFor, type Ids } from '../isolation/sample-values.ts';
import { codeOf, methodOf, parametersOf, pathFor, routesOf, someAddress } from '../isolation/walk.ts';
import { belongingsOf, peopleOf } from '../isolation/zone-fixtures.ts';

const ZONE = 'talk';
const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

/** Values nobody means: wrong kinds, ends of ranges, text that breaks parsers, shapes that break programs. */
const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  -1e308,
  Number.MAX_SAFE_INTEGER + 2,
  '',
  ' ',
  'x'.repeat(70_000),
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff\ud800',
  '\u202e\u200f\ufeff',
  '👩‍👩‍👧‍👦'.repeat(20),
  'e\u0301'.repeat(40),
  "'; drop table chat.rooms; --",
  '%s%n{{7*7}}',
  '<script>alert(1)</script>',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  '-0',
  '1e9999',
  '0x10',
  'NaN',
  '9999-99-99T99:99:99Z',
  '+275760-09-13T00:00:00.001Z',
  '-000001-01-01T00:00:00Z',
  '٣',
  [],
  [null],
  [[[]]],
  deep(200),
  Array.from({ length: 2_000 }, (_, n) => n),
  {},
  { length: -1 },
  JSON.parse('{"__proto__": {"admin": true}}'),
  JSON.parse('{"constructor": {"prototype": {"admin": true}}}'),
  JSON.parse('{"toString": "x", "valueOf": 1, "then": "y", "toJSON": "z"}'),
];
/** Written into paths and queries as they stand. */
const ODD_TEXT: readonly string[] = [
  ...ODD_VALUES.filter((value) => typeof value === 'string' && value.length < 3_000 && (value as string).isWellFormed()).map((value) =>
    encodeURIComponent(value as string),
  ),
  'x'.repeat(1_900),
  'x'.repeat(2_100),
  '%',
  '%zz',
  '%00',
  '%c0%af',
  '%ff%fe',
  '%ed%a0%80',
  '..%2f..%2f',
  '.',
  '..',
  ';x=1',
  'a%2Fb',
];
const ODD_HEADERS: readonly Record<string, string>[] = [
  { authorization: 'Bearer' },
  { authorization: 'Bearer ' },
  { authorization: `Bearer ${'a'.repeat(9_000)}` },
  { authorization: 'Basic dTpw' },
  { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' },
  { authorization: 'Bearer eyJhbGciOiJFZERTQSIsImtpZCI6Il9fcHJvdG9fXyJ9.e30.AA' },
  { cookie: 'madang' },
  { cookie: 'madang=' },
  { cookie: `madang=${'x'.repeat(5_000)}; __proto__=1; madang_locale=xx` },
  { cookie: 'madang=%00; madang=%zz; ;;;==' },
  { 'accept-language': ',,;q=;ko-;q=9,*' },
  { 'accept-language': 'x'.repeat(4_000) },
  { 'x-forwarded-for': ',,,' },
  { 'x-forwarded-for': '999.1.1.1, [::1, ::ffff:1.2.3.4%eth0' },
  { 'x-forwarded-proto': 'gopher' },
  { 'x-forwarded-host': 'evil.example' },
  { 'x-request-id': '<'.repeat(500) },
  { origin: 'http://[' },
  { range: 'bytes=9-1,-,x' },
  { range: `bytes=${'0-1,'.repeat(500)}` },
  { 'if-none-match': '"'.repeat(500) },
  { 'content-type': 'application/json; charset=utf-7' },
  { 'content-type': 'multipart/form-data' },
  { 'accept-encoding': 'br;q=x, gzip;q=-1' },
  { expect: '100-continue' },
];

describe('bad input', () => {
  let madang: TestMadang;
  let everyone: SignedIn[];
  let ids: Ids;
  let asked = 0;

  before(async () => {
    madang = await startTestMadang({ everyFeature: true, args: ['--roles', 'web,realtime'] });
    const owner = await madang.account(ZONE, 'super_admin', { capabilities: ['operator'] });
    ids = await belongingsOf(madang, ZONE, owner, await peopleOf(madang, ZONE, 'fuzz'), 'fuzz');
    everyone = [owner, await madang.guest(ZONE)];
  });
  after(() => madang.close());

  /** Zone settings last: an odd value that is taken may switch something off. */
  const routes = () => [...routesOf(madang)].sort((a, b) => Number(a.key.includes('admin/zone')) - Number(b.key.includes('admin/zone')));
  const send = async (
    who: SignedIn,
    route: RouteDefinition,
    path: string,
    ask: { body?: unknown; raw?: string; headers?: Record<string, string> },
  ) => {
    asked += 1;
    const headers = {
      'x-forwarded-for': someAddress(),
      ...(ask.raw !== undefined && { 'content-type': 'application/json' }),
      ...ask.headers,
    };
    return await madang.client(ZONE).ask(path, { method: methodOf(route), token: who.token, ...ask, headers });
  };
  const check = (answer: Answer, what: string) => {
    assert.ok(answer.status < 500 && answer.status >= 100, `${what}: ${answer.status} ${answer.text.slice(0, 300)}`);
    // an answer to HEAD has no body to tell it with
    if (answer.status >= 400 && answer.status !== 416 && !what.startsWith('HEAD '))
      assert.notEqual(codeOf(answer), '', `${what}: ${answer.status} is told as a problem`);
  };
  const shown = (value: unknown) => (JSON.stringify(value) ?? 'undefined').slice(0, 80);

  it('odd members of bodies never give 5xx, by any route', async () => {
    for (const route of routes()) {
      if (route.spec.body === undefined || route.key.includes('/auth/logout')) continue;
      const good = fullSampleFor(route.spec.body, ids, route.key) as Record<string, unknown>;
      const path = pathFor(route, ids);
      const bodies: unknown[] = [
        ...Object.keys(good).flatMap((name) => ODD_VALUES.map((value) => ({ ...good, [name]: value }))),
        ...ODD_VALUES,
        ...Object.keys(good).map((name) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name))),
        { ...good, unknown: 1 },
      ];
      // routes that hash a password where the rest is good cost a tenth of a second each: those say less
      for (const body of bodies) check(await send(everyone[0] as SignedIn, route, path, { body }), `${route.key} ${shown(body)}`);
    }
    assert.ok(asked > 1_000, `${asked} requests`);
  });

  it('odd paths and queries never do', async () => {
    for (const route of routes()) {
      const path = pathFor(route, ids);
      for (const name of parametersOf(route)) {
        for (const odd of ODD_TEXT) {
          const pattern = route.key.slice(route.key.indexOf(' ') + 1).replace(`:${name}`, () => odd);
          const changed = pattern.replaceAll(/:(\w+)/g, (_, each: string) => encodeURIComponent(ids[each] ?? 'x'));
          for (const who of everyone)
            check(
              await send(who, route, changed, route.spec.body === undefined ? {} : { body: {} }),
              `${route.key} :${name}=${odd.slice(0, 60)}`,
            );
        }
      }
      if (route.spec.query === undefined) continue;
      for (const name of Object.keys(route.spec.query.shape)) {
        for (const odd of [...ODD_TEXT, 'a&', '', `x&${name}=y`, `x&${name}[]=y`, `x&${name}[__proto__]=y`]) {
          const answer = await send(everyone[0] as SignedIn, route, `${path.split('?')[0]}?${path.split('?')[1] ?? ''}&${name}=${odd}`, {});
          check(answer, `${route.key} ?${name}=${odd.slice(0, 60)}`);
        }
      }
    }
  });

  it('odd bytes in place of JSON never do', async () => {
    const raws = [
      '',
      '{',
      '[',
      '"',
      '\u0000',
      '{"a":1,}',
      '{"a":1}{"b":2}',
      `${'['.repeat(50_000)}`,
      '{"a":"\\ud800"}',
      '\ufeff{}',
      'undefined',
      '-',
      '1e',
      `{"a":${'9'.repeat(400)}}`,
    ];
    for (const route of routes()) {
      if (route.spec.body === undefined) continue;
      for (const raw of raws)
        check(await send(everyone[0] as SignedIn, route, pathFor(route, ids), { raw }), `${route.key} ${raw.slice(0, 40)}`);
    }
  });

  it('odd forms never do', async () => {
    const boundary = 'x';
    const part = (head: string, body: string) => `--${boundary}\r\n${head}\r\n\r\n${body}\r\n`;
    const forms = [
      '',
      '--x--',
      '--x',
      part('Content-Disposition: form-data', 'x'),
      part('Content-Disposition: form-data; name="file"; filename=""', ''),
      `${part('Content-Disposition: form-data; name="file"; filename="a"', 'x')}${part('Content-Disposition: form-data; name="file"; filename="b"', 'y')}--x--\r\n`,
      `${part('Content-Disposition: form-data; name="file"; filename="../../../etc/passwd\u0000"', 'x')}--x--\r\n`,
      `${part(`Content-Disposition: form-data; name="file"; filename="${'n'.repeat(8_000)}"`, 'x')}--x--\r\n`,
      part('Content-Disposition: form-data; name="file"; filename="cut"', 'never ends').slice(0, -2),
    ];
    for (const route of routes().filter((each) => each.limits.body === 'stream')) {
      for (const raw of forms) {
        for (const type of [
          'multipart/form-data; boundary=x',
          'multipart/form-data',
          'multipart/form-data; boundary=',
          'multipart/form-data; boundary="x',
          'text/plain',
        ]) {
          check(
            await send(everyone[0] as SignedIn, route, pathFor(route, ids), { raw, headers: { 'content-type': type } }),
            `${route.key} ${type} ${raw.slice(0, 60)}`,
          );
        }
      }
    }
  });

  it('odd headers never do', async () => {
    for (const route of routes()) {
      for (const headers of ODD_HEADERS) {
        if ('expect' in headers && methodOf(route) !== 'GET') continue;
        const answer = await madang
          .client(ZONE)
          .ask(pathFor(route, ids), { method: methodOf(route), headers: { 'x-forwarded-for': someAddress(), ...headers } });
        check(answer, `${route.key} ${JSON.stringify(headers).slice(0, 80)}`);
      }
    }
  });

  it('odd socket payloads are refused by name, and the socket stays', async () => {
    for (const namespace of madang.running.house.modules.flatMap((module) => module.sockets ?? [])) {
      const socket = await madang.socket(ZONE, (everyone[1] as SignedIn).token, namespace.name);
      for (const [name, event] of Object.entries(namespace.events)) {
        const good = fullSampleFor(event.payload, ids, name) as Record<string, unknown>;
        const payloads = [...ODD_VALUES, ...Object.keys(good).flatMap((key) => ODD_VALUES.map((value) => ({ ...good, [key]: value })))];
        for (const payload of payloads) {
          if ((JSON.stringify(payload)?.length ?? 0) > 60_000) continue; // larger than a frame may be: the connection’s own limit
          const ack = (await socket.timeout(10_000).emitWithAck(name, payload)) as { ok: boolean; error?: { code: string } };
          assert.notEqual(ack.error?.code, 'request.internal', `${name} ${shown(payload)}`);
          if (ack.error?.code === 'request.rate_limited') await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
      assert.ok(socket.connected, namespace.name);
      socket.close();
    }
  });

  it('and afterwards the house stands: its people, its rooms, its database', async () => {
    for (const { client, token } of everyone) {
      assert.equal((await client.ask('/api/v1/users/me', { token })).status, 200, 'who asked all this is still signed in');
    }
    const guest = await madang.guest('univprep');
    assert.equal((await guest.client.ask('/api/v1/rooms', { token: guest.token })).status, 200);
    assert.equal((await madang.client('').ask('/ready')).status, 200);
    assert.equal((Object.prototype as { admin?: unknown }).admin, undefined);
  });
});
