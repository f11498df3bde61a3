import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertProblem, soon } from '../harness/assert-problem.ts';
import { type SignedIn, startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';

interface Room {
  id: string;
  name: string;
  visibility: string;
  members: number;
  seq: number;
  membership: { role: string; readSeq: number; unread: number } | null;
}
type List<Item> = { items: Item[] };

describe('rooms over HTTP', () => {
  let madang: TestMadang;
  let owner: SignedIn;
  let other: SignedIn;
  before(async () => {
    madang = await startTestMadang();
    owner = await madang.guest('talk', '주인');
    other = await madang.guest('talk', 'Guest');
  });
  after(() => madang.close());
  const as = (who: SignedIn, method: string, path: string, body?: unknown) =>
    who.client.ask(path, { method, token: who.token, ...(body !== undefined && { body }) });
  const open = async (body: object = {}): Promise<Room> => {
    const made = await as(owner, 'POST', '/api/v1/rooms', { name: 'Courtyard', visibility: 'public', ...body });
    assert.equal(made.status, 201, made.text);
    return made.json<Room>();
  };

  it('a room is opened with name, visibility and members: 201 and the room', async () => {
    const room = await open({ visibility: 'private', memberIds: [other.id] });
    assert.match(room.id, /^room_/);
    assert.deepEqual([room.name, room.visibility, room.members, room.membership?.role], ['Courtyard', 'private', 2, 'owner']);
    const seen = await as(other, 'GET', `/api/v1/rooms/${room.id}`);
    assert.equal(seen.json<Room>().membership?.role, 'member');
  });

  it('a direct room is one per pair, from either side', async () => {
    const first = await as(owner, 'POST', '/api/v1/rooms', { visibility: 'direct', memberIds: [other.id] });
    assert.equal(first.status, 201, first.text);
    const again = await as(other, 'POST', '/api/v1/rooms', { visibility: 'direct', memberIds: [owner.id] });
    assert.equal(again.status, 200);
    assert.equal(again.json<Room>().id, first.json<Room>().id);
    const third = await madang.guest('talk');
    assertProblem(await as(third, 'GET', `/api/v1/rooms/${first.json<Room>().id}`), 404, 'chat.room_not_found');
  });

  it('is read, changed, joined, left and closed', async () => {
    const { id } = await open();
    const path = `/api/v1/rooms/${id}`;
    assert.equal((await as(other, 'GET', path)).json<Room>().membership, null, 'public rooms are read without joining');
    const joined = await as(other, 'POST', `${path}/join`);
    assert.equal(joined.status, 200);
    assert.equal(joined.json<Room>().seq, 0, 'joining writes no message');
    assertProblem(await as(other, 'PATCH', path, { name: 'Taken over' }), 403, 'chat.not_allowed');
    const renamed = await as(owner, 'PATCH', path, { name: '마당', topic: '아무 이야기', slowModeSeconds: 0 });
    assert.deepEqual([renamed.status, renamed.json<Room>().name], [200, '마당']);
    assert.equal((await as(other, 'POST', `${path}/leave`)).status, 204);
    assertProblem(await as(other, 'DELETE', path), 403, 'chat.not_allowed');
    assert.equal((await as(owner, 'DELETE', path)).status, 204);
    for (const who of [owner, other]) assertProblem(await as(who, 'GET', path), 404, 'chat.room_not_found');
  });

  it('lists answer items, newest first, 50 by default and 100 at most, with X-Next-Cursor to the end', async () => {
    const lively = await madang.guest('talk');
    const ids: string[] = [];
    for (let n = 0; n < 53; n++) {
      const made = await as(lively, 'POST', '/api/v1/rooms', { name: `Room ${n}`, visibility: 'private' });
      ids.push(made.json<Room>().id);
    }
    const first = await as(lively, 'GET', '/api/v1/rooms?scope=mine');
    assert.equal(first.json<List<Room>>().items.length, 50);
    const cursor = first.headers['x-next-cursor'];
    assert.equal(typeof cursor, 'string');
    const second = await as(lively, 'GET', `/api/v1/rooms?scope=mine&cursor=${encodeURIComponent(String(cursor))}`);
    assert.equal(second.json<List<Room>>().items.length, 3);
    assert.equal(second.headers['x-next-cursor'], undefined);
    const seen = [...first.json<List<Room>>().items, ...second.json<List<Room>>().items].map((room) => room.id);
    assert.deepEqual([...seen].sort(), [...ids].sort());
    assert.equal((await as(lively, 'GET', '/api/v1/rooms?limit=100&scope=mine')).json<List<Room>>().items.length, 53);
    for (const limit of ['101', '0', '-1', 'x', '1.5']) {
      const problem = assertProblem(await as(lively, 'GET', `/api/v1/rooms?limit=${limit}`), 400, 'request.invalid');
      assert.equal(problem.fields?.[0]?.path, 'query.limit');
    }
  });

  it('members, invitations by name and by link, and what a private room is to others', async () => {
    const { id } = await open({ visibility: 'private' });
    const path = `/api/v1/rooms/${id}`;
    const [invited, byLink] = [await madang.guest('talk'), await madang.guest('talk')];
    for (const who of [invited, byLink]) assertProblem(await as(who, 'POST', `${path}/join`), 404, 'chat.room_not_found');
    const personal = await as(owner, 'POST', `${path}/invitations`, { userId: invited.id });
    assert.equal(personal.status, 201, personal.text);
    const waiting = (await as(invited, 'GET', '/api/v1/invitations')).json<List<{ id: string; roomName: string }>>().items;
    assert.deepEqual(
      waiting.map((each) => each.roomName),
      ['Courtyard'],
    );
    assert.equal((await as(byLink, 'POST', `/api/v1/invitations/${waiting[0]?.id}/accept`)).status, 404, 'it is for one person');
    assert.equal((await as(invited, 'POST', `/api/v1/invitations/${waiting[0]?.id}/accept`)).status, 200);
    const link = (await as(owner, 'POST', `${path}/invitations`, { maxUses: 1 })).json<{ token: string }>();
    assert.equal((await as(byLink, 'POST', `/api/v1/invitations/${link.token}/accept`)).status, 200);
    const late = await madang.guest('talk');
    assert.ok([404, 410, 403].includes((await as(late, 'POST', `/api/v1/invitations/${link.token}/accept`)).status), 'used up');
    const members = (await as(owner, 'GET', `${path}/members`)).json<List<{ person: { id: string }; role: string }>>().items;
    assert.deepEqual(members.map((each) => each.person.id).sort(), [owner.id, invited.id, byLink.id].sort());
    assert.equal((await as(owner, 'DELETE', `${path}/members/${byLink.id}`)).status, 204);
    assertProblem(await as(byLink, 'GET', path), 404, 'chat.room_not_found');
  });

  it('bans keep out, mutes keep quiet, and both are lifted', async () => {
    const { id } = await open();
    const path = `/api/v1/rooms/${id}`;
    const loud = await madang.guest('talk');
    const send = (clientId: string) => as(loud, 'POST', `${path}/messages`, { clientId, body: 'hey' });
    assert.equal((await send('1')).status, 201);
    assertProblem(await as(loud, 'POST', `${path}/bans`, { userId: owner.id }), 403, 'chat.not_allowed');
    assert.equal((await as(owner, 'POST', `${path}/mutes`, { userId: loud.id, reason: 'loud' })).status, 201);
    assertProblem(await send('2'), 403, 'chat.muted');
    assert.equal((await as(loud, 'GET', `${path}/messages`)).status, 200, 'and reads');
    assert.equal((await as(owner, 'DELETE', `${path}/mutes/${loud.id}`)).status, 204);
    assert.equal((await send('3')).status, 201);
    assert.equal((await as(owner, 'POST', `${path}/bans`, { userId: loud.id })).status, 201);
    for (const answer of [await send('4'), await as(loud, 'GET', path), await as(loud, 'POST', `${path}/join`)])
      assertProblem(answer, 403, 'chat.banned');
    const bans = (await as(owner, 'GET', `${path}/bans`)).json<List<{ person: { id: string }; by: { id: string } }>>().items;
    assert.deepEqual(
      bans.map((each) => [each.person.id, each.by.id]),
      [[loud.id, owner.id]],
    );
    assert.equal((await as(owner, 'DELETE', `${path}/bans/${loud.id}`)).status, 204);
    assert.equal((await as(loud, 'POST', `${path}/join`)).status, 200);
  });

  it('pins are set, listed newest first and taken away', async () => {
    const { id } = await open();
    const path = `/api/v1/rooms/${id}`;
    const ids: string[] = [];
    for (const body of ['one', 'two']) {
      const sent = await as(owner, 'POST', `${path}/messages`, { clientId: body, body });
      ids.push(sent.json<{ id: string }>().id);
      assert.equal((await as(owner, 'POST', `${path}/pins`, { messageId: ids.at(-1) })).status, 201);
    }
    assertProblem(await as(other, 'POST', `${path}/pins`, { messageId: ids[0] }), 403, 'chat.not_allowed');
    const pins = async () =>
      (await as(other, 'GET', `${path}/pins`)).json<List<{ message: { id: string } }>>().items.map((each) => each.message.id);
    assert.deepEqual(await pins(), [ids[1], ids[0]]);
    assert.equal((await as(owner, 'DELETE', `${path}/pins/${ids[1]}`)).status, 204);
    assert.deepEqual(await pins(), [ids[0]]);
  });

  it('read markers count what is unread, and never go back', async () => {
    const { id } = await open();
    const path = `/api/v1/rooms/${id}`;
    await as(other, 'POST', `${path}/join`);
    for (let n = 1; n <= 5; n++) await as(owner, 'POST', `${path}/messages`, { clientId: `${n}`, body: `${n}` });
    const unread = async () => (await as(other, 'GET', path)).json<Room>().membership?.unread;
    assert.equal(await unread(), 5);
    assert.deepEqual((await as(other, 'POST', `${path}/read`, { seq: 3 })).json(), { readSeq: 3, unread: 2 });
    assert.deepEqual((await as(other, 'POST', `${path}/read`, { seq: 1 })).json(), { readSeq: 3, unread: 2 });
    assert.deepEqual((await as(other, 'POST', `${path}/read`, { seq: 99 })).json(), { readSeq: 5, unread: 0 });
    await soon(async () => (await unread()) === 0, 'nothing is unread');
  });

  it('search finds Korean and English, where one may read, and nothing that was deleted', async () => {
    const room = await open({ visibility: 'private', memberIds: [other.id] });
    const path = `/api/v1/rooms/${room.id}`;
    const said = ['마당에서 만나요 내일 저녁에', 'Bring the Lanterns please', '등불을 가져오세요'];
    const ids: string[] = [];
    for (const body of said) ids.push((await as(owner, 'POST', `${path}/messages`, { clientId: body, body })).json<{ id: string }>().id);
    const find = async (who: SignedIn, q: string, where = '/api/v1/messages/search') =>
      (await as(who, 'GET', `${where}?q=${encodeURIComponent(q)}`))
        .json<List<{ message: { body: string } }>>()
        .items.map((hit) => hit.message.body);
    assert.deepEqual(await find(other, '저녁'), [said[0]]);
    assert.deepEqual(await find(other, '만나요'), [said[0]]);
    assert.deepEqual(await find(other, 'lantern'), [said[1]]);
    assert.deepEqual(await find(other, 'LANTERNS', `${path}/search`), [said[1]]);
    assert.deepEqual(await find(other, '등불'), [said[2]]);
    assert.deepEqual(await find(await madang.guest('talk'), 'lantern'), []);
    await as(owner, 'DELETE', `/api/v1/messages/${ids[1]}`);
    assert.deepEqual(await find(other, 'lantern'), []);
    for (const q of ['%%', '__', '\\\\', "'; drop", '((', '[a', '.*']) assert.ok(Array.isArray(await find(other, q)), q);
  });
});
