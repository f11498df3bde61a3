import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { newId, sql, type ZoneContext } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import { type VideoWorld, videoWorld } from './video-testbed.ts';
import type { ChannelCard, VideoCard, Visibility } from './wire.ts';

describe('search', () => {
  let t: TestDatabase;
  let zone: ZoneContext;
  let world: VideoWorld;

  before(async () => {
    t = await testDatabase({ poolSize: 4 });
    zone = t.zone('univ');
    world = videoWorld();
    await zone.db.run(
      sql(`insert into video.channels (zone_id, id, owner_id, handle, handle_key, name, created_at)
           values (madang.zone(), 'channel_1', 'user_1', '한빛수학', '한빛수학', '한빛 수학교실', now())`),
    );
    await put('미적분 기초 강의', { tags: ['수학'] });
    await put('수학을 배우자', { views: 10 });
    await put('Python for beginners', { tags: ['programming'] });
    await put('Learn guitar in a week', { tags: ['music'], views: 500 });
    await put('A week of guitar practice', { description: 'Every day a chord.' });
    await put('기타 연습', { description: '처음 배우는 통기타' });
    await put('비공개 수학 노트', { visibility: 'private' });
    await put('Café à la carte');
    await put('数学の授業');
    await put('100% <b>sale</b> _now_');
  });
  after(async () => {
    await world.close();
    await t.close();
  });

  async function put(
    title: string,
    rest: { tags?: string[]; views?: number; description?: string; visibility?: Visibility } = {},
  ): Promise<string> {
    const id = newId('video');
    await zone.db.run(
      sql(
        `insert into video.videos (zone_id, id, channel_id, owner_id, upload_id, title, description, tags, visibility, status, published_at, views, created_at, updated_at)
         values (madang.zone(), $1, 'channel_1', 'user_1', $1, $2, $3, $4::text[], $5, 'ready', now(), $6, now(), now())`,
        id,
        title,
        rest.description ?? '',
        rest.tags ?? [],
        rest.visibility ?? 'public',
        rest.views ?? 0,
      ),
    );
    return id;
  }
  const search = async (q: string, query: Record<string, unknown> = {}) => {
    const found = await world.call<{ items: VideoCard[]; channels: ChannelCard[] }>(zone, undefined, 'GET /api/v1/search', {
      query: { q, ...query },
    });
    return {
      titles: found.body.items.map((item) => item.title),
      channels: found.body.channels.map((card) => card.name),
      cursor: found.cursor,
    };
  };
  const first = async (q: string) => (await search(q)).titles[0];

  it('[VI50] finds words with and without particles', async () => {
    assert.equal(await first('미적분'), '미적분 기초 강의');
    assert.equal(await first('미적분을'), '미적분 기초 강의');
    assert.equal(await first('강의에서'), '미적분 기초 강의');
    assert.equal(await first('수학'), '수학을 배우자');
    assert.deepEqual((await search('기초 미적분의')).titles, ['미적분 기초 강의']);
  });

  it('[VI51] forgives a wrong, missing or swapped letter in either script', async () => {
    for (const typo of ['미젹분', '미적뷴', '미저분', '미적분ㅁ']) assert.equal(await first(typo), '미적분 기초 강의', typo);
    for (const typo of ['guitr', 'giutar', 'guittar'])
      assert.deepEqual((await search(typo)).titles.toSorted(), ['A week of guitar practice', 'Learn guitar in a week'], typo);
    for (const typo of ['pyhton', 'pythno', 'pythonn', 'pithon']) assert.equal(await first(typo), 'Python for beginners', typo);
    assert.equal(await first('begginers pyhton'), 'Python for beginners');
  });

  it('[VI51] also where the end of a mistyped word looks like a particle', async () => {
    for (const [title, typos] of Object.entries({
      '거문고 산조': ['거믄고', '거문거', '거무고', '거믄고를'],
      '고양이 목욕': ['괴양이', '고얌이', '고앙이', '괴양이가'],
      '강원도 여행': ['강언도', '간원도', '강원됴'],
      '바이올린과 첼로': ['체로', '챌로'],
    })) {
      const id = await put(title);
      for (const typo of typos) assert.equal(await first(typo), title, typo);
      await zone.db.run(sql('delete from video.videos where id = $1', id));
    }
  });

  it('[VI52] finds beginnings, half a syllable, insides, accents and scripts without spaces', async () => {
    assert.equal(await first('미적'), '미적분 기초 강의');
    assert.equal(await first('미젂'.normalize('NFC').slice(0, 1)), '미적분 기초 강의');
    assert.equal(await first('pyth'), 'Python for beginners');
    assert.equal(await first('통기타'), '기타 연습');
    assert.equal(await first('CAFE carte'), 'Café à la carte');
    assert.equal(await first('授業'), '数学の授業');
    assert.equal(await first('ｐｒｏｇｒａｍｍｉｎｇ'), 'Python for beginners');
  });

  it('[VI53] puts titles that begin so first, then words of the title, then the rest; the watched before the others', async () => {
    assert.deepEqual((await search('guitar')).titles.slice(0, 2), ['Learn guitar in a week', 'A week of guitar practice']);
    assert.equal(await first('a week'), 'A week of guitar practice');
    assert.equal((await search('기타')).titles[0], '기타 연습');
    // What is watched more rises as it is watched.
    const [one, other] = [await put('판소리 하나'), await put('판소리 둘')];
    for (const id of [one, other, one]) {
      await zone.db.run(sql('update video.videos set views = views * 3 + 5000 where id = $1', id));
      assert.equal(await first('판소리'), id === one ? '판소리 하나' : '판소리 둘');
    }
    await zone.db.run(sql('delete from video.videos where id = any($1)', [one, other]));
  });

  it('[VI54] says nothing of what is not public, also in other zones, and follows changes', async () => {
    assert.ok(!(await search('비공개 노트')).titles.includes('비공개 수학 노트'));
    const id = await put('고양이 구름');
    assert.equal(await first('고양이'), '고양이 구름');
    await zone.db.run(sql(`update video.videos set title = '강아지 구름' where id = $1`, id));
    assert.deepEqual((await search('고양이')).titles, []);
    assert.equal(await first('강아지'), '강아지 구름');
    const elsewhere = await world.call<{ items: VideoCard[] }>(t.zone('other'), undefined, 'GET /api/v1/search', {
      query: { q: '강아지' },
    });
    assert.deepEqual(elsewhere.body.items, []);
    await zone.db.run(sql(`update video.videos set visibility = 'private' where id = $1`, id));
    assert.deepEqual((await search('강아지')).titles, []);
    const words = await zone.db.many(
      sql(`select word from video.search_words where word in (select video.fold(w) from unnest(array['고양이', '강아지', '구름']) w)`),
    );
    assert.deepEqual(words, []);
    await zone.db.run(sql('delete from video.videos where id = $1', id));
  });

  it('[VI55] takes any text for words', async () => {
    for (const q of ['%', "'; drop table video.videos; --", '((', '\\', '&|!', '_now_', '<b>', '😀', 'ㅁ', "it's", ':*'])
      assert.ok(Array.isArray((await search(q)).titles), q);
    assert.deepEqual((await search('100%')).titles, ['100% <b>sale</b> _now_']);
    assert.deepEqual((await search('%')).titles, []);
  });

  it('[VI56] finds channels, and goes on by cursor', async () => {
    assert.deepEqual((await search('한빛')).channels, ['한빛 수학교실']);
    assert.deepEqual((await search('한빗수학')).channels, ['한빛 수학교실']);
    const all = (await search('한빛')).titles;
    assert.ok(all.length > 5, 'videos of a channel are found by its name');
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await search('한빛', { limit: 2, ...(cursor !== undefined && { cursor }) });
      paged.push(...page.titles);
      cursor = page.cursor;
    } while (cursor !== undefined);
    assert.deepEqual(paged, all);
    await zone.db.run(sql(`update video.channels set name = '달빛 교실' where id = 'channel_1'`));
    assert.deepEqual([(await search('한빛 교실')).titles, (await search('달빛')).titles.length], [[], all.length]);
  });

  it('[VI57] suggests words and titles', async () => {
    const suggest = async (q: string) =>
      (await world.call<{ items: string[] }>(zone, undefined, 'GET /api/v1/search/suggestions', { query: { q } })).body.items;
    assert.deepEqual((await suggest('gui')).toSorted(), ['A week of guitar practice', 'Learn guitar in a week', 'guitar']);
    assert.ok((await suggest('미ㅈ')).includes('미적분'));
    assert.deepEqual(await suggest('learn gui'), ['Learn guitar in a week']);
    assert.ok(!(await suggest('비공')).some((text) => text.includes('비공개')));
  });
});
