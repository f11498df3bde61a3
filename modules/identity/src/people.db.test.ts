import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type JobContext, silentLogger, type ZoneContext } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import type { Me, PublicPerson } from './contract.ts';
import { type IdentityTestbed, identityTestbed, refusal } from './identity-testbed.ts';
import { createSweepIdentity } from './sweep-identity.job-handler.ts';
import { isolationFixtures, signInAs } from './testing.ts';

describe('people', () => {
  let t: TestDatabase;
  let zone: ZoneContext;
  let other: ZoneContext;
  let bed: IdentityTestbed;
  before(async () => {
    t = await testDatabase();
    zone = t.zone('univ');
    other = t.zone('talk');
    bed = identityTestbed(t, [zone, other], {
      avatars: { claim: async (_zone, _principal, fileId) => ({ url: `/api/v1/files/${fileId}` }) },
    });
  });
  after(() => t.close());

  const search = async (query: string, at = zone) =>
    ((await bed.call(at, 'GET /api/v1/users', { query: { query } })).body as { items: PublicPerson[] }).items.map(({ name }) => name);

  test('a card is right the moment after a change', async () => {
    const { principal } = await signInAs(bed.identity, zone, 'student', { name: '하나' });
    const card = async () => (await bed.identity.people.cards(zone, [principal.id, 'user_0'])).get(principal.id);
    assert.deepEqual([(await card())?.name, (await card())?.avatarUrl], ['하나', null]);
    const me = await bed.call(zone, 'PATCH /api/v1/users/me', { principal, body: { name: '두리', colour: 12, locale: 'es' } });
    assert.deepEqual([(me.body as Me).name, (me.body as Me).colour, (me.body as Me).locale], ['두리', 12, 'es']);
    assert.deepEqual([(await card())?.name, (await card())?.colour], ['두리', 12]);
    await bed.call(zone, 'PUT /api/v1/users/me/avatar', { principal, body: { fileId: 'file_1' } });
    assert.equal((await card())?.avatarUrl, '/api/v1/files/file_1');
    await bed.call(zone, 'DELETE /api/v1/users/me/avatar', { principal });
    assert.equal((await card())?.avatarUrl, null);
    assert.equal(bed.events.published.filter((event) => event.name === 'identity.profile-changed').length, 3);
  });

  test('a capability that follows from what one did is held at once, granted once', async () => {
    const { principal, token } = await signInAs(bed.identity, zone, 'student');
    const before = bed.events.published.length;
    for (let again = 0; again < 2; again++) {
      await zone.db.transaction((tx) => bed.identity.grantCapability(tx, principal.id, 'creator'));
    }
    assert.deepEqual((await bed.identity.authenticator.authenticate(zone, { bearer: token }))?.capabilities, ['creator']);
    assert.deepEqual(
      bed.events.published.slice(before).map((event) => event.name),
      ['identity.access-changed'],
    );
  });

  test('a hundred cards are one read, and none the next time', async () => {
    let reads = 0;
    const counted = await testDatabase({
      onQuery: ({ name }) => {
        if (name === 'identity.find_cards') reads++;
      },
    });
    try {
      const there = counted.zone('univ');
      const node = identityTestbed(counted, [there]);
      const people = await Promise.all(Array.from({ length: 5 }, () => signInAs(node.identity, there, 'guest')));
      const ids = people.map(({ principal }) => principal.id);
      await Promise.all(Array.from({ length: 20 }, () => node.identity.people.cards(there, ids)));
      assert.equal((await node.identity.people.cards(there, ids)).size, 5);
      assert.equal(reads, 1);
    } finally {
      await counted.close();
    }
  });

  test('no zone sees another’s people', async () => {
    const { userId } = await isolationFixtures(other, { identity: bed.identity });
    assert.deepEqual(await bed.identity.people.existing(zone, [userId]), new Set());
    assert.deepEqual(await bed.identity.people.existing(other, [userId]), new Set([userId]));
    await assert.rejects(bed.call(zone, 'GET /api/v1/users/:userId', { params: { userId } }), refusal('identity.person_not_found'));
    const there = await bed.call(other, 'GET /api/v1/users/:userId', { params: { userId } });
    assert.deepEqual(Object.keys(there.body as PublicPerson).sort(), ['avatarUrl', 'colour', 'guest', 'id', 'name', 'role']);
  });

  test('search finds beginnings first, Korean too, takes % literally, and stays in its zone', async () => {
    for (const name of ['김민아', '이민아', '민아라', 'Alexandra', 'Alexander', '100% me'])
      await signInAs(bed.identity, zone, 'student', { name });
    await signInAs(bed.identity, other, 'student', { name: '민아 너머' });
    assert.deepEqual(await search('김'), ['김민아']);
    const mina = await search('민아');
    assert.equal(mina[0], '민아라');
    assert.deepEqual(new Set(mina), new Set(['민아라', '김민아', '이민아']));
    assert.deepEqual(new Set(await search('ALEX')), new Set(['Alexandra', 'Alexander']));
    assert.ok((await search('alexandre')).includes('Alexandra'));
    assert.deepEqual(await search('%'), ['100% me']);
    assert.deepEqual(await search('김민아'.normalize('NFD')), ['김민아']);
    assert.deepEqual(await search('민아', other), ['민아 너머']);
  });

  test('guests are found while they are about', async () => {
    await signInAs(bed.identity, zone, 'guest', { name: 'Passing Heron' });
    assert.deepEqual(await search('passing'), ['Passing Heron']);
    bed.clock.advance(8 * 86_400_000);
    assert.deepEqual(await search('passing'), []);
  });

  test('guests who left nothing are swept after thirty days; who left something keeps a name', async () => {
    const idle = await signInAs(bed.identity, zone, 'guest', { name: 'Idle' });
    const spoke = await signInAs(bed.identity, zone, 'guest', { name: 'Spoke' });
    const account = await signInAs(bed.identity, zone, 'student');
    const sweep = (traces: Parameters<typeof createSweepIdentity>[0]['traces']) =>
      createSweepIdentity({ clock: bed.clock, traces })(
        {
          zone,
          signal: new AbortController().signal,
          log: silentLogger,
          jobId: 'job_1',
          attempt: 1,
          progress: async () => {},
        } satisfies JobContext,
        {},
      );
    const traces = [{ of: async () => new Set([spoke.principal.id]) }];
    const left = async () =>
      [
        ...(await bed.identity.people.existing(
          zone,
          [idle, spoke, account].map(({ principal }) => principal.id),
        )),
      ].sort();
    await sweep(traces);
    assert.equal((await left()).length, 3, 'too early');
    bed.clock.advance(61 * 86_400_000);
    await sweep([]);
    assert.equal((await left()).length, 3, 'nobody was asked');
    await sweep(traces);
    bed.clock.advance(10_000);
    assert.deepEqual(await left(), [spoke.principal.id, account.principal.id].sort());
    await assert.rejects(
      bed.call(zone, 'GET /api/v1/users/:userId', { params: { userId: idle.principal.id } }),
      refusal('identity.person_not_found'),
    );
  });

  test('seeding twice changes nothing', async () => {
    const person = {
      email: 'Seed@example.org',
      password: 'Courtyard-1',
      name: 'Seed',
      role: 'teacher' as const,
      capabilities: ['mentor' as const],
    };
    const first = await bed.identity.seedPerson(zone, person);
    const second = await bed.identity.seedPerson(zone, { ...person, role: 'teacher', name: 'Other' });
    assert.deepEqual([first.made, second], [true, { id: first.id, made: false }]);
    assert.deepEqual(await bed.identity.seedOrganization(zone, '같은 곳'), await bed.identity.seedOrganization(zone, '같은 곳'));
  });
});
