import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { MediaProgress } from '@madang/media/contract';
import type { LiveComments, Video, VideoCard } from '@madang/video/contract';
import { assertProblem } from '../harness/assert-problem.ts';
import { createVideo, decodeAll, fetchHls, openUpload, plainFilm, sendBytes, settled, upload, videoUntil } from '../harness/films.ts';
import { type SignedIn, startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';

describe('a video, from the first byte to the last viewer', () => {
  let madang: TestMadang;
  let creator: SignedIn;
  let viewer: SignedIn;
  let folder: string;
  let source: string;
  before(async () => {
    madang = await startTestMadang();
    folder = await mkdtemp(path.join(tmpdir(), 'madang-films-'));
    source = await plainFilm(path.join(folder, 'holiday.mp4'), { size: '640x360', seconds: 6 });
    creator = await madang.account('piyakast', 'student');
    viewer = await madang.guest('piyakast', 'Viewer');
  });
  after(async () => {
    await madang.close();
    await rm(folder, { recursive: true });
  });
  const as = (who: SignedIn, method: string, where: string, body?: unknown) =>
    who.client.ask(where, { method, token: who.token, ...(body !== undefined && { body }) });

  it('exists before its last byte, is watched live from bytes to ready, and plays whole in every quality', async () => {
    const bytes = await readFile(source);
    const { id: uploadId, location } = await openUpload(creator, 'holiday.mp4', bytes.length);
    const half = Math.floor(bytes.length / 2);
    await sendBytes(creator, location, 0, bytes.subarray(0, half));
    const video = await createVideo(creator, uploadId, { title: '휴일의 마당', tags: ['휴일'] });
    assert.deepEqual([video.status, video.playback, video.mine, video.uploadId], ['uploading', null, true, uploadId]);
    assert.equal((await as(viewer, 'GET', `/api/v1/videos/${video.id}`)).status, 404, 'nobody sees it yet');

    const socket = await madang.socket('piyakast', creator.token, '/media');
    const heard: MediaProgress[] = [];
    socket.on('progress', (progress: MediaProgress) => heard.push(progress));
    const answer = await socket.emitWithAck('watch', { videoId: video.id });
    assert.equal(answer.ok, true, JSON.stringify(answer));
    const stranger = await madang.socket('piyakast', viewer.token, '/media');
    assert.equal((await stranger.emitWithAck('watch', { videoId: video.id })).ok, false);
    stranger.close();

    await sendBytes(creator, location, half, bytes.subarray(half));
    const ready = await videoUntil(creator, video.id, settled);
    assert.equal(ready.status, 'ready', JSON.stringify(ready.failure));
    assert.ok(Math.abs((ready.durationSeconds ?? 0) - 6) < 0.1, `${ready.durationSeconds}`);
    assert.deepEqual([ready.width, ready.height, ready.progress.percent], [640, 360, 100]);
    socket.close();
    const statuses = new Set(heard.map((one) => one.status));
    assert.ok(statuses.has('ready') && heard.every((one) => one.videoId === video.id), [...statuses].join());

    const seen = await as(viewer, 'GET', `/api/v1/videos/${video.id}`);
    assert.equal(seen.status, 200, seen.text);
    const { playback } = seen.json<Video>();
    assert.match(playback?.hls ?? '', new RegExp(`^/vod/${video.id}/v1/master\\.m3u8$`));
    const { master, renditions } = await fetchHls(madang.client('piyakast'), playback?.hls as string);
    assert.deepEqual([...renditions.keys()].sort(), ['240', '360', 'audio']);
    assert.match(
      master,
      /BANDWIDTH=\d+,AVERAGE-BANDWIDTH=\d+,CODECS="avc1\.[0-9a-f]{6},mp4a\.40\.2",RESOLUTION=640x360,FRAME-RATE=30\.000/,
    );
    const lengths = [...renditions].filter(([id]) => id !== 'audio').map(([, one]) => one.segments.map((segment) => segment.seconds));
    assert.deepEqual(lengths[0], lengths[1], 'segments of all qualities meet');
    for (const [id, one] of renditions) {
      assert.ok(one.ended, id);
      const seconds = one.segments.reduce((sum, segment) => sum + segment.seconds, 0);
      assert.ok(Math.abs(seconds - 6) < 0.1, `${id}: ${seconds}`);
      const file = path.join(folder, `${id}.mp4`);
      await writeFile(file, one.bytes);
      const { frames, complaints } = await decodeAll(file);
      assert.equal(complaints, '', id);
      if (id !== 'audio') assert.equal(frames, 180, id);
    }
    const segment = await madang.client('piyakast').ask(playback?.hls.replace('master.m3u8', '360/s00000.m4s') as string);
    assert.match(segment.headers['cache-control'] ?? '', /immutable/);
    const pictures = [playback?.poster, playback?.storyboard, ready.poster?.small, ready.poster?.jpeg];
    for (const picture of pictures) {
      assert.ok(picture, JSON.stringify(playback));
      assert.equal((await madang.client('piyakast').ask(picture)).status, 200, picture);
    }
  });

  it('is found, liked, followed, commented and talked of beside; the bell tells its creator', async () => {
    const video = await createVideo(creator, await upload(creator, source), { title: '달빛 아래 거문고', tags: ['거문고'] });
    const ready = await videoUntil(creator, video.id, settled);
    assert.equal(ready.status, 'ready', JSON.stringify(ready.failure));
    const student = await madang.account('piyakast', 'student');
    for (const q of ['거문고', '거문고를', '거믄고', '달빛 아']) {
      const found = await as(student, 'GET', `/api/v1/search?q=${encodeURIComponent(q)}`);
      assert.ok(
        found.json<{ items: VideoCard[] }>().items.some((one) => one.id === video.id),
        `${q}: ${found.text.slice(0, 300)}`,
      );
    }
    assert.deepEqual((await as(student, 'PUT', `/api/v1/videos/${video.id}/like`)).json(), { likes: 1, liked: true });
    assert.equal(
      (await as(student, 'PUT', `/api/v1/channels/${video.channel.id}/subscription`, {})).json<{ subscribed: boolean }>().subscribed,
      true,
    );
    const socket = await madang.socket('piyakast', viewer.token, '/video');
    const heard = new Promise<LiveComments>((resolve) => socket.once('comments', resolve));
    assert.deepEqual(await socket.emitWithAck('watch', { videoId: video.id }), { ok: true, comments: 0, audience: 'everyone' });
    const said = await as(student, 'POST', `/api/v1/videos/${video.id}/comments`, { body: '0:03 여기가 좋아요' });
    assert.equal(said.status, 201, said.text);
    const { count, comments, made } = await heard;
    assert.deepEqual([count, comments[0]?.body, made], [1, '0:03 여기가 좋아요', [comments[0]?.id]], 'someone who looks hears it');
    const room = await as(student, 'POST', `/api/v1/rooms/${ready.roomId}/messages`, { clientId: 'c1', body: '같이 봐요' });
    assert.equal(room.status, 201, room.text);
    const end = Date.now() + 10_000;
    for (;;) {
      const told = (await as(creator, 'GET', '/api/v1/notifications')).json<{ items: { kind: string; link: string }[] }>().items;
      if (told.some((one) => one.kind === 'video.commented' && one.link.startsWith(`/watch/${video.id}`))) break;
      assert.ok(Date.now() < end, JSON.stringify(told));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const now = (await as(student, 'GET', `/api/v1/videos/${video.id}`)).json<Video>();
    assert.deepEqual([now.likes, now.liked, now.comments, now.channel.subscribers], [1, true, 1, 1]);

    const toldOfAudience = new Promise((resolve) => socket.once('audience', resolve));
    const later: unknown[] = [];
    socket.on('comments', (message) => later.push(message));
    assert.equal((await as(creator, 'PATCH', `/api/v1/videos/${video.id}`, { visibility: 'private' })).status, 200);
    assert.equal((await as(creator, 'POST', `/api/v1/videos/${video.id}/comments`, { body: '혼잣말' })).status, 201);
    assert.deepEqual(await toldOfAudience, { videoId: video.id, audience: 'owner' });
    const refused = await socket.emitWithAck('watch', { videoId: video.id });
    assert.equal(refused.error?.code, 'video.video_not_found');
    assert.deepEqual(later, [], 'nothing is heard of what became private');
    socket.close();
    assert.equal((await as(creator, 'DELETE', `/api/v1/videos/${video.id}`)).status, 204);
    assertProblem(await as(creator, 'GET', `/api/v1/rooms/${ready.roomId}/messages`), 404, 'chat.room_not_found');
  });

  it('made private: its old paths are refused within a second, its owner plays on with a token', async () => {
    const video = await createVideo(creator, await upload(creator, source));
    const ready = await videoUntil(creator, video.id, settled);
    const plain = ready.playback?.hls as string;
    const anyone = madang.client('piyakast');
    assert.equal((await anyone.ask(plain)).status, 200);
    assert.equal((await as(creator, 'PATCH', `/api/v1/videos/${video.id}`, { visibility: 'private' })).status, 200);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    assertProblem(await anyone.ask(plain), 404, 'request.not_found');
    assert.equal((await as(viewer, 'GET', `/api/v1/videos/${video.id}`)).status, 404);
    const mine = (await as(creator, 'GET', `/api/v1/videos/${video.id}`)).json<Video>();
    assert.match(mine.playback?.hls ?? '', /^\/vod\/t\/[\w-]+\//);
    assert.equal((await anyone.ask(mine.playback?.hls as string)).status, 200);
    const elsewhere = await madang.client('kzone').ask(mine.playback?.hls as string);
    assert.equal(elsewhere.status, 404, 'a token is of its zone');
    assert.equal((await as(creator, 'DELETE', `/api/v1/videos/${video.id}`)).status, 204);
    assert.equal((await as(creator, 'GET', `/api/v1/videos/${video.id}`)).status, 404);
  });
});
