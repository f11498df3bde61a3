import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { VodWholes } from './vod-whole.ts';

const BODY = '#EXTM3U\n';
const HEADERS = ['Vary', 'Origin', 'ETag', '"a"'];

/** What a connection hears that sends `requests` at once; paths of `/node` are answered in Node's own way. */
async function hear(requests: string, closes: () => void = () => {}): Promise<{ text: string; whole: boolean[] }> {
  const wholes = new VodWholes();
  const file = {};
  const whole: boolean[] = [];
  const server = createServer((request, response: ServerResponse) => {
    response.on('close', closes);
    const status = request.url === '/same' ? 304 : 200;
    const making = { status, file, headers: HEADERS, body: status === 304 ? '' : BODY } as const;
    const now = Math.floor(Date.now() / 1000) * 1000;
    if (request.url !== '/node' && wholes.send(response, file, making, now)) {
      whole.push(response.headersSent && response.writableEnded);
      return;
    }
    whole.push(false);
    response.writeHead(200, [...HEADERS, 'Content-Length', String(BODY.length)]).end(BODY);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (piece: string) => {
    text += piece;
  });
  socket.write(requests);
  await once(socket, 'close');
  server.close();
  return { text, whole };
}
const ask = (path: string, ...more: string[]): string =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\n${more.map((line) => `${line}\r\n`).join('')}\r\n`;
const LAST = ask('/last', 'Connection: close');
const undated = (text: string): string => text.replace(/Date: [^\r]+ GMT/g, 'Date: now');

test('an answer in one piece is what Node would have sent', async () => {
  const node = await hear(ask('/node') + LAST);
  const ours = await hear(ask('/ours') + LAST);
  assert.equal(undated(ours.text), undated(node.text));
  assert.deepEqual(
    [node.whole, ours.whole],
    [
      [false, false],
      [true, false],
    ],
  );
});

test('answers of one connection come in their order, each is closed, and the last ends it', async () => {
  let closed = 0;
  const { text, whole } = await hear(ask('/1') + ask('/same') + ask('/node') + ask('/3') + LAST, () => {
    closed += 1;
  });
  assert.deepEqual(text.match(/HTTP\/1.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 304', 'HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 200']);
  assert.match(text, /304 Not Modified\r\nVary: Origin\r\nETag: "a"\r\nDate: [^\r]+\r\nConnection: keep-alive\r\n/);
  assert.equal(whole.at(-1), false);
  assert.equal(closed, 5);
});
