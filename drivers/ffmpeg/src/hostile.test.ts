import assert from 'node:assert/strict';
import { chmod, open, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type MediaFailureReason, MediaToolFailure, silentLogger } from '@madang/kernel';
import { createMediaTools } from './media-tools.ts';
import { film, mediaToolsMissing, openStudio, picture, rung, type Studio, tone, X264 } from './samples.testing.ts';
import { takeOut } from './take-out.ts';

const failsAs = (reason: MediaFailureReason) => (error: unknown) => {
  assert.ok(error instanceof MediaToolFailure, String(error));
  assert.equal(error.reason, reason, error.message);
  assert.ok(error.detail.length <= 500);
  assert.doesNotMatch(error.detail, /madang-media-|\/tmp\//, 'no paths');
  return true;
};

describe('hostile sources', { skip: await mediaToolsMissing() }, () => {
  const tools = createMediaTools({ logger: silentLogger });
  let studio: Studio;
  let folder: string;
  let server: Server;
  let connections = 0;
  let port = 0;
  before(async () => {
    studio = await openStudio();
    folder = await studio.folder();
    server = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  after(async () => {
    await tools.close();
    await new Promise((resolve) => server.close(resolve));
    await studio.close();
  });

  const written = async (name: string, bytes: string | Uint8Array): Promise<string> => {
    const file = path.join(folder, name);
    await writeFile(file, bytes);
    return file;
  };

  const texts: Readonly<Record<string, () => string>> = {
    'text.mp4': () => 'This is no film.\n'.repeat(200),
    'file-list.mp4': () => '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n',
    'web-list.mp4': () =>
      `#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-MAP:URI="http://127.0.0.1:${port}/init.mp4"\n#EXTINF:4,\nhttp://127.0.0.1:${port}/a.ts\n#EXT-X-ENDLIST\n`,
    'joined.mp4': () => "ffconcat version 1.0\nfile '/etc/passwd'\n",
    'session.mp4': () =>
      `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=video ${port} RTP/AVP 96\na=rtpmap:96 H264/90000\n`,
    'manifest.mp4': () =>
      `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>http://127.0.0.1:${port}/a.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>`,
    'picture.mp4': () => '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
  };
  for (const [name, content] of Object.entries(texts))
    it(`refuses ${name}, having opened nothing`, async () => {
      const source = await written(name, content());
      const [before] = await Promise.all([connections]);
      await assert.rejects(tools.probe(source), failsAs('unreadable'));
      await assert.rejects(tools.measureSeconds(source), failsAs('unreadable'));
      assert.equal(connections, before);
    });

  it('refuses a list inside every method, and leaves nothing of a film behind', async () => {
    const source = await written('again.mp4', `#EXTM3U\n#EXTINF:4,\nhttp://127.0.0.1:${port}/a.ts\n`);
    const out = await studio.folder();
    const signal = new AbortController().signal;
    const onSegment = () => Promise.reject(new Error('there is no segment'));
    await assert.rejects(tools.encode({ source, folder: out, picture: picture(), sounds: [], onSegment, signal }), failsAs('unreadable'));
    await assert.rejects(tools.frames(source, { sourceIndex: 0, atSeconds: [0], longSide: 320, folder: out }), failsAs('unreadable'));
    await assert.rejects(tools.waveform(source, { sourceIndex: 0, seconds: 4, points: 4 }), failsAs('unreadable'));
    await assert.rejects(tools.subtitles(source, { sourceIndex: 0 }), failsAs('unreadable'));
    const parts = [source];
    const board = { everyKeyFrames: 1, tile: { width: 160, height: 90 }, columns: 2, rows: 2, folder: out };
    await assert.rejects(tools.storyboard(parts, board), failsAs('unreadable'));
    assert.equal(connections, 0);
  });

  it('reads of a film with external data only what is inside it', async () => {
    // A QuickTime reference film: its data reference names another file.
    const whole = await readFile(await studio.source('plain.mov', `${film(1)} ${X264}`));
    const at = whole.indexOf('url \0\0\0\x01', 0, 'latin1');
    assert.ok(at > 0);
    const named = Buffer.from(whole);
    named.write('alis', at, 'latin1');
    await tools.probe(await written('reference.mov', named)).catch(failsAs('unreadable'));
  });

  it('refuses a film that was cut off before its index, and reads as much as there is of others', async () => {
    const whole = await readFile(await studio.source('plain.mp4', `${film(4)} ${tone(4)} ${X264} -c:a aac`));
    await assert.rejects(tools.probe(await written('cut.mp4', whole.subarray(0, whole.length / 2))), failsAs('unreadable'));
    const open = await readFile(await studio.source('plain.mkv', `${film(4)} ${X264} -g 30`));
    const source = await written('cut.mkv', open.subarray(0, open.length / 2));
    const segments: number[] = [];
    const request = { folder: await studio.folder(), sounds: [], signal: new AbortController().signal };
    const onSegment = async ({ seconds }: { seconds: number }) => void segments.push(seconds);
    await tools.encode({ ...request, source, picture: picture({ rungs: [rung('180', 320, 180)] }), onSegment });
    assert.ok(segments.length === 1 && (segments[0] ?? 0) < 3.9, `${segments}`);
  });

  it('refuses huge pictures by their header', async () => {
    // 60,000 × 60,000 in the sequence header of a small MJPEG.
    const source = await studio.source('small.avi', `${film(1)} -c:v mjpeg`);
    const bytes = Buffer.from(await readFile(source));
    for (let at = bytes.indexOf(Buffer.from([0xff, 0xc0])); at >= 0; at = bytes.indexOf(Buffer.from([0xff, 0xc0]), at + 1)) {
      bytes.writeUInt16BE(60_000, at + 5);
      bytes.writeUInt16BE(60_000, at + 7);
    }
    const format = bytes.indexOf('strf');
    bytes.writeInt32LE(60_000, format + 12);
    bytes.writeInt32LE(60_000, format + 16);
    await assert.rejects(tools.probe(await written('huge.avi', bytes)), failsAs('too_large'));
  });

  it('ends what takes too long', async () => {
    const source = await studio.source('plain.mp4', `${film(4)} ${tone(4)} ${X264} -c:a aac`);
    const hasty = createMediaTools({ logger: silentLogger, limits: { readSeconds: 0.001 } });
    try {
      await assert.rejects(hasty.measureSeconds(source), failsAs('exhausted'));
    } finally {
      await hasty.close();
    }
  });

  it('ends what takes too much memory', async () => {
    const source = await studio.source('large.mp4', `${film(1, { size: '3840x2160', rate: '10' })} ${X264}`);
    const poor = createMediaTools({ logger: silentLogger, limits: { memoryBytes: 420 * 2 ** 20 } });
    try {
      const wish = { sourceIndex: 0, atSeconds: [0.8], longSide: 3840, folder: await studio.folder() };
      await assert.rejects(poor.frames(source, wish), failsAs('exhausted'));
    } finally {
      await poor.close();
    }
  });

  it('reads what only its owner may read, and names no stream that is not there', async () => {
    const source = await written('private.mp4', await readFile(await studio.source('plain.mp4', `${film(4)} ${tone(4)} ${X264} -c:a aac`)));
    await chmod(source, 0o600);
    assert.ok(await tools.probe(source));
    const request = { source, folder: await studio.folder(), sounds: [], signal: new AbortController().signal, onSegment: async () => {} };
    await assert.rejects(tools.encode({ ...request, picture: picture({ sourceIndex: 7 }) }), failsAs('unreadable'));
    await assert.rejects(tools.probe(path.join(folder, 'nowhere.mp4')), failsAs('crashed'));
  });

  it('takes no link for something that was made', async () => {
    const [from, to] = [path.join(folder, 'link'), path.join(folder, 'taken')];
    await symlink('/etc/passwd', from);
    await assert.rejects(takeOut(from, to), failsAs('unreadable'));
    await assert.rejects(open(to), { code: 'ENOENT' });
  });
});
