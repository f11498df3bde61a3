import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertProblem } from '../harness/assert-problem.ts';
import { multipart, plainPng } from '../harness/multipart.ts';
import { type SignedIn, startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';

interface Message {
  id: string;
  seq: number;
  body: string;
  clientId: string;
  sender: { id: string; name: string };
  replyTo: { id: string; body: string; deleted: boolean } | null;
  files: { fileId: string; name: string; contentType: string; url: string; thumbnailUrl: string | null; width: number | null }[];
  reactions: { reaction: string; count: number; mine: boolean }[];
  editedAt: string | null;
  deletedAt: string | null;
}

describe('messages over HTTP', () => {
  let madang: TestMadang;
  let owner: SignedIn;
  let other: SignedIn;
  before(async () => {
    madang = await startTestMadang();
    owner = await madang.guest('talk', 'Owner');
    other = await madang.guest('talk', 'Other');
  });
  after(() => madang.close());
  const as = (who: SignedIn, method: string, path: string, body?: unknown) =>
    who.client.ask(path, { method, token: who.token, ...(body !== undefined && { body }) });
  const room = async (visibility = 'public'): Promise<string> => {
    const made = await as(owner, 'POST', '/api/v1/rooms', { name: 'Courtyard', visibility });
    return `/api/v1/rooms/${made.json<{ id: string }>().id}`;
  };
  let sent = 0;
  const send = (who: SignedIn, path: string, body: object) => as(who, 'POST', `${path}/messages`, { clientId: `c${++sent}`, ...body });
  const history = async (path: string, query = '') => {
    const answer = await as(owner, 'GET', `${path}/messages${query}`);
    assert.equal(answer.status, 200, answer.text);
    return { items: answer.json<{ items: Message[] }>().items, next: answer.headers['x-next-cursor'] as string | undefined };
  };

  it('is sent: 201; repeated with its clientId: 200, the same message, nothing stored', async () => {
    const path = await room();
    const first = await as(owner, 'POST', `${path}/messages`, { clientId: 'once', body: '안녕하세요' });
    assert.equal(first.status, 201, first.text);
    assert.equal(first.json<Message>().seq, 1);
    const again = await as(owner, 'POST', `${path}/messages`, { clientId: 'once', body: 'something else' });
    assert.deepEqual([again.status, again.json<Message>().id, again.json<Message>().body], [200, first.json<Message>().id, '안녕하세요']);
    const others = await as(other, 'POST', `${path}/messages`, { clientId: 'once', body: 'mine' });
    assert.equal(others.status, 201, 'a clientId is its sender’s');
    const storm = await Promise.all(
      Array.from({ length: 20 }, () => as(other, 'POST', `${path}/messages`, { clientId: 'storm', body: 'x' })),
    );
    assert.equal(new Set(storm.map((answer) => answer.json<Message>().id)).size, 1);
    assert.equal(storm.filter((answer) => answer.status === 201).length, 1);
    assert.equal((await history(path)).items.length, 3);
  });

  it('takes 4,000 characters and no more, counts them as people do, and an empty one only with files', async () => {
    const path = await room();
    for (const body of ['가'.repeat(4000), '😀'.repeat(4000), 'a'.repeat(4000)]) {
      const answer = await send(owner, path, { body });
      assert.equal(answer.status, 201, answer.text.slice(0, 200));
      assert.equal(answer.json<Message>().body, body);
    }
    for (const body of ['가'.repeat(4001), '😀'.repeat(4001)]) {
      assert.equal(assertProblem(await send(owner, path, { body }), 400, 'request.invalid').fields?.[0]?.path, 'body.body');
    }
    for (const body of ['', '   ', '\n\t']) assert.equal((await send(owner, path, { body })).status, 400, JSON.stringify(body));
    assert.equal((await send(owner, path, {})).status, 400);
  });

  it('numbers have no holes under a crowd, and all readers see one order', async () => {
    const path = await room();
    const crowd = await Promise.all(Array.from({ length: 8 }, () => madang.guest('talk')));
    await Promise.all(crowd.flatMap((who) => Array.from({ length: 12 }, (_, n) => send(who, path, { body: `${who.id} ${n}` }))));
    const all = [...(await history(path, '?limit=100')).items].reverse();
    assert.deepEqual(
      all.map((message) => message.seq),
      Array.from({ length: 96 }, (_, n) => n + 1),
    );
  });

  it('history pages both ways by cursor, newest first, 50 by default', async () => {
    const path = await room();
    for (let n = 1; n <= 120; n++) await send(n % 2 === 0 ? owner : other, path, { body: `${n}` });
    const seqs = (items: Message[]) => items.map((message) => message.seq);
    const range = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, n) => from - n);
    const newest = await history(path);
    assert.deepEqual(seqs(newest.items), range(120, 71));
    const older = await history(path, `?cursor=${newest.next}`);
    assert.deepEqual(seqs(older.items), range(70, 21));
    const oldest = await history(path, `?cursor=${older.next}&direction=before`);
    assert.deepEqual([seqs(oldest.items), oldest.next], [range(20, 1), undefined]);
    const forward = await history(path, '?cursor=20&direction=after&limit=30');
    assert.deepEqual([seqs(forward.items), typeof forward.next], [range(50, 21), 'string']);
    const end = await history(path, '?cursor=100&direction=after&limit=100');
    assert.deepEqual([seqs(end.items), end.next], [range(120, 101), undefined]);
    const around = seqs((await history(path, '?around=60&limit=10')).items);
    assert.ok(around.includes(60) && around.length === 10, String(around));
    for (const query of ['?cursor=x', '?cursor=-1', '?direction=sideways', '?limit=101', '?at=yesterday', '?around=x']) {
      assertProblem(await as(owner, 'GET', `${path}/messages${query}`), 400, 'request.invalid');
    }
  });

  it('replies, edits and deletes; only the sender edits, the owner also deletes', async () => {
    const path = await room();
    const first = (await send(other, path, { body: 'first' })).json<Message>();
    const reply = (await send(owner, path, { body: 'second', replyTo: first.id })).json<Message>();
    assert.deepEqual([reply.replyTo?.id, reply.replyTo?.body], [first.id, 'first']);
    assertProblem(await as(owner, 'PATCH', `/api/v1/messages/${first.id}`, { body: 'put in their mouth' }), 403, 'chat.not_allowed');
    const edited = await as(other, 'PATCH', `/api/v1/messages/${first.id}`, { body: 'first, corrected' });
    assert.equal(edited.json<Message>().body, 'first, corrected');
    assert.notEqual(edited.json<Message>().editedAt, null);
    assert.equal((await as(owner, 'DELETE', `/api/v1/messages/${first.id}`)).status, 204);
    const { items } = await history(path);
    const gone = items.find((message) => message.id === first.id);
    assert.ok(gone && gone.deletedAt !== null && gone.body === '', 'its place stays, its words go');
    assert.deepEqual(items.find((message) => message.id === reply.id)?.replyTo, { ...reply.replyTo, body: '', deleted: true });
    const elsewhere = await room();
    assertProblem(await send(owner, elsewhere, { body: 'x', replyTo: reply.id }), 400, 'chat.reply_not_found');
  });

  it('reactions are any text up to 32 characters, once a person', async () => {
    const path = await room();
    const { id } = (await send(owner, path, { body: 'like this' })).json<Message>();
    const react = (who: SignedIn, method: string, reaction: string) =>
      as(who, method, `/api/v1/messages/${id}/reactions/${encodeURIComponent(reaction)}`);
    for (const who of [owner, other, other]) assert.equal((await react(who, 'PUT', '👍🏽')).status, 200);
    assert.equal((await react(owner, 'PUT', '확인했어요')).status, 200);
    assert.equal((await react(owner, 'PUT', 'a/b?c#d%')).status, 200);
    assert.equal((await react(owner, 'PUT', 'x'.repeat(32))).status, 200);
    assertProblem(await react(owner, 'PUT', 'x'.repeat(33)), 400, 'request.invalid');
    const counts = async () =>
      Object.fromEntries((await history(path)).items[0]?.reactions.map((each) => [each.reaction, each.count]) ?? []);
    assert.deepEqual(await counts(), { '👍🏽': 2, 확인했어요: 1, 'a/b?c#d%': 1, [`${'x'.repeat(32)}`]: 1 });
    assert.equal((await react(other, 'DELETE', '👍🏽')).status, 200);
    assert.equal((await counts())['👍🏽'], 1);
  });

  describe('files', () => {
    const upload = (who: SignedIn, path: string, form: ReturnType<typeof multipart>) =>
      who.client.ask(`${path}/files`, { method: 'POST', token: who.token, ...form });

    it('are uploaded in parts (201 with fileId), sent, and read by members with nosniff and Content-Disposition', async () => {
      const path = await room('private');
      const uploaded = await upload(owner, path, multipart('노트.txt', 'text/html', 'just words'));
      assert.equal(uploaded.status, 201, uploaded.text);
      const { fileId } = uploaded.json<{ fileId: string }>();
      const message = await send(owner, path, { body: '', fileIds: [fileId] });
      assert.equal(message.status, 201, message.text);
      const [card] = message.json<Message>().files;
      assert.deepEqual([card?.fileId, card?.name], [fileId, '노트.txt']);
      const read = await as(owner, 'GET', `/api/v1/files/${fileId}`);
      assert.deepEqual([read.status, read.text], [200, 'just words']);
      assert.equal(read.headers['x-content-type-options'], 'nosniff');
      assert.match(String(read.headers['content-disposition']), /filename\*=UTF-8''%EB%85%B8%ED%8A%B8\.txt/i);
      assert.match(String(read.headers['content-type']), /^text\/plain/, 'the type is told by the bytes');
      assert.match(String(read.headers['cache-control']), /private/);
      const part = await owner.client.ask(`/api/v1/files/${fileId}`, { token: owner.token, headers: { range: 'bytes=5-' } });
      assert.deepEqual([part.status, part.text], [206, 'words']);
      assertProblem(await as(other, 'GET', `/api/v1/files/${fileId}`), 404, 'media.file_not_found');
      assert.equal((await madang.client('talk').ask(`/api/v1/files/${fileId}`)).status, 401);
    });

    it('pictures are thumbnailed and say their size', async () => {
      const path = await room();
      const uploaded = await upload(owner, path, multipart('p.png', 'image/png', plainPng(1600, 900)));
      assert.equal(uploaded.status, 201, uploaded.text);
      const card = uploaded.json<Message['files'][number]>();
      assert.deepEqual([card.width, card.contentType], [1600, 'image/png']);
      const thumbnail = await as(owner, 'GET', card.thumbnailUrl as string);
      assert.equal(thumbnail.status, 200);
      assert.match(String(thumbnail.headers['content-type']), /^image\//);
    });

    it('what claims to be a picture and is none, what is too large, and what is no form is refused', async () => {
      const path = await room();
      const html = await upload(owner, path, multipart('x.png', 'image/png', '<!doctype html><script>alert(1)</script>'));
      if (html.status === 201) {
        const read = await as(owner, 'GET', `/api/v1/files/${html.json<{ fileId: string }>().fileId}`);
        assert.doesNotMatch(String(read.headers['content-type']), /html|image/);
        assert.match(String(read.headers['content-disposition']), /^attachment/);
      } else assert.ok(html.status >= 400 && html.status < 500);
      const large = await upload(owner, path, multipart('large.bin', 'application/octet-stream', Buffer.alloc(25_000_001, 7)));
      assert.equal(large.status, 413, large.text);
      assert.equal((await as(owner, 'POST', `${path}/files`, { not: 'a form' })).status, 415);
      const empty = await owner.client.ask(`${path}/files`, {
        method: 'POST',
        token: owner.token,
        raw: '--x--\r\n',
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
      });
      assert.equal(empty.status, 400, empty.text);
    });

    it('a file is its sender’s to send, in the room it was uploaded to', async () => {
      const [path, elsewhere] = [await room(), await room()];
      const { fileId } = (await upload(owner, path, multipart('a.txt', 'text/plain', 'a'))).json<{ fileId: string }>();
      for (const [who, where] of [
        [other, path],
        [owner, elsewhere],
      ] as const) {
        const answer = await send(who, where, { body: 'with', fileIds: [fileId] });
        assert.ok(answer.status >= 400 && answer.status < 500, answer.text);
      }
      assertProblem(await as(other, 'GET', `/api/v1/files/${fileId}`), 404, 'media.file_not_found');
      assert.equal((await send(owner, path, { body: 'with', fileIds: [fileId] })).status, 201);
      assert.equal((await as(other, 'GET', `/api/v1/files/${fileId}`)).status, 200, 'once it was sent, who reads the room reads it');
      assert.ok((await send(owner, path, { body: 'again', fileIds: [fileId] })).status >= 400, 'once');
    });
  });
});
