import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createVideo, film, settled, upload, videoUntil } from '../harness/films.ts';
import type { Answer, Ask } from '../harness/http-client.ts';
import { multipart, plainPng } from '../harness/multipart.ts';
import { mutate, mutateVisible } from '../harness/mutate.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import { type SignedIn, startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';

const ZONE = 'piyakast';
const TUS = { 'tus-resumable': '1.0.0' } as const;
const VTT =
  'WEBVTT\n\nNOTE x\n\n1\n00:00:00.000 --> 00:00:00.500 line:0 align:start\n<v Sol>안녕 <i>there</i></v>\n\n00:00.600 --> 00:00.900\n& more\n';
const SRT = '1\r\n00:00:00,000 --> 00:00:00,500\r\nfirst <b>line</b>\r\n\r\n2\r\n00:00:00,600 --> 00:00:00,900\r\nsecond\r\n';

/** What comes from outside as bytes, with accidents in it: every answer is one, none is a 5xx, nothing hangs, the house stands. */
describe('mutated bytes', () => {
  let madang: TestMadang;
  let creator: SignedIn;
  let folder: string;
  let source: Buffer;
  let roomId: string;
  let videoId: string;

  before(async () => {
    madang = await startTestMadang({ everyFeature: true });
    creator = await madang.account(ZONE, 'student');
    folder = await mkdtemp(path.join(tmpdir(), 'madang-mutated-'));
    const file = path.join(folder, 'film.mp4');
    await film(file, '-f', 'lavfi', '-i', 'testsrc2=size=160x120:rate=10:duration=1', '-f', 'lavfi', '-i', 'sine=duration=1', '-shortest');
    source = await readFile(file);
    videoId = (await createVideo(creator, await upload(creator, file), { title: 'whole', visibility: 'private' })).id;
    roomId = (await must('/api/v1/rooms', { body: { name: 'bytes', visibility: 'private' } })).json<{ id: string }>().id;
  });
  after(async () => {
    await madang?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  const ask = (where: string, given: Ask = {}): Promise<Answer> => creator.client.ask(where, { token: creator.token, ...given });
  const must = async (where: string, given: Ask): Promise<Answer> => {
    const answer = await ask(where, given);
    assert.ok(answer.status < 300, `${where}: ${answer.status} ${answer.text}`);
    return answer;
  };
  /** How often each kind of answer was given. */
  const check = (answer: Answer, what: string, told: Map<number, number>): void => {
    assert.ok(answer.status < 500, `${what}: ${answer.status} ${answer.text.slice(0, 300)}`);
    told.set(answer.status, (told.get(answer.status) ?? 0) + 1);
  };
  const kinds = (told: Map<number, number>): number => new Set([...told.keys()].map((status) => Math.floor(status / 100))).size;

  it('in forms and pictures are taken or refused', async () => {
    const random = seededRandom(1);
    const told = new Map<number, number>();
    const png = plainPng(40, 30);
    for (let round = 0; round < 150; round++) {
      const inside = round % 2 === 0;
      const form = multipart('me.png', 'image/png', inside ? mutate(png, random) : png);
      const given = inside ? form : { ...form, raw: mutate(form.raw, random) };
      for (const where of [`/api/v1/rooms/${roomId}/files`, '/api/v1/users/me/avatar-file', `/api/v1/videos/${videoId}/thumbnail-file`])
        check(await ask(where, { method: 'POST', ...given }), `${where}, round ${round}`, told);
    }
    assert.ok(kinds(told) >= 2, `taken and refused: ${JSON.stringify([...told])}`);
  });

  it('in the headers of uploads are taken or refused, and no upload grows by what was refused', async () => {
    const random = seededRandom(2);
    const told = new Map<number, number>();
    const piece = source.subarray(0, 4_000);
    const good: Record<string, string> = {
      'tus-resumable': '1.0.0',
      'upload-length': '4000',
      'upload-metadata': `filename ${btoa('film.mp4')},filetype ${btoa('video/mp4')}`,
      'upload-checksum': 'sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=',
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
    };
    for (let round = 0; round < 240; round++) {
      const name = Object.keys(good)[round % 6] as string;
      const headers = { ...good, [name]: mutateVisible(good[name] as string, random) };
      const made = await ask('/api/v1/uploads', { method: 'POST', headers, ...(round % 2 === 0 && { raw: piece }) });
      check(made, `POST ${JSON.stringify(headers[name])}`, told);
      if (made.status !== 201) continue;
      const at = String(made.headers.location);
      const sent = await ask(at, { method: 'PATCH', headers, raw: piece });
      check(sent, `PATCH ${name}: ${JSON.stringify(headers[name])}`, told);
      const stands = await ask(at, { method: 'HEAD', headers: TUS });
      const offset = Number(stands.headers['upload-offset']);
      assert.ok([0, piece.length].includes(offset) || sent.status < 300, `${name}: stands at ${offset}`);
      check(await ask(at, { method: 'DELETE', headers: TUS }), 'DELETE', told);
    }
    assert.ok(kinds(told) >= 2, `taken and refused: ${JSON.stringify([...told])}`);
  });

  it('in subtitles are taken or refused', async () => {
    const random = seededRandom(3);
    await videoUntil(creator, videoId, settled);
    const told = new Map<number, number>();
    for (let round = 0; round < 120; round++) {
      const text = mutate(Buffer.from(round % 2 === 0 ? VTT : SRT), random).toString();
      const answer = await ask(`/api/v1/videos/${videoId}/captions/ko`, { method: 'PUT', body: { name: 'Korean', vtt: text } });
      check(answer, JSON.stringify(text), told);
    }
    assert.ok(kinds(told) >= 2, `taken and refused: ${JSON.stringify([...told])}`);
  });

  it('in the paths of films lead nowhere', async () => {
    const random = seededRandom(4);
    const video = (await ask(`/api/v1/videos/${videoId}`)).json<{ playback: { hls: string } }>();
    const hls = video.playback.hls;
    assert.equal((await ask(hls)).status, 200, hls);
    for (let round = 0; round < 400; round++) {
      const where = `/${mutateVisible(hls, random).replaceAll(' ', '~').replace(/^\/*/, '')}`;
      if (where === hls) continue;
      const answer = await madang.client(ZONE).ask(where);
      assert.ok(answer.status < 500, `${where}: ${answer.status}`);
      // Only a query may follow without changing what is asked for.
      const same = where.split(/[?#]/)[0] === hls;
      assert.ok(same || !answer.text.startsWith('#EXTM3U'), `${where} gives the film away`);
    }
  });

  it('in packets of sockets end at most the connection that sent them', async () => {
    const random = seededRandom(5);
    const packets = [
      `0/chat,${JSON.stringify({ token: creator.token })}`,
      `2/chat,7["message:send",${JSON.stringify({ roomId, clientId: 'c-1', body: 'hello' })}]`,
      `2/chat,8["room:join",${JSON.stringify({ roomId, after: 0 })}]`,
      '51-/chat,["message:send",{"_placeholder":true,"num":0}]',
      `2/media,1["watch",${JSON.stringify({ videoId })}]`,
      '1/chat,',
    ];
    let ended = 0;
    for (let round = 0; round < 60; round++) {
      const socket = await madang.socket(ZONE, creator.token);
      const { engine } = socket.io;
      for (let sent = 0; sent < 12 && engine.readyState === 'open'; sent++) {
        const packet = mutate(Buffer.from(packets[Math.floor(random() * packets.length)] as string), random);
        engine.send(random() < 0.8 ? packet.toString() : packet);
        if (sent % 4 === 0) await sleep(2);
      }
      await sleep(5);
      if (engine.readyState !== 'open') ended++;
      socket.close();
    }
    assert.ok(ended > 0, 'what is no packet ends its connection');
    const healthy = await madang.socket(ZONE, creator.token);
    const ack = (await healthy.timeout(10_000).emitWithAck('room:join', { roomId })) as { ok: boolean };
    healthy.close();
    assert.equal(ack.ok, true);
  });

  it('in films make them fail once, with a reason, or play; the whole one after them is made', { timeout: 240_000 }, async () => {
    const ids: string[] = [];
    const head = source.indexOf('moov') > 0 ? source.indexOf('moov') : 0;
    // The last one has a picture of which no frame can be decoded.
    for (const round of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 44]) {
      const random = seededRandom(round * 7919);
      // Every other one is hit where the tables are, which is where parsers break.
      const cut = round % 2 === 0 ? 0 : head;
      const file = path.join(folder, `mutated-${round}.mp4`);
      await writeFile(file, Buffer.concat([source.subarray(0, cut), mutate(source.subarray(cut), random)]));
      ids.push((await createVideo(creator, await upload(creator, file), { title: `mutated ${round}` })).id);
    }
    const last = path.join(folder, 'last.mp4');
    await writeFile(last, source);
    const whole = await createVideo(creator, await upload(creator, last), { title: 'whole' });
    for (const id of ids) {
      const video = await videoUntil(creator, id, settled, 120);
      if (video.status === 'failed') assert.match(video.failure?.code ?? '', /^[a-z]+\.[a-z_]+$/);
      assert.notEqual(video.failure?.code, 'request.internal');
    }
    assert.equal((await videoUntil(creator, whole.id, settled, 60)).status, 'ready');
  });

  it('and afterwards the house stands', async () => {
    assert.equal((await ask('/api/v1/users/me')).status, 200);
    assert.equal((await madang.client('').ask('/ready')).status, 200);
  });
});
