import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';
import { type Actor, everyKind } from './actors.ts';
import { type Asked, expectedScope, mayAsk, ROUTES } from './permission-table.ts';
import type { Ids } from './sample-values.ts';
import { codeOf, isUnsafe, parametersOf, routesOf, send } from './walk.ts';
import { belongingsOf, peopleOf } from './zone-fixtures.ts';
import { BehindTheScenes } from './zone-rows.ts';

const ZONE = 'talk';
const MARKER = 'stranger5b1e';
/** Everything that is not a person's own and not public to the zone. */
const PRIVATE = /\/(rooms|messages|files|invitations|sessions)\//;

describe('what belongs to others in the same zone', () => {
  let madang: TestMadang;
  let actors: Actor[];
  let theirs: Ids;
  let scenes: BehindTheScenes;
  const byName = (name: string) => actors.find((actor) => actor.kind.name === name) as Actor;

  before(async () => {
    madang = await startTestMadang({ everyFeature: true, args: ['--roles', 'web'] });
    const own = await peopleOf(madang, ZONE, 'own');
    actors = await everyKind(madang, ZONE, own.organizationId as string);
    const owner = await madang.account(ZONE, 'student');
    theirs = await belongingsOf(madang, ZONE, owner, await peopleOf(madang, ZONE, MARKER), MARKER);
    // the link is an open door for whoever holds it; what is walked here is without
    theirs = { ...theirs, token: `${theirs.token}x` };
    scenes = await BehindTheScenes.open(madang);
  });
  after(async () => {
    await scenes?.close();
    await madang.close();
  });

  it('a private room, what was said in it, its files and sessions do not exist for who is not in it', async () => {
    const faults: string[] = [];
    const before = await roomRows();
    for (const route of routesOf(madang)) {
      if (!PRIVATE.test(route.key) || parametersOf(route).length === 0) continue;
      for (const actor of actors) {
        const { role, capabilities } = actor.kind;
        if (expectedScope(role, capabilities, 'room:read') === 'zone') continue;
        if (!mayAsk(ROUTES[route.key] as Asked, role, capabilities)) continue;
        const answer = await send(madang, route, { zoneId: ZONE, token: actor.token, ids: theirs });
        if (answer.status !== 404 || answer.text.includes(MARKER)) {
          faults.push(`${route.key} as ${actor.kind.name}: ${answer.status} ${answer.text.slice(0, 160)}`);
        }
      }
    }
    assert.deepEqual(faults, []);
    assert.deepEqual(await roomRows(), before);
  });

  it('neither lists nor search tell of it', async () => {
    const paths = [
      '/api/v1/rooms',
      '/api/v1/rooms?scope=public',
      '/api/v1/rooms?scope=mine',
      '/api/v1/invitations',
      `/api/v1/messages/search?q=${MARKER}`,
    ];
    for (const actor of actors.filter(({ kind }) => expectedScope(kind.role, kind.capabilities, 'room:read') !== 'zone')) {
      for (const path of paths) {
        const answer = await madang.client(ZONE).ask(path, { token: actor.token });
        assert.equal(answer.status, 200, `${path} as ${actor.kind.name}`);
        assert.ok(!answer.text.includes(MARKER), `${path} as ${actor.kind.name}`);
      }
    }
  });

  it('who administers one organization neither sees nor touches another', async () => {
    const admin = byName('org_admin');
    const before = await scenes.rows('select * from identity.memberships m where org_id = $1 order by user_id', theirs.organizationId);
    const faults: string[] = [];
    for (const route of routesOf(madang)) {
      const row = ROUTES[route.key] as Asked;
      if (typeof row !== 'object' || row.scope !== 'org' || !mayAsk(row, 'org_admin')) continue;
      const answer = await send(madang, route, { zoneId: ZONE, token: admin.token, ids: theirs });
      const said = `${route.key}: ${answer.status} ${answer.text.slice(0, 160)}`;
      if (answer.text.includes(MARKER)) faults.push(`tells of it: ${said}`);
      if (parametersOf(route).length > 0 && answer.status !== 404) faults.push(`is not 404: ${said}`);
      if (isUnsafe(route)) await admin.renew();
    }
    assert.deepEqual(faults, []);
    assert.deepEqual(
      await scenes.rows('select * from identity.memberships m where org_id = $1 order by user_id', theirs.organizationId),
      before,
    );
    const members = await madang.client(ZONE).ask(`/api/v1/admin/members?orgId=${theirs.organizationId}`, { token: admin.token });
    assert.ok(members.status >= 400 || members.json<{ items: unknown[] }>().items.length === 0, members.text);
    const invited = await madang.client(ZONE).ask('/api/v1/admin/members', {
      token: admin.token,
      body: { email: 'into-another@example.org', name: 'Into another', orgId: theirs.organizationId },
    });
    assert.equal(invited.status, 404, invited.text);
  });

  it('its audit log holds the rows of its own organization and no others', async () => {
    const admin = byName('org_admin');
    await madang.client(ZONE).ask(`/api/v1/admin/organizations/${admin.principal.orgId}`, {
      method: 'PATCH',
      token: admin.token,
      body: { name: 'Own, renamed' },
    });
    const answer = await madang.client(ZONE).ask('/api/v1/admin/audit-logs?limit=100', { token: admin.token });
    assert.equal(answer.status, 200);
    const { items } = answer.json<{ items: { orgId: string | null }[] }>();
    assert.ok(items.length > 0 && items.every((row) => row.orgId === admin.principal.orgId), 'rows of the own organization');
    const all = await madang.client(ZONE).ask('/api/v1/admin/audit-logs?limit=100', { token: byName('zone_admin').token });
    assert.ok(
      all.json<{ items: { orgId: string | null }[] }>().items.some((row) => row.orgId !== admin.principal.orgId),
      'the zone has others',
    );
  });

  it('nobody gives what they do not have', async () => {
    const target = theirs.userId as string;
    const change = (actor: Actor, body: object) =>
      madang.client(ZONE).ask(`/api/v1/admin/members/${target}`, { method: 'PATCH', token: actor.token, body });
    for (const [name, body] of [
      ['zone_admin', { role: 'super_admin' }],
      ['zone_admin', { capabilities: ['operator'] }],
      ['org_admin', { role: 'zone_admin' }],
      ['org_admin', { role: 'super_admin' }],
    ] as const) {
      const answer = await change(byName(name), body);
      assert.ok([403, 404].includes(answer.status), `${name} ${JSON.stringify(body)}: ${answer.status} ${answer.text}`);
      assert.notEqual(codeOf(answer), '');
    }
    const [row] = await scenes.rows<{ role: string }>('select role from identity.users where id = $1', target);
    assert.equal(row?.role, 'student');
  });

  const roomRows = () =>
    scenes.rows(
      'select r.*, (select count(*) from chat.members m where m.room_id = r.id) as members from chat.rooms r where id = $1',
      theirs.roomId,
    );
});
