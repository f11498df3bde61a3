import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RouteDefinition } from '@madang/kernel';
import { startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';
import { type Actor, everyKind } from './actors.ts';
import { type Asked, mayAsk, ROUTES } from './permission-table.ts';
import type { Ids } from './sample-values.ts';
import { codeOf, everyIdOf, isUnsafe, methodOf, parametersOf, pathFor, routesOf, send } from './walk.ts';
import { belongingsOf, peopleOf } from './zone-fixtures.ts';
import { BehindTheScenes } from './zone-rows.ts';

const HERE = 'talk';
const THERE = 'univprep';
/** Stands in everything the other zone has; no answer of this zone may hold it. */
const MARKER = 'yonder7f3a';

interface Side {
  readonly actors: readonly Actor[];
  readonly ids: Ids;
}

describe('another zone, by every route', () => {
  let madang: TestMadang;
  let here: Side;
  let there: Side;
  let scenes: BehindTheScenes;

  async function side(zoneId: string, marker: string): Promise<Side> {
    const people = await peopleOf(madang, zoneId, marker);
    const actors = await everyKind(madang, zoneId, people.organizationId as string);
    return { actors, ids: await belongingsOf(madang, zoneId, (actors[1] as Actor).signedIn, people, marker) };
  }

  before(async () => {
    madang = await startTestMadang({ everyFeature: true, args: ['--roles', 'web'] });
    here = await side(HERE, 'hither');
    there = await side(THERE, MARKER);
    scenes = await BehindTheScenes.open(madang);
  });
  after(async () => {
    await scenes?.close();
    await madang.close();
  });

  for (const [from, host] of [
    [THERE, HERE],
    [HERE, THERE],
  ] as const) {
    it(`a token of ${from} is refused on the host of ${host} by every route, for every role`, async () => {
      const guest = from === HERE ? here : there;
      const home = from === HERE ? there : here;
      for (const route of routesOf(madang)) {
        for (const actor of guest.actors) {
          const answer = await send(madang, route, { zoneId: host, token: actor.token, ids: home.ids });
          // a HEAD has no body to say why
          const why = methodOf(route) === 'HEAD' ? 'request.wrong_zone' : codeOf(answer);
          assert.equal(`${answer.status} ${why}`, '403 request.wrong_zone', `${route.key} as ${actor.kind.name}`);
        }
      }
    });
  }

  it('a session cookie of another zone makes nobody of anyone', async () => {
    const stranger = there.actors[1] as Actor;
    const cookie = [...stranger.signedIn.client.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    assert.match(cookie, /madang=/);
    for (const route of routesOf(madang)) {
      if (ROUTES[route.key] === 'public') continue;
      const answer = await send(madang, route, { zoneId: HERE, ids: here.ids, headers: { cookie } });
      assert.equal(`${answer.status} ${codeOf(answer)}`, '401 request.unauthenticated', route.key);
    }
    const refreshed = await madang.client(HERE).ask('/api/v1/auth/refresh', { method: 'POST', headers: { cookie } });
    assert.equal(refreshed.status, 401);
  });

  it('ids of another zone are of nothing here: 404, not a word of it, and not a row of it moves', async () => {
    const before = await scenes.settledFingerprint(THERE);
    const faults: string[] = [];
    for (const route of routesOf(madang)) {
      for (const actor of here.actors) {
        if (!mayAsk(ROUTES[route.key] as Asked, actor.kind.role, actor.kind.capabilities)) continue;
        for (const { what, ids, request, ruled } of foreignRequests(route)) {
          const answer = await send(madang, route, { zoneId: HERE, token: actor.token, ids, ...(request && { request }) });
          const said = `${route.key} as ${actor.kind.name} with ${what}: ${answer.status} ${answer.text.slice(0, 160)}`;
          if (answer.text.includes(MARKER) || JSON.stringify(answer.headers).includes(MARKER)) faults.push(`tells of it: ${said}`);
          if (answer.status >= 500) faults.push(said);
          if (ruled && answer.status !== 404) faults.push(`is not 404: ${said}`);
          if (isUnsafe(route)) await actor.renew();
        }
      }
    }
    assert.deepEqual(faults, []);
    const owner = there.actors[1] as Actor;
    for (const path of [`/api/v1/rooms/${there.ids.roomId}`, `/api/v1/files/${there.ids.fileId}`]) {
      const answer = await madang.client(THERE).ask(path, { token: owner.token });
      assert.ok(answer.status === 200 && answer.text.includes(MARKER), `its owner reads ${path}, and finds the marker`);
    }
    assert.deepEqual(await scenes.settledFingerprint(THERE), before, 'rows of the other zone');
  });

  /** Requests that name things of the other zone: in the whole path, in each single parameter, in each member of the body. */
  function foreignRequests(route: RouteDefinition): { what: string; ids: Ids; request?: { body: unknown }; ruled: boolean }[] {
    // words, and no things of any zone
    const parameters = parametersOf(route).filter((name) => !['reaction', 'kind', 'language'].includes(name));
    const requests: { what: string; ids: Ids; request?: { body: unknown }; ruled: boolean }[] = [];
    if (parameters.length > 0) requests.push({ what: 'a path of the other zone', ids: there.ids, ruled: true });
    if (parameters.length > 1) {
      for (const name of parameters) {
        // taking away what is not there may be fine; it must only be without effect
        const ids = { ...here.ids, [name]: there.ids[name] as string };
        requests.push({ what: `:${name} of the other zone`, ids, ruled: !isUnsafe(route) });
      }
    }
    if (route.spec.body !== undefined) {
      requests.push({ what: 'a body of the other zone', ids: here.ids, request: { body: everyIdOf(route, there.ids) }, ruled: false });
    }
    if (route.spec.query !== undefined)
      requests.push({ what: 'its words in the query', ids: { ...here.ids, marker: MARKER }, ruled: false });
    return requests;
  }

  it('only the portal opens a door, with a reason that both zones keep; what comes through is for that zone alone', async () => {
    const operator = await madang.account('dreamseed', 'student', { capabilities: ['operator'] });
    const entering = await madang.client('dreamseed').ask('/api/v1/auth/enter', {
      token: operator.token,
      body: { zoneId: THERE, reason: 'a look at the limits' },
    });
    assert.equal(entering.status, 200, entering.text);
    const { code } = entering.json<{ code: string }>();
    assert.notEqual((await madang.client(HERE).ask('/api/v1/auth/exchange', { body: { code } })).status, 200, 'the code is for one zone');
    const inside = await madang.client(THERE).ask('/api/v1/auth/exchange', { body: { code } });
    assert.equal(inside.status, 200, inside.text);
    const { accessToken } = inside.json<{ accessToken: string }>();
    assert.equal((await madang.client(THERE).ask('/api/v1/auth/exchange', { body: { code } })).status, 410, 'a code works once');
    const seen = await madang.client(THERE).ask('/api/v1/admin/zones', { token: accessToken });
    assert.equal(seen.status, 200, seen.text);
    for (const zone of [HERE, 'dreamseed']) {
      assert.equal(codeOf(await madang.client(zone).ask('/api/v1/users/me', { token: accessToken })), 'request.wrong_zone');
    }
    for (const zone of [THERE, 'dreamseed']) {
      const rows = await scenes.rows<{ details: { reason?: string } }>(
        "select details from audit.logs where zone_id = $1 and action = 'zone_entered'",
        zone,
      );
      assert.ok(
        rows.some((row) => row.details.reason === 'a look at the limits'),
        zone,
      );
    }
  });

  it('refusals of a foreign token are in the audit log of the zone that refused', async () => {
    const stranger = await madang.guest(THERE);
    const path = pathFor(routesOf(madang).find((route) => route.key === 'GET /api/v1/rooms') as RouteDefinition, here.ids);
    await madang.client(HERE).ask(path, { token: stranger.token, headers: { 'x-forwarded-for': '198.51.100.77' } });
    let found: { action: string }[] = [];
    for (let tries = 0; tries < 50 && found.length === 0; tries++) {
      found = await scenes.rows(
        "select action from audit.logs where zone_id = $1 and ip = '198.51.100.77' and details->>'code' = $2",
        HERE,
        'request.wrong_zone',
      );
      if (found.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.deepEqual(
      found.map((row) => row.action),
      ['permission_denied'],
    );
  });
});
