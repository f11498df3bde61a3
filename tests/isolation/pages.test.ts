import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';
import { type Actor, everyKind } from './actors.ts';
import { mayAsk, PAGES } from './permission-table.ts';
import type { Ids } from './sample-values.ts';
import { someAddress } from './walk.ts';
import { belongingsOf, peopleOf } from './zone-fixtures.ts';

const HERE = 'talk';
const THERE = 'univprep';
const MARKER = 'yonder4e8b';
const BUILD = path.join(import.meta.dirname, '../../apps/web/build/server/index.js');

interface BuiltRoute {
  readonly id: string;
  readonly parentId?: string;
  readonly path?: string;
  readonly index?: boolean;
}

/** Full paths of the built pages, layouts left out where they are no page of their own. */
async function builtPaths(): Promise<string[]> {
  const { routes } = (await import(pathToFileURL(BUILD).href)) as { routes: Record<string, BuiltRoute> };
  const pathOf = (route: BuiltRoute | undefined): string =>
    route === undefined ? '' : `${pathOf(routes[route.parentId ?? ''])}${(route.path ?? '') === '' ? '' : `/${route.path}`}`;
  return [...new Set(Object.values(routes).map((route) => pathOf(route) || '/'))].sort();
}

describe('every page', { skip: !existsSync(BUILD) && 'the pages are not built' }, () => {
  let madang: TestMadang;
  let actors: Actor[];
  let here: Ids;
  let there: Ids;
  let owner: Actor;
  let pages: string[];

  before(async () => {
    madang = await startTestMadang({ everyFeature: true, args: ['--roles', 'web'] });
    const people = await peopleOf(madang, HERE, 'hither');
    actors = await everyKind(madang, HERE, people.organizationId as string);
    owner = actors[1] as Actor;
    here = await belongingsOf(madang, HERE, owner.signedIn, people, 'hither');
    const stranger = await madang.account(THERE, 'student');
    there = await belongingsOf(madang, THERE, stranger, await peopleOf(madang, THERE, MARKER), MARKER);
    pages = await builtPaths();
  });
  after(() => madang.close());

  const addressOf = (page: string, ids: Ids) =>
    page.replace('*', 'no-such-page').replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(ids[name] ?? 'x'));
  const show = (page: string, ids: Ids, actor?: Actor) => {
    const cookie = actor === undefined ? '' : [...actor.signedIn.client.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { accept: 'text/html', 'x-forwarded-for': someAddress(), ...(cookie !== '' && { cookie }) };
    return madang.client(HERE).ask(addressOf(page, ids), { headers });
  };

  it('has a row', () => {
    for (const page of pages) assert.ok(PAGES[page], `${page} has no row in permission-table.ts`);
  });

  it('is shown to who may see it and to no one else', async () => {
    const faults: string[] = [];
    for (const page of pages) {
      const asked = PAGES[page] ?? 'public';
      for (const actor of [undefined, ...actors]) {
        const answer = await show(page, here, actor);
        const may = [asked].flat().some((each) => mayAsk(each, actor?.kind.role, actor?.kind.capabilities));
        const said = `${page} as ${actor?.kind.name ?? 'no one'}: ${answer.status}`;
        if (answer.status >= 500) faults.push(said);
        if (!may && !(actor === undefined ? [302, 303, 403] : [403]).includes(answer.status)) faults.push(`is shown: ${said}`);
        if (may && [401, 403].includes(answer.status)) faults.push(`is kept back: ${said}`);
        if (actor !== undefined && answer.status === 200 && !/no-store/.test(String(answer.headers['cache-control']))) {
          if (page !== '/manifest.webmanifest') faults.push(`may be kept by caches: ${said}`);
        }
      }
    }
    assert.deepEqual(faults, []);
  });

  it('tells nothing of another zone, whatever ids are in its path and whoever looks', async () => {
    const faults: string[] = [];
    for (const page of pages) {
      for (const actor of [undefined, ...actors]) {
        const answer = await show(page, there, actor);
        if (answer.text.includes(MARKER)) faults.push(`${page} as ${actor?.kind.name ?? 'no one'}`);
        if (answer.status >= 500) faults.push(`${page} as ${actor?.kind.name ?? 'no one'}: ${answer.status}`);
      }
    }
    assert.deepEqual(faults, []);
  });

  it('a private room is on the page of its member and on nobody else’s', async () => {
    const page = '/rooms/:roomId';
    if (!pages.includes(page)) return;
    assert.ok((await show(page, here, owner)).text.includes('hither said'), 'its owner reads it');
    for (const actor of [
      undefined,
      ...actors.filter((each) => each !== owner && !['zone_admin', 'super_admin'].includes(each.kind.role)),
    ]) {
      const answer = await show(page, here, actor);
      assert.ok(!answer.text.includes('hither said'), `${actor?.kind.name ?? 'no one'}: ${answer.status}`);
    }
  });
});
