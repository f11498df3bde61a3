import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Permission, Policy } from '@madang/kernel';
import { startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';
import { type Actor, everyKind } from './actors.ts';
import { type Asked, everyHolder, expectedScope, JOBS, NOT_BUILT, ROUTES, rowsOf, SOCKETS } from './permission-table.ts';
import { routesOf } from './walk.ts';

const askedOf = (policy: Policy): Asked | 'system' =>
  policy.kind === 'permission' ? { permission: policy.permission, scope: policy.scope } : policy.kind;

describe('the table of permissions and the program agree', () => {
  let madang: TestMadang;
  let people: Actor[];
  before(async () => {
    madang = await startTestMadang({ everyFeature: true, args: ['--roles', 'web'] });
    const org = await madang.running.house.identity.seedOrganization(await madang.zone('univprep'), 'Own');
    people = await everyKind(madang, 'univprep', org.id);
  });
  after(() => madang.close());

  it('every route asks what its row says, and every row has its route', () => {
    const routes = new Map(routesOf(madang).map((route) => [route.key as string, askedOf(route.policy)]));
    assert.deepEqual(
      Object.fromEntries([...routes].sort()),
      Object.fromEntries(Object.entries(ROUTES).sort(([a], [b]) => (a < b ? -1 : 1))),
    );
  });

  it('every namespace, socket event and job asks what its row says', () => {
    const { modules } = madang.running.house;
    const sockets = modules.flatMap((module) => module.sockets ?? []);
    const asked = Object.fromEntries(
      sockets.map((namespace) => [
        namespace.name,
        {
          connect: askedOf(namespace.policy),
          events: Object.fromEntries(Object.entries(namespace.events).map(([name, event]) => [name, askedOf(event.policy)])),
        },
      ]),
    );
    assert.deepEqual(asked, SOCKETS);
    const jobs = modules.flatMap((module) => module.jobs ?? []);
    assert.deepEqual(jobs.map((job) => job.definition.name).sort(), [...JOBS].sort());
    for (const { definition } of jobs) assert.equal(definition.policy.kind, 'system', definition.name);
  });

  it('whatever is open to everyone or to every person says why', () => {
    const { modules } = madang.running.house;
    const policies: [string, Policy][] = [
      ...routesOf(madang).map((route): [string, Policy] => [route.key, route.policy]),
      ...modules.flatMap((module) => (module.sockets ?? []).map((namespace): [string, Policy] => [namespace.name, namespace.policy])),
      ...modules.flatMap((module) => (module.jobs ?? []).map((job): [string, Policy] => [job.definition.name, job.definition.policy])),
    ];
    for (const [what, policy] of policies) {
      if (policy.kind !== 'permission') assert.ok(policy.reason.trim().length > 8, `${what} gives no reason`);
    }
  });

  it('each role holds each permission exactly as wide as the table says', () => {
    const granted = madang.running.house.modules.flatMap((module) => Object.values(module.grants ?? {}).flat());
    const asked = Object.values(ROUTES).flatMap((row) => (typeof row === 'object' ? [row.permission] : []));
    const written = everyHolder.flatMap(rowsOf).map((row) => row.grant);
    const permissions = new Set(
      [...granted.map((row) => row.permission), ...asked, ...written]
        .filter((grant) => grant !== '*')
        // a wildcard is tried with an action nobody named, too
        .flatMap((grant) => (grant.endsWith(':*') ? [grant.replace('*', 'read'), grant.replace('*', 'anything')] : [grant])),
    );
    let compared = 0;
    for (const permission of permissions) {
      const notBuilt = NOT_BUILT.includes(permission.split(':')[0] as string);
      for (const { kind, principal } of people) {
        const held = principal.scopeOf(permission as Permission);
        if (notBuilt && kind.role !== 'super_admin') {
          assert.equal(held, undefined, `${kind.name} holds ${permission}: its module is built, take it off NOT_BUILT`);
          continue;
        }
        assert.equal(held, expectedScope(kind.role, kind.capabilities, permission as Permission), `${kind.name} holds ${permission}`);
        compared += 1;
      }
    }
    assert.ok(compared > 200, 'the comparison covers the table');
  });

  it('what pages are told of permissions is what the table says', async () => {
    for (const { kind, signedIn } of people) {
      const { permissions } = (await signedIn.client.ask('/api/v1/users/me', { token: signedIn.token })).json<{ permissions: string[] }>();
      for (const grant of permissions) {
        const probe = (grant === '*' ? 'any:thing' : grant.replace('*', 'anything')) as Permission;
        assert.notEqual(expectedScope(kind.role, kind.capabilities, probe), undefined, `${kind.name} is told of ${grant}`);
      }
    }
  });
});
