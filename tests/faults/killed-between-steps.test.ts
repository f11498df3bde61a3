import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createAuditModule } from '@madang/audit';
import { eventually } from '@madang/cache/testing';
import { silentLogger, systemClock } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import { blobFiles } from '../harness/blob-files.ts';
import { type Courtyard, openCourtyard, signInGuest } from '../harness/courtyard.ts';
import type { HttpClient } from '../harness/http-client.ts';
import { multipart } from '../harness/multipart.ts';
import { onDatabase, type SpawnedNode, spawnNode } from '../harness/spawn-node.ts';
import { lookInto, stallWritersOf } from '../harness/stall.ts';

const ROOMS = 3;
const PASSWORD = 'Courtyard-2 of many';
/** A lease of 12 s has to lapse before another process takes the work of a killed one. */
const TAKEN_UP_MS = 40_000;

/** A process is killed while it stands between two steps of its work; the next one finishes it, and nothing is done twice. */
describe('kill -9 between two steps', () => {
  let database: TestDatabase;
  let folder: string;
  let node: SpawnedNode;
  let courtyard: Courtyard;
  let people = 0;
  const start = (...args: string[]) =>
    spawnNode({ args: ['--no-demo', '--data', folder, ...args], environment: onDatabase(database.ownerUrl) });
  const look = <Row extends object>(text: string, ...values: unknown[]) => lookInto<Row>(database.ownerUrl, text, values);
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'madang-steps-'));
    database = await testDatabase();
    node = await start();
    courtyard = await openCourtyard(node);
  });
  after(async () => {
    await courtyard?.close();
    await node?.kill();
    await database?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function ask(client: HttpClient, route: string, status: number, given: { token: string; body?: unknown; method?: string }) {
    const answer = await client.ask(route, given);
    assert.equal(answer.status, status, `${route}: ${answer.text}`);
    return answer;
  }
  const upload = (to: SpawnedNode, text: string) =>
    to
      .client()
      .ask(`/api/v1/rooms/${courtyard.roomId}/files`, { token: courtyard.admin.token, ...multipart('note.txt', 'text/plain', text) });

  /** A guest who has spoken and reacted in some rooms, and has an account to bring it all to. */
  async function guestWithAccount() {
    const client = node.client();
    const { accessToken: token, user } = await signInGuest(client);
    for (let i = 0; i < ROOMS; i++) {
      const body = { name: `room ${i}`, visibility: 'public' };
      const roomId = (await ask(node.client(), '/api/v1/rooms', 201, { token: courtyard.admin.token, body })).json<{ id: string }>().id;
      const message = await ask(client, `/api/v1/rooms/${roomId}/messages`, 201, { token, body: { clientId: 'one', body: 'as a guest' } });
      const reaction = `/api/v1/messages/${message.json<{ id: string }>().id}/reactions/${encodeURIComponent('👋')}`;
      await ask(client, reaction, 200, { token, method: 'PUT' });
    }
    const email = `person-${people++}@example.org`;
    const registered = await node.client().ask('/api/v1/auth/register', { body: { email, password: PASSWORD, name: 'Person' } });
    assert.equal(registered.status, 201, registered.text);
    return {
      guestId: user.id,
      userId: registered.json<{ user: { id: string } }>().user.id,
      merge: () => ask(client, '/api/v1/auth/login', 200, { token, body: { email, password: PASSWORD, merge: true } }),
    };
  }
  const stall = (...tables: string[]) => Promise.all(tables.map((table) => stallWritersOf(database.ownerUrl, table)));
  const storedBytes = async () => Number((await look<{ bytes: string }>('select bytes from media.usage'))[0]?.bytes);
  const countOf = async (userId: string) => {
    const [row] = await look(
      `select (select count(*)::int from chat.messages where sender_id = $1) as messages,
              (select count(*)::int from chat.reactions where user_id = $1) as reactions,
              (select count(*)::int from chat.members where user_id = $1) as memberships`,
      userId,
    );
    return row;
  };
  async function assertMerged({ guestId, userId }: { guestId: string; userId: string }): Promise<void> {
    await eventually(async () => {
      assert.deepEqual(await countOf(guestId), { messages: 0, reactions: 0, memberships: 0 });
      assert.deepEqual(await countOf(userId), { messages: ROOMS, reactions: ROOMS, memberships: ROOMS });
    }, TAKEN_UP_MS);
    const wrong = await look(
      'select id from chat.rooms r where member_count <> (select count(*) from chat.members m where m.room_id = r.id)',
    );
    assert.deepEqual(wrong, [], 'rooms that count their members wrongly');
  }
  async function assertSealed(): Promise<void> {
    const { verifyChain } = createAuditModule({ city: database.database.city(), clock: systemClock, logger: silentLogger });
    await eventually(async () => {
      const report = await verifyChain(database.zone('dreamseed'));
      assert.equal(report.broken, null);
      assert.equal(report.unsealed, 0);
      assert.ok(report.verified > 0);
    });
  }

  it('a guest merge before its reactions, an upload before its row, a seal before the head of the chain', async () => {
    const kept = await upload(node, 'kept from before');
    assert.equal(kept.status, 201, kept.text);
    const guest = await guestWithAccount();
    const stalls = await stall('chat.reactions', 'media.usage');
    let cutOff: Promise<string>;
    try {
      await guest.merge();
      cutOff = upload(node, 'cut off').then(
        ({ status }) => `answered ${status}`,
        () => 'cut off',
      );
      await Promise.all(stalls.map((one) => one.met()));
      // Last: a seal that stands still holds back what is published after it, as any long transaction does.
      const [heads] = await stall('audit.chain_heads');
      stalls.push(...(heads === undefined ? [] : [heads]));
      const refused = { email: 'nobody@example.org', password: 'wrong' };
      assert.equal((await node.client().ask('/api/v1/auth/login', { body: refused })).status, 401, 'a row to seal');
      await heads?.met();
      assert.deepEqual(await countOf(guest.guestId), { messages: ROOMS - 1, reactions: ROOMS, memberships: ROOMS }, 'half way');
      assert.deepEqual(await blobFiles(folder), { objects: 2, unfinished: 0 });
      await node.kill();
    } finally {
      await Promise.all(stalls.map((one) => one.close()));
    }
    assert.equal(await cutOff, 'cut off');
    node = await start();
    const again = await upload(node, 'cut off');
    assert.equal(again.status, 201, again.text);
    assert.deepEqual(await look('select state, count(*)::int from media.files group by state order by state'), [
      { state: 'pending', count: 1 },
      { state: 'ready', count: 2 },
    ]);
    assert.equal(await storedBytes(), 'kept from before'.length + 'cut off'.length, 'what was cut off counts for nothing');

    // As if an hour had passed and the clock struck seventeen past.
    await look(`update media.files set created_at = now() - interval '2 hours' where state = 'pending'`);
    await look(`insert into jobs.jobs (zone_id, id, name, payload) values ('dreamseed', 'job_sweep', 'media.sweep-files', '{}')`);
    await eventually(async () => {
      assert.deepEqual(await look('select state, count(*)::int from media.files group by state'), [{ state: 'ready', count: 2 }]);
      assert.deepEqual(await blobFiles(folder), { objects: 2, unfinished: 0 });
    }, TAKEN_UP_MS);
    await assertMerged(guest);
    await assertSealed();
  });

  it('a guest merge before its membership, a deletion after its blobs and before its row', async () => {
    const { token } = courtyard.admin;
    const fileId = (await upload(node, 'to be deleted')).json<{ fileId: string }>().fileId;
    const body = { clientId: 'with-file', body: '', fileIds: [fileId] };
    const sent = await ask(node.client(), `/api/v1/rooms/${courtyard.roomId}/messages`, 201, { token, body });
    const before = { ...(await blobFiles(folder)), bytes: await storedBytes() };
    await node.kill('SIGTERM');

    node = await start('--roles', 'web,realtime'); // nobody works on jobs
    const guest = await guestWithAccount();
    await ask(node.client(), `/api/v1/messages/${sent.json<{ id: string }>().id}`, 204, { token, method: 'DELETE' });
    assert.equal((await node.client().ask(`/api/v1/files/${fileId}`, { token })).status, 404, 'gone for everyone at once');
    assert.deepEqual(await look('select state from jobs.jobs where name = $1', 'media.delete-blobs'), [{ state: 'queued' }]);
    const stalls = await stall('chat.members', 'media.files');
    const worker = await start('--roles', 'worker');
    try {
      await guest.merge();
      await Promise.all(stalls.map((one) => one.met()));
      assert.deepEqual(await countOf(guest.guestId), { messages: ROOMS - 1, reactions: ROOMS - 1, memberships: ROOMS }, 'half way');
      assert.equal((await blobFiles(folder)).objects, before.objects - 1, 'the blob is gone, the row is not');
      await Promise.all([node.kill(), worker.kill()]);
    } finally {
      await Promise.all([worker.kill(), ...stalls.map((one) => one.close())]);
    }
    node = await start();
    await assertMerged(guest);
    await eventually(async () => {
      assert.deepEqual(await look('select id from media.files where id = $1', fileId), []);
      assert.deepEqual(await look('select state from jobs.jobs where name = $1', 'media.delete-blobs'), [{ state: 'done' }]);
    }, TAKEN_UP_MS);
    assert.equal((await blobFiles(folder)).objects, before.objects - 1);
    assert.equal(await storedBytes(), before.bytes - 'to be deleted'.length);
    assert.deepEqual(await look('select name, failure from events.parked'), []);
    await assertSealed();
  });
});
