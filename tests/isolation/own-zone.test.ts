import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RouteDefinition } from '@madang/kernel';
import type { Answer } from '../harness/http-client.ts';
import { startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';
import { type Actor, everyKind } from './actors.ts';
import { type Asked, mayAsk, NARROWED, NEEDS_PROOF, ROUTES } from './permission-table.ts';
import type { Ids } from './sample-values.ts';
import { codeOf, isUnsafe, methodOf, pathFor, routesOf, send } from './walk.ts';
import { belongingsOf, peopleOf } from './zone-fixtures.ts';

const ZONE = 'talk';

describe('every route in its own zone', () => {
  let madang: TestMadang;
  let people: Ids;
  let actors: Actor[];
  let shared: Ids;
  const rowOf = (route: RouteDefinition): Asked => {
    const row = ROUTES[route.key];
    assert.ok(row, `${route.key} has no row in permission-table.ts`);
    return row;
  };

  before(async () => {
    madang = await startTestMadang({ everyFeature: true, args: ['--roles', 'web'] });
    people = await peopleOf(madang, ZONE, 'own');
    actors = await everyKind(madang, ZONE, people.organizationId as string);
    shared = await belongingsOf(madang, ZONE, (actors[1] as Actor).signedIn, people, 'shared');
  });
  after(() => madang.close());

  it('no one is asked to sign in, before anything else is looked at', async () => {
    for (const route of routesOf(madang)) {
      if (rowOf(route) === 'public') continue;
      const requests = [undefined, { raw: '{"broken":', headers: { 'content-type': 'application/json' } }, { body: { odd: [null] } }, {}];
      for (const request of requests) {
        const answer = await send(madang, route, { zoneId: ZONE, ids: shared, ...(request !== undefined && { request }) });
        assert.equal(`${answer.status} ${codeOf(answer)}`, '401 request.unauthenticated', route.key);
        assert.equal(answer.headers['www-authenticate'], 'Bearer', route.key);
      }
      const odd = await send(madang, route, { zoneId: ZONE, ids: shared, token: 'not.a.token' });
      assert.equal(`${odd.status} ${codeOf(odd)}`, '401 request.unauthenticated', `${route.key} with a broken token`);
    }
  });

  it('who lacks the permission is refused, before the body is looked at', async () => {
    let refused = 0;
    for (const route of routesOf(madang)) {
      for (const actor of actors) {
        if (mayAsk(rowOf(route), actor.kind.role, actor.kind.capabilities)) continue;
        const broken = { raw: '{"broken":', headers: { 'content-type': 'application/json' } };
        for (const request of [undefined, ...(isUnsafe(route) ? [broken, {}] : [])]) {
          const answer = await send(madang, route, {
            zoneId: ZONE,
            token: actor.token,
            ids: shared,
            ...(request !== undefined && { request }),
          });
          assert.equal(`${answer.status} ${codeOf(answer)}`, '403 request.forbidden', `${route.key} as ${actor.kind.name}`);
          refused += 1;
        }
      }
    }
    assert.ok(refused > 200, `${refused} refusals`);
  });

  it('who holds it is let in, on what they own', async () => {
    const served = new Set<string>();
    const faults: string[] = [];
    const held = new Map<string, Ids>();
    const zone = await madang.zone(ZONE);
    for (const route of routesOf(madang)) {
      const row = rowOf(route);
      for (const actor of actors) {
        if (!mayAsk(row, actor.kind.role, actor.kind.capabilities)) continue;
        const known = held.get(actor.id);
        // what a request changes, the next one finds as it was
        const own =
          known !== undefined && !isUnsafe(route) ? known : await belongingsOf(madang, ZONE, actor.signedIn, people, 'own', known);
        held.set(actor.id, own);
        const emptied = await madang.running.house.identity.seedOrganization(zone, `Empty ${Math.random()}`);
        const ids = { ...own, emptyOrganizationId: emptied.id, sessionId: actor.principal.sessionId };
        const answer = await send(madang, route, { zoneId: ZONE, token: actor.token, ids });
        const fault = faultOf(route, actor, answer);
        if (fault !== undefined) faults.push(fault);
        if (answer.status < 300) served.add(route.key);
        await actor.renew();
      }
      if (row === 'public') {
        const answer = await send(madang, route, { zoneId: ZONE, ids: shared });
        assert.ok(answer.status < 500 && codeOf(answer) !== 'request.unauthenticated', `${route.key} as no one: ${answer.status}`);
        if (answer.status < 300) served.add(route.key);
      }
    }
    assert.deepEqual(faults, []);
    const silent = routesOf(madang)
      .map((route) => route.key as string)
      .filter((key) => !served.has(key))
      .sort();
    assert.deepEqual(silent, Object.keys(NEEDS_PROOF).sort(), 'routes that served nobody');
  });

  /** What is wrong with an answer to somebody who may ask; undefined where nothing is. */
  function faultOf(route: RouteDefinition, actor: Actor, answer: Answer): string | undefined {
    const code = codeOf(answer);
    const narrowed = answer.status === 403 && NARROWED[route.key]?.codes.includes(code);
    const byPolicy = ['request.unauthenticated', 'request.forbidden', 'request.invalid'].includes(code);
    if (answer.status < 500 && !byPolicy && (answer.status !== 403 || narrowed)) return undefined;
    return `${route.key} as ${actor.kind.name}: ${answer.status} ${answer.text.slice(0, 200)}`;
  }

  it('an unknown method of a known path is 405 with what it takes, and an unknown path is 404', async () => {
    const paths = new Set(routesOf(madang).map((route) => pathFor(route, shared).split('?')[0] as string));
    for (const path of paths) {
      const known = routesOf(madang).filter((route) => (pathFor(route, shared).split('?')[0] as string) === path);
      const methods = known.map(methodOf);
      const other = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].find((method) => !methods.includes(method));
      if (other === undefined) continue;
      const answer = await madang.client(ZONE).ask(path, { method: other });
      assert.equal(`${answer.status} ${codeOf(answer)}`, '405 request.method_not_allowed', `${other} ${path}`);
      for (const method of methods) assert.match(String(answer.headers.allow), new RegExp(`\\b${method}\\b`), path);
    }
    const unknown = await madang.client(ZONE).ask('/api/v1/nowhere');
    assert.equal(`${unknown.status} ${codeOf(unknown)}`, '404 request.not_found');
  });
});
