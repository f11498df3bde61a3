import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type BroadcastTarget, hasCode, type JobQueue, type RouteInput, type ZoneContext } from '@madang/kernel';
import { recordingEvents, type TestDatabase, testClock, testDatabase, testPrincipal } from '@madang/testing';
import { z } from 'zod';
import { createNotificationsModule } from './module.ts';
import { notificationErrors } from './notification-errors.ts';
import { defineNotification } from './notification-kind.ts';

const published = defineNotification({
  name: 'film.published',
  payload: z.object({ title: z.string(), filmId: z.string() }),
  label: { ko: '새 영상', en: 'New films', ja: '新しい動画', es: 'Vídeos nuevos' },
  text: { ko: '{actor}: {title}', en: '{actor} published {title}', ja: '{actor}: {title}', es: '{actor}: {title}' },
  link: ({ filmId }) => `/films/${filmId}`,
});
const quiet = defineNotification({ ...published, name: 'film.counted', onByDefault: false });

describe('notifications', () => {
  let t: TestDatabase;
  let zone: ZoneContext;
  let other: ZoneContext;
  const clock = testClock(new Date('2026-11-21T09:00:00Z'));
  const events = recordingEvents();
  const queued: { payload: { to: string[] } }[] = [];
  const jobs: JobQueue = {
    enqueue: async (_tx, definition, payload) => {
      queued.push({ payload: definition.payload.parse(payload) as { to: string[] } });
      return 'job_1';
    },
    cancel: async () => {},
    find: async () => undefined,
  };
  const emitted: { target: BroadcastTarget; event: string; payload: unknown }[] = [];
  const { module, notifier, registerKind } = createNotificationsModule({
    events,
    jobs,
    clock,
    people: {
      cards: async (_zone, ids) =>
        new Map(ids.map((id) => [id, { id, name: `name of ${id}`, colour: 10, avatarUrl: null, role: 'student', guest: false }])),
      existing: async (_zone, ids) => new Set(ids),
    },
    broadcaster: {
      emit: (target, event, payload) => emitted.push({ target, event, payload }),
      evict: () => {},
      endSession: () => {},
    },
  });
  registerKind(published);
  registerKind(quiet);

  before(async () => {
    t = await testDatabase();
    zone = t.zone('univ');
    other = t.zone('talk');
  });
  after(() => t.close());

  const ask = async (key: string, personId: string, input: Partial<RouteInput<never>> | object = {}, where = zone) => {
    const found = module.routes?.find((route) => route.key === key);
    assert.ok(found, key);
    const context = {
      zone: where,
      principal: testPrincipal({ id: personId }),
      locale: 'en',
      query: { limit: 50 },
      params: {},
      body: {},
      ...input,
    };
    return found.handler(context as never);
  };
  const list = async (personId: string, where = zone, query: object = {}) => {
    const reply = await ask('GET /api/v1/notifications', personId, { query: { limit: 50, ...query } }, where);
    return {
      ...(reply.body as { items: { id: string; text: string; link: string; readAt: string | null }[]; unread: number }),
      headers: reply.headers,
    };
  };
  const tell = (to: string[], about: string, actorId = 'user_maker', where = zone) =>
    where.db.transaction((tx) =>
      notifier.notify(tx, published, { to, about, actorId, payload: { title: `film ${about}`, filmId: about } }),
    );
  const handle = async (name: string, payload: unknown) => {
    const handler = module.handlers?.find((one) => one.name === name);
    await handler?.handle({ zoneId: 'univ', zone: async () => zone, eventId: 'e', at: clock.now() }, payload);
  };

  it('tells each person once, and nobody of what they did themselves', async () => {
    await tell(['user_a', 'user_b', 'user_b', 'user_maker'], 'f1');
    await tell(['user_a'], 'f1');
    const a = await list('user_a');
    assert.deepEqual(
      [a.items.length, a.unread, a.items[0]?.text, a.items[0]?.link],
      [1, 1, 'name of user_maker published film f1', '/films/f1'],
    );
    assert.equal((await list('user_b')).items.length, 1);
    assert.equal((await list('user_maker')).items.length, 0);
    assert.equal((await list('user_a', other)).items.length, 0);
  });

  it('rings the open pages of those who were told, with their count', async () => {
    const made = events.published.find((event) => event.name === 'notifications.made');
    await handle('notifications.ring', made?.payload);
    const rung = emitted.filter((one) => one.event === 'notification');
    assert.deepEqual(rung.map((one) => one.target.room).sort(), ['person:user_a', 'person:user_b']);
    const payload = rung[0]?.payload as { unread: number; notification: { texts: { ko: string } } };
    assert.deepEqual([payload.unread, payload.notification.texts.ko], [1, 'name of user_maker: film f1']);
  });

  it('reads by id and up to a place, pages by cursor, removes one’s own only', async () => {
    for (let n = 0; n < 5; n++) {
      clock.advance(1000);
      await tell(['user_c'], `p${n}`);
    }
    const first = await list('user_c', zone, { limit: 2 });
    assert.deepEqual(
      first.items.map((item) => item.text.slice(-2)),
      ['p4', 'p3'],
    );
    const cursor = first.headers?.['X-Next-Cursor'];
    const second = await list('user_c', zone, { limit: 2, cursor });
    assert.deepEqual(
      second.items.map((item) => item.text.slice(-2)),
      ['p2', 'p1'],
    );
    const third = second.items[0]?.id as string;
    const read = await ask('POST /api/v1/notifications/read', 'user_c', { body: { upTo: third } });
    assert.deepEqual(read.body, { unread: 2 });
    assert.deepEqual((await ask('POST /api/v1/notifications/read', 'user_d', { body: { ids: [first.items[0]?.id] } })).body, { unread: 0 });
    assert.equal((await list('user_c')).unread, 2);
    const removal = (who: string) => ask('DELETE /api/v1/notifications/:notificationId', who, { params: { notificationId: third } });
    await assert.rejects(removal('user_d'), (error) => hasCode(error, notificationErrors.not_found));
    assert.equal((await removal('user_c')).status, 204);
    assert.equal((await list('user_c')).items.length, 4);
  });

  it('asks what a person wants', async () => {
    const set = (kind: string, on: boolean) =>
      ask('PUT /api/v1/notifications/preferences/:kind', 'user_e', { params: { kind }, body: { on } });
    await set('film.published', false);
    await tell(['user_e'], 'f2');
    assert.equal((await list('user_e')).items.length, 0);
    await zone.db.transaction((tx) =>
      notifier.notify(tx, quiet, { to: ['user_e', 'user_f'], about: 'f2', payload: { title: 'x', filmId: 'f2' } }),
    );
    assert.equal((await list('user_f')).items.length, 0);
    await set('film.published', true);
    await set('film.counted', true);
    await tell(['user_e'], 'f2');
    await zone.db.transaction((tx) => notifier.notify(tx, quiet, { to: ['user_e'], about: 'f2', payload: { title: 'x', filmId: 'f2' } }));
    assert.equal((await list('user_e')).items.length, 2);
    const preferences = await ask('GET /api/v1/notifications/preferences', 'user_f');
    assert.deepEqual(preferences.body, {
      items: [
        { kind: 'film.published', label: 'New films', on: true },
        { kind: 'film.counted', label: 'New films', on: false },
      ],
    });
    await assert.rejects(set('film.gone', true), (error) => hasCode(error, notificationErrors.kind_unknown));
  });

  it('tells a crowd in jobs, and takes back what is no longer so', async () => {
    queued.length = 0;
    await tell(
      Array.from({ length: 1201 }, (_, n) => `user_crowd${n}`),
      'f3',
    );
    assert.deepEqual(
      queued.map((one) => one.payload.to.length),
      [500, 500, 201],
    );
    const load = module.jobs?.find((one) => one.definition.name === 'notifications.tell-people')?.load;
    const handler = await load?.();
    for (const one of [...queued, ...queued]) await handler?.({ zone, log: console } as never, one.payload);
    assert.equal((await list('user_crowd7')).items.length, 1);
    await zone.db.transaction((tx) => notifier.retract(tx, published, 'f3'));
    assert.equal((await list('user_crowd7')).items.length, 0);
    const changed = events.published.findLast((event) => event.name === 'notifications.counts-changed');
    assert.ok(changed);
    assert.equal((changed.payload as { userIds: string[] }).userIds.length, 1201);
  });

  it('moves with a guest who merges, without doubling', async () => {
    await tell(['guest_g', 'user_h'], 'f4');
    await tell(['guest_g'], 'f5');
    for (let again = 0; again < 2; again++) await handle('notifications.merge-guest', { guestId: 'guest_g', userId: 'user_h' });
    assert.equal((await list('user_h')).items.length, 2);
    assert.equal((await list('guest_g')).items.length, 0);
  });
});
