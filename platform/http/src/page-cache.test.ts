import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cachedAnswer, PageCache, type PageCacheOptions, type RenderedPage } from './page-cache.ts';

function setup(options: Partial<PageCacheOptions> = {}) {
  let now = 0;
  const cache = new PageCache({ clock: { now: () => new Date(now) }, ...options });
  return { cache, at: (seconds: number) => (now = seconds * 1000) };
}
const page = (text: string, more: Partial<RenderedPage> = {}): RenderedPage => ({
  status: 200,
  headers: {},
  body: Buffer.from(text),
  tags: ['rooms'],
  ...more,
});

async function ask(cache: PageCache, text: string, zone = 'talk', key = '/', more: Partial<RenderedPage> = {}) {
  const { page: got, status } = await cache.get(zone, key, async () => page(text, more));
  return `${status} ${got.body}`;
}

describe('PageCache', () => {
  it('is fresh, then stale while it is made anew, then gone', async () => {
    const { cache, at } = setup();
    assert.equal(await ask(cache, 'one'), 'MISS one');
    at(59.9);
    assert.equal(await ask(cache, 'two'), 'HIT one');
    at(60);
    assert.equal(await ask(cache, 'three'), 'STALE one');
    await new Promise(setImmediate);
    assert.equal(await ask(cache, 'four'), 'HIT three');
    at(60 + 60 + 300);
    assert.equal(await ask(cache, 'five'), 'MISS five');
  });

  it('keeps zones and keys apart', async () => {
    const { cache } = setup();
    await ask(cache, 'talk');
    assert.equal(await ask(cache, 'univ', 'univ'), 'MISS univ');
    assert.equal(await ask(cache, 'en', 'talk', '/ en'), 'MISS en');
  });

  it('renders once for all who wait', async () => {
    const { cache } = setup();
    let runs = 0;
    const answers = await Promise.all(Array.from({ length: 20 }, () => cache.get('talk', '/', async () => page(`run ${++runs}`))));
    assert.deepEqual(new Set(answers.map((answer) => String(answer.page.body))), new Set(['run 1']));
  });

  it('drops by tag, and all of a zone', async () => {
    const { cache } = setup();
    await ask(cache, 'rooms', 'talk', '/rooms');
    await ask(cache, 'home', 'talk', '/', { tags: ['home'] });
    await ask(cache, 'other', 'univ', '/rooms');
    cache.drop('talk', ['rooms']);
    assert.equal(await ask(cache, 'new', 'talk', '/rooms'), 'MISS new');
    assert.equal(await ask(cache, 'x'), 'HIT home');
    assert.equal(await ask(cache, 'x', 'univ', '/rooms'), 'HIT other');
    cache.drop('talk');
    assert.equal(await ask(cache, 'newer'), 'MISS newer');
  });

  it('keeps nothing that was rendered from what has changed since', async () => {
    const { cache } = setup();
    let finish: (rendered: RenderedPage) => void = () => {};
    const first = cache.get('talk', '/', () => new Promise((resolve) => (finish = resolve)));
    await new Promise(setImmediate);
    cache.drop('talk', ['rooms']);
    const second = ask(cache, 'after the change');
    finish(page('before the change'));
    assert.equal(String((await first).page.body), 'before the change');
    assert.equal(await second, 'MISS after the change');
    assert.equal(await ask(cache, 'x'), 'HIT after the change');
  });

  it('keeps neither failures nor pages that ask not to be kept', async () => {
    const failures: unknown[] = [];
    const { cache, at } = setup({ onError: (error) => failures.push(error) });
    await assert.rejects(
      cache.get('talk', '/', () => Promise.reject(new Error('render'))),
      /render/,
    );
    assert.equal(await ask(cache, 'lost', 'talk', '/', { status: 404 }), 'MISS lost');
    assert.equal(await ask(cache, 'own', 'talk', '/', { freshSeconds: 0 }), 'MISS own');
    assert.equal(await ask(cache, 'kept'), 'MISS kept');
    at(61);
    await cache.get('talk', '/', () => Promise.reject(new Error('later')));
    await new Promise(setImmediate);
    assert.match(String(failures[0]), /later/);
    assert.equal(await ask(cache, 'x'), 'STALE kept');
  });

  it('stays within its bytes, forgetting what was unused for longest', async () => {
    const { cache } = setup({ maxBytes: 4200 });
    const thousand = 'x'.repeat(1000);
    for (const key of ['/a', '/b', '/c']) await ask(cache, thousand, 'talk', key);
    await ask(cache, thousand, 'talk', '/a');
    for (const key of ['/d', '/e']) await ask(cache, thousand, 'talk', key);
    assert.ok(cache.bytes <= 4200 && cache.bytes > 3000);
    assert.match(await ask(cache, thousand, 'talk', '/a'), /^HIT/);
    assert.match(await ask(cache, thousand, 'talk', '/b'), /^MISS/);
    assert.match(await ask(cache, 'y'.repeat(2000), 'talk', '/big'), /^MISS/);
    assert.match(await ask(cache, 'z', 'talk', '/big'), /^MISS z/, 'one page may not take the whole cache');
  });

  it('says how it answered', () => {
    assert.deepEqual(cachedAnswer(page('x', { headers: { Vary: 'Cookie' } }), 'STALE').headers, {
      Vary: 'Cookie',
      'X-Cache-Status': 'STALE',
    });
  });
});
