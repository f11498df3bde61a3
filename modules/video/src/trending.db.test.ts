import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createMemoryShared, type Shared } from '@madang/cache';
import { newId, silentLogger, sql, type ZoneContext } from '@madang/kernel';
import { type TestClock, type TestDatabase, testClock, testDatabase } from '@madang/testing';
import { createTrending } from './trending.ts';

describe('trending', () => {
  let t: TestDatabase;
  let zone: ZoneContext;
  let shared: Shared;
  let clock: TestClock;
  const computed: number[] = [];

  before(async () => {
    t = await testDatabase({ poolSize: 8 });
    zone = t.zone('univ');
    clock = testClock();
    shared = createMemoryShared({ clock });
    await zone.db.run(
      sql(`insert into video.channels (zone_id, id, owner_id, handle, handle_key, name, created_at)
           values (madang.zone(), 'channel_1', 'user_1', 'one', 'one', 'One', now())`),
    );
  });
  after(async () => {
    await shared.close();
    await t.close();
  });
  const node = (index: number) =>
    createTrending({
      cache: shared.cache,
      clock,
      logger: silentLogger,
      onComputed: () => {
        computed[index] = (computed[index] ?? 0) + 1;
      },
    });
  const total = () => computed.reduce((sum, count) => sum + (count ?? 0), 0);
  async function put(views: readonly [day: string, views: number][], visibility = 'public'): Promise<string> {
    const id = newId('video');
    await zone.db.run(
      sql(
        `insert into video.videos (zone_id, id, channel_id, owner_id, upload_id, title, visibility, status, published_at, created_at, updated_at)
         values (madang.zone(), $1, 'channel_1', 'user_1', $1, 'film', $2, 'ready', $3, $3, $3)`,
        id,
        visibility,
        clock.now(),
      ),
    );
    for (const [day, count] of views)
      await zone.db.run(
        sql(`insert into video.daily_views (zone_id, video_id, day, views) values (madang.zone(), $1, $2::date, $3)`, id, day, count),
      );
    return id;
  }

  it('[VI40] weighs the views of a week by their age, then shows the newest', async () => {
    const unseen = await put([]);
    const old = await put([['2026-11-15', 100]]);
    const fresh = await put([['2026-11-21', 40]]);
    const gone = await put([['2026-11-01', 9000]]);
    const hidden = await put([['2026-11-21', 9000]], 'unlisted');
    const ids = await node(0).ids(zone);
    assert.deepEqual(ids.slice(0, 2), [fresh, old]);
    assert.deepEqual(ids.slice(2).toSorted(), [gone, unseen].toSorted());
    assert.ok(!ids.includes(hidden));
  });

  it('[VI41] is made once at a time on all nodes, while the old list is served', async () => {
    const nodes = [node(0), node(1), node(2)];
    const ask = () => Promise.all(Array.from({ length: 60 }, (_, index) => nodes[index % 3]?.ids(zone)));
    await shared.cache.delete(`video:trending:${zone.zone.id}`);
    computed.length = 0;
    const cold = await ask();
    assert.equal(total(), 1);
    assert.ok(cold.every((ids) => ids?.length === cold[0]?.length));
    await ask();
    assert.equal(total(), 1);
    const rising = await put([['2026-11-21', 5000]]);
    clock.advance(10 * 60_000 + 1);
    const stale = await ask();
    assert.ok(stale.every((ids) => !ids?.includes(rising)));
    let now: readonly string[] = [];
    for (let tries = 0; tries < 100 && !now.includes(rising); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      now = (await nodes[0]?.ids(zone)) ?? [];
    }
    assert.equal(now[0], rising);
    assert.equal(total(), 2);
    await Promise.all(nodes.map((each) => each.drop(zone.zone.id)));
    await ask();
    assert.equal(total(), 3);
  });
});
