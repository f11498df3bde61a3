import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type SignedIn, startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';
import { ROUTES } from './permission-table.ts';
import type { Ids } from './sample-values.ts';
import { codeOf, isUnsafe, routesOf, send } from './walk.ts';
import { belongingsOf, peopleOf } from './zone-fixtures.ts';

const ZONE = 'talk';
const OWN = 'http://talk.localhost:3000';
const FOREIGN = [
  'https://evil.example',
  'http://univprep.localhost:3000',
  'http://talk.localhost:3001',
  'http://talk.localhost',
  'https://talk.localhost:3000',
  'http://talk.localhost.evil.example:3000',
  'http://eviltalk.localhost:3000',
  'http://localhost:3000',
  'null',
];

describe('changes with a cookie, and where they come from', () => {
  let madang: TestMadang;
  let person: SignedIn;
  let ids: Ids;
  const jar = () => [...person.client.cookies].map(([name, value]) => `${name}=${value}`).join('; ');

  before(async () => {
    madang = await startTestMadang({ everyFeature: true, args: ['--roles', 'web'], environment: { MADANG_PUBLIC_PORT: '3000' } });
    person = await madang.account(ZONE, 'student');
    ids = await belongingsOf(madang, ZONE, person, await peopleOf(madang, ZONE, 'own'), 'own');
  });
  after(() => madang.close());

  it('a foreign page changes nothing by any route, though the browser sends the cookie', async () => {
    for (const route of routesOf(madang).filter(isUnsafe)) {
      for (const origin of FOREIGN) {
        for (const token of [undefined, person.token]) {
          const answer = await send(madang, route, { zoneId: ZONE, token, ids, headers: { cookie: jar(), origin } });
          assert.equal(`${answer.status} ${codeOf(answer)}`, '403 request.wrong_origin', `${route.key} from ${origin}`);
          assert.equal(answer.headers['access-control-allow-origin'], undefined);
        }
      }
    }
    assert.equal((await person.client.ask('/api/v1/users/me', { token: person.token })).status, 200, 'still signed in');
  });

  it('outside of signing in, a cookie alone changes nothing from the own page either', async () => {
    for (const route of routesOf(madang).filter(isUnsafe)) {
      if (ROUTES[route.key] === 'public') continue;
      for (const headers of [{ cookie: jar(), origin: OWN }, { cookie: jar() }] as Record<string, string>[]) {
        const answer = await send(madang, route, { zoneId: ZONE, ids, headers });
        assert.equal(`${answer.status} ${codeOf(answer)}`, '401 request.unauthenticated', route.key);
      }
    }
  });

  it('reading with the cookie is reading as the person', async () => {
    const me = await madang.client(ZONE).ask('/api/v1/users/me', { headers: { cookie: jar() } });
    assert.equal(me.json().id, person.id);
  });

  it('signing in, renewing and out check where they come from even without a cookie; programs send no Origin', async () => {
    for (const route of routesOf(madang).filter((each) => each.key.startsWith('POST /api/v1/auth/') && ROUTES[each.key] === 'public')) {
      const foreign = await send(madang, route, { zoneId: ZONE, ids, headers: { origin: 'https://evil.example' } });
      assert.equal(codeOf(foreign), 'request.wrong_origin', route.key);
      for (const headers of [{}, { origin: OWN }, { origin: 'http://www.talk.localhost:3000' }] as Record<string, string>[]) {
        const answer = await send(madang, route, { zoneId: ZONE, ids, headers });
        assert.notEqual(codeOf(answer), 'request.wrong_origin', `${route.key} ${JSON.stringify(headers)}`);
      }
    }
  });

  it('a token without a cookie may be used by any page that was given it: it is no one else who sends it', async () => {
    const answer = await madang.client(ZONE).ask('/api/v1/users/me', {
      method: 'PATCH',
      token: person.token,
      body: { name: 'From afar' },
      headers: { origin: 'https://evil.example' },
    });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['access-control-allow-origin'], undefined, 'but the page may not read the answer');
  });
});
