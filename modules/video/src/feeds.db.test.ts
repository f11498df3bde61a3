import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ZoneContext } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import { feedRoutes } from './feed.routes.ts';
import { type VideoWorld, videoWorld } from './video-testbed.ts';
import type { Video } from './wire.ts';
import { escapeXml } from './xml.ts';

/** Refuses what is not well formed: names that do not close, attributes without quotes, bare `&` and `<`. */
function parseXml(text: string): string[] {
  const open: string[] = [];
  const seen: string[] = [];
  const body = text.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  assert.notEqual(body, text, 'declaration');
  for (const [, tag, between] of body.matchAll(/<([^<>]*)>|([^<>]+)/g)) {
    if (between !== undefined) assert.doesNotMatch(between, /&(?!(amp|lt|gt|quot|#39);)/);
    if (tag === undefined) continue;
    const name = /^\/?([\w:]+)/.exec(tag)?.[1] ?? assert.fail(`no name in <${tag}>`);
    if (tag.startsWith('/')) assert.equal(open.pop(), name);
    else {
      assert.match(tag, /^[\w:]+( [\w:]+="[^"<]*")*\/?$/);
      seen.push(name);
      if (!tag.endsWith('/')) open.push(name);
    }
  }
  assert.deepEqual(open, []);
  return seen;
}

describe('feeds', () => {
  let t: TestDatabase;
  let zone: ZoneContext;
  let world: VideoWorld;
  let video: Video;

  before(async () => {
    t = await testDatabase({ poolSize: 4 });
    zone = t.zone('univ');
    world = videoWorld();
    const creator = world.creator('Mina & <Sons>');
    for (const [title, visibility] of [
      ['1 < 2 & "3" > \'0\' ]]> \u0007', 'public'],
      ['secret', 'unlisted'],
    ]) {
      const body = { uploadId: `upload_${title}`.slice(0, 20), title, visibility, description: '<script>&', tags: ['R&B'] };
      const made = await world.call<Video>(zone, creator, 'POST /api/v1/videos', { body });
      await world.become(zone, made.body.id, 'ready');
      if (visibility === 'public') video = made.body;
    }
  });
  after(async () => {
    await world.close();
    await t.close();
  });
  const text = (body: unknown): string => (body as Buffer).toString();

  it('[VI60] answers RSS with absolute addresses, well formed whatever the words', async () => {
    const params = { channelId: video.channel.id };
    const feed = await world.call(zone, undefined, 'GET /api/v1/channels/:channelId/feed.xml', { params });
    const names = parseXml(text(feed.body));
    assert.equal(names.filter((name) => name === 'item').length, 1);
    assert.match(text(feed.body), new RegExp(`<link>http://localhost/watch/${video.id}</link>`));
    assert.match(text(feed.body), /<media:thumbnail url="http:\/\/localhost\/vod\//);
    assert.match(text(feed.body), /<category>R&amp;B<\/category>/);
    assert.ok(!text(feed.body).includes('secret'));
    assert.equal(feed.headers['Content-Type'], 'application/rss+xml; charset=utf-8');
  });

  it('[VI60] answers 304 to who has it', async () => {
    const params = { channelId: `@${video.channel.handle}` };
    const feed = await world.call(zone, undefined, 'GET /api/v1/channels/:channelId/feed.xml', { params });
    const etag = String(feed.headers.ETag);
    const known = { text: '', etag };
    const [route] = feedRoutes({ feeds: { rss: async () => known, sitemap: async () => known, oembed: async () => assert.fail() } });
    const ask = (header: string) =>
      route?.handler({ zone, origin: '', params, headers: { 'if-none-match': header } } as never).then((reply) => reply.status);
    assert.deepEqual([await ask(etag), await ask(`"x", W/${etag}`), await ask('"x"')], [304, 304, 200]);
  });

  it('[VI61] maps public videos and channels', async () => {
    const map = text((await world.call(zone, undefined, 'GET /sitemap.xml')).body);
    const names = parseXml(map);
    assert.equal(names.filter((name) => name === 'url').length, 3);
    assert.equal(names.filter((name) => name === 'video:video').length, 1);
    assert.ok(map.includes(`<loc>http://localhost/watch/${video.id}</loc>`) && !map.includes('secret'));
  });

  it('[VI62] embeds what a stranger may watch, in the size asked for', async () => {
    const ask = (query: Record<string, unknown>) =>
      world.call<{ html: string; width: number; height: number; title: string }>(zone, undefined, 'GET /api/v1/oembed', { query });
    const url = `http://localhost/watch/${video.id}?t=3`;
    const { body } = await ask({ url });
    assert.deepEqual([body.width, body.height], [640, 360]);
    assert.match(body.html, new RegExp(`^<iframe src="http://localhost/embed/${video.id}" `));
    assert.ok(!body.html.includes('"3"') && !body.html.includes("'0'"));
    const { body: small } = await ask({ url, maxwidth: 400, maxheight: 90 });
    assert.deepEqual([small.width, small.height], [160, 90]);
    const refused = (error: unknown) => (error as { code?: string }).code === 'video.video_not_found';
    for (const other of ['http://elsewhere.example/watch/x', 'http://localhost/watch/video_0', 'nonsense', 'http://localhost/rooms/1'])
      await assert.rejects(ask({ url: other }), refused, other);
    await assert.rejects(ask({ url, format: 'xml' }), (error) => (error as { code?: string }).code === 'request.invalid');
  });

  it('escapes what XML has a meaning for and drops what it cannot hold', () => {
    assert.equal(escapeXml('a<b>&"\'\u0000\u000b\ufffe\ud800 \n'), 'a&lt;b&gt;&amp;&quot;&#39;\ufffd \n');
  });
});
