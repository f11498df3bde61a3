import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Ask, HttpClient } from './http-client.ts';
import type { SpawnedNode } from './spawn-node.ts';

/** Somebody with an account, whose token may be renewed meanwhile. */
export interface Sender {
  readonly client: HttpClient;
  token: string;
  renew(): Promise<void>;
}

/** Opens an account in the demo's zone of films. */
export async function openStudio(node: Pick<SpawnedNode, 'client'>): Promise<Sender> {
  const client = node.client('piyakast');
  const tokenOf = (answer: Answer): string => {
    if (answer.status >= 300) throw new Error(`signing in: ${answer.status} ${answer.text}`);
    return answer.json<{ accessToken: string }>().accessToken;
  };
  const body = { email: 'creator@example.org', password: 'Courtyard-1 of many', name: 'Creator' };
  const sender = {
    client,
    token: tokenOf(await client.ask('/api/v1/auth/register', { body })),
    async renew() {
      sender.token = tokenOf(await client.ask('/api/v1/auth/refresh', { method: 'POST' }));
    },
  };
  return sender;
}

export interface Delivery {
  readonly uploadId: string;
  readonly videoId: string;
  /** Requests that broke on the way. */
  readonly broken: number;
}

const TUS = { 'Tus-Resumable': '1.0.0' } as const;
const LIMIT_MS = 300_000;

/**
 * Brings a film in pieces to a server that may be gone at any moment, and makes a video of it as soon as half of it is there.
 * Rejects when the server has fewer bytes than it ever said it had.
 * @param found the video that was made of an upload whose answer was lost
 */
export async function deliver(
  sender: Sender,
  film: { name: string; bytes: Buffer },
  options: { pieceBytes: number; pauseMs: number; found: (uploadId: string) => Promise<string | undefined> },
): Promise<Delivery> {
  const end = performance.now() + LIMIT_MS;
  let broken = 0;
  /** The answer, once there is one that is not the server's end or another's turn. */
  async function ask(path: string, ask: Ask, mayBreak = false): Promise<Answer | undefined> {
    for (;;) {
      if (performance.now() > end) throw new Error(`${film.name} is not delivered after ${LIMIT_MS / 1000} s`);
      const answer = await sender.client.ask(path, { ...ask, token: sender.token }).catch(() => undefined);
      if (answer !== undefined && ![401, 423, 503].includes(answer.status)) return answer;
      broken++;
      if (mayBreak) return undefined;
      await sleep(100);
    }
  }
  const must = async (path: string, given: Ask): Promise<Answer> => (await ask(path, given)) as Answer;

  const length = film.bytes.length;
  const headers = { ...TUS, 'Upload-Length': `${length}`, 'Upload-Metadata': `filename ${Buffer.from(film.name).toString('base64')}` };
  const created = await must('/api/v1/uploads', { method: 'POST', headers });
  if (created.status !== 201) throw new Error(`POST upload: ${created.status} ${created.text}`);
  const location = created.headers.location as string;
  const uploadId = location.split('/').at(-1) as string;
  let acknowledged = 0;
  let videoId: string | undefined;

  async function makeVideo(): Promise<string> {
    const body = { uploadId, title: film.name, visibility: 'public' };
    const answer = await must('/api/v1/videos', { body });
    if (answer.status === 201) return answer.json<{ id: string }>().id;
    const made = answer.status === 409 ? await options.found(uploadId) : undefined;
    if (made === undefined) throw new Error(`POST video: ${answer.status} ${answer.text}`);
    return made;
  }

  let lastSent = false;
  while (acknowledged < length) {
    const head = await must(location, { method: 'HEAD', headers: TUS });
    // Nobody may have heard that the last piece arrived: an upload that is gone became a film.
    if (head.status === 404 && lastSent && videoId !== undefined) break;
    const offset = Number(head.headers['upload-offset']);
    if (head.status !== 200 || !(offset >= acknowledged)) {
      throw new Error(`${film.name}: ${acknowledged} bytes were acknowledged, now HEAD says ${head.status} and ${offset}`);
    }
    acknowledged = offset;
    if (offset === length) break;
    if (offset > length / 2) videoId ??= await makeVideo();
    const piece = film.bytes.subarray(offset, offset + options.pieceBytes);
    lastSent ||= offset + piece.length === length;
    const patch = { ...TUS, 'Upload-Offset': `${offset}`, 'Content-Type': 'application/offset+octet-stream' };
    const answer = await ask(location, { method: 'PATCH', headers: patch, raw: piece }, true);
    if (answer?.status === 204) acknowledged = Number(answer.headers['upload-offset']);
    else if (answer !== undefined && ![404, 408, 409].includes(answer.status)) throw new Error(`PATCH: ${answer.status} ${answer.text}`);
    await sleep(options.pauseMs);
  }
  videoId ??= await makeVideo();
  return { uploadId, videoId, broken };
}
