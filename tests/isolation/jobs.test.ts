import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type JobRegistration, silentLogger, type ZoneContext } from '@madang/kernel';
import { type SignedIn, startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';
import { fullSampleFor, type Ids } from './sample-values.ts';
import { belongingsOf, peopleOf } from './zone-fixtures.ts';
import { BehindTheScenes } from './zone-rows.ts';

const HERE = 'talk';
const THERE = 'univprep';

describe('every job in the zone it was made for', () => {
  let madang: TestMadang;
  let scenes: BehindTheScenes;
  let owner: SignedIn;
  let there: Ids;
  const registrations = () => madang.running.house.modules.flatMap((module) => module.jobs ?? []);

  before(async () => {
    madang = await startTestMadang({ everyFeature: true, args: ['--roles', 'web'] });
    owner = await madang.account(THERE, 'student');
    there = await belongingsOf(madang, THERE, owner, await peopleOf(madang, THERE, 'yonder'), 'yonder');
    scenes = await BehindTheScenes.open(madang);
  });
  after(async () => {
    await scenes?.close();
    await madang.close();
  });

  const run = async ({ definition, load }: JobRegistration, zone: ZoneContext, payload: unknown): Promise<void> => {
    const handler = await load();
    const signal = AbortSignal.timeout(20_000);
    await handler(
      { jobId: 'job_walk', attempt: 1, zone, signal, log: silentLogger, progress: async () => {} },
      definition.payload.parse(payload),
    );
  };

  it('runs over things of another zone without touching one of them', async () => {
    const before = await scenes.settledFingerprint(THERE);
    for (const registration of registrations()) {
      const payload = fullSampleFor(registration.definition.payload, there, registration.definition.name);
      await run(registration, await madang.zone(HERE), payload);
      await run(registration, await madang.zone(HERE), payload); // twice: a job may be run again after a kill
    }
    assert.deepEqual(await scenes.settledFingerprint(THERE), before);
    for (const path of [`/api/v1/rooms/${there.roomId}/messages`, `/api/v1/files/${there.fileId}`]) {
      const answer = await madang.client(THERE).ask(path, { token: owner.token });
      assert.equal(answer.status, 200, `${path}: ${answer.text}`);
    }
  });

  it('does there what it did not do here', async () => {
    const purge = registrations().find((each) => each.definition.name === 'chat.purge-room') as JobRegistration;
    const gone = await madang.client(THERE).ask(`/api/v1/rooms/${there.roomId}`, { method: 'DELETE', token: owner.token });
    assert.equal(gone.status, 204, gone.text);
    const left = async () => (await scenes.rows('select 1 from chat.messages where room_id = $1', there.roomId)).length;
    await run(purge, await madang.zone(HERE), { roomId: there.roomId });
    assert.ok((await left()) > 0, 'of another zone');
    await run(purge, await madang.zone(THERE), { roomId: there.roomId });
    assert.equal(await left(), 0, 'of its own');
  });

  it('takes no payload of another shape', () => {
    for (const { definition } of registrations()) {
      for (const odd of [null, 'x', 1, [], [{}]])
        assert.equal(definition.payload.safeParse(odd).success, false, `${definition.name} ${JSON.stringify(odd)}`);
      assert.match(definition.name, /^[a-z]+\.[a-z-]+$/);
      assert.ok(definition.attempts >= 1 && definition.timeoutSeconds >= 1 && definition.concurrency >= 1, definition.name);
    }
  });
});
