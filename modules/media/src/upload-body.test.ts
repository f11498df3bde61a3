import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { UploadBody } from './upload-body.ts';

const all = async (body: UploadBody, max = 1000): Promise<string> => {
  let text = '';
  for (let piece = await body.next(max); piece !== undefined; piece = await body.next(max)) {
    assert.ok(piece.length > 0 && piece.length <= max);
    text += piece.toString();
  }
  return text;
};

describe('upload body', () => {
  it('gives what came, in pieces of any size, and says that it was whole', async () => {
    for (const max of [1, 3, 4, 100]) {
      const body = new UploadBody(Readable.from(['abc', 'defgh', 'i'].map(Buffer.from), { objectMode: false }), { idleMs: 1000 });
      assert.equal(await all(body, max), 'abcdefghi');
      assert.equal(body.end, 'whole');
      assert.equal(await body.hasMore(), false);
      body.close();
    }
  });

  it('has not ended while something is left', async () => {
    const body = new UploadBody(Readable.from([Buffer.from('ab')], { objectMode: false }), { idleMs: 1000 });
    assert.equal((await body.next(1))?.toString(), 'a');
    assert.equal(body.end, undefined);
    assert.ok(await body.hasMore());
    assert.equal(await all(body), 'b');
    assert.equal(body.end, 'whole');
  });

  it('keeps what came before its sender was gone', async () => {
    const stream = new PassThrough();
    const body = new UploadBody(stream, { idleMs: 1000 });
    stream.write('came');
    stream.destroy(new Error('ECONNRESET'));
    await wait(5);
    assert.equal(await all(body), 'came');
    assert.equal(body.end, 'broken');
    body.close();
    assert.equal(stream.listenerCount('readable'), 0);
  });

  it('ends when nothing comes, but not while nothing is asked for', async () => {
    const stream = new PassThrough();
    const body = new UploadBody(stream, { idleMs: 30 });
    stream.write('a');
    await wait(60);
    assert.equal((await body.next(10))?.toString(), 'a');
    assert.equal(await body.next(10), undefined);
    assert.equal(body.end, 'idle');
    assert.equal(stream.destroyed, false, 'it can still be answered');
    body.close();
  });

  it('ends by our own word, also of one who never stops sending', async () => {
    const stream = new Readable({
      read() {
        this.push('x');
      },
    });
    const stop = new AbortController();
    const body = new UploadBody(stream, { idleMs: 1000, signal: stop.signal });
    assert.ok(await body.hasMore());
    stop.abort();
    assert.ok((await all(body, 1_000_000)).length < 1_000_000);
    assert.equal(body.end, 'stopped');
    body.close();
    stream.destroy();
  });
});
