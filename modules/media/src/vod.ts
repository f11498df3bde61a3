import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type AnyEventHandler,
  type BlobStore,
  type Clock,
  type Closable,
  fail,
  onEvent,
  publicAccess,
  type RawRouteContext,
  type RawRouteDefinition,
  requestErrors,
} from '@madang/kernel';
import { assetChanged } from './asset.ts';
import { segmentName, vodPrefix } from './asset-keys.ts';
import { mediaErrors } from './media-errors.ts';
import { parseRange } from './serve-file.ts';
import { createVodAccess, type VodAccess, vodName } from './vod-access.ts';
import { type VodFile, VodFiles } from './vod-files.ts';
import { contentTypeOf, readVodPath, segmentNumber, type VodPath } from './vod-path.ts';
import { VodSender } from './vod-send.ts';
import { createVodTokens, type VodTokens } from './vod-token.ts';
import { VodWholes } from './vod-whole.ts';

export interface VodDeps {
  readonly blobs: BlobStore;
  readonly clock: Clock;
  /** The city's: the key of the tokens is derived from it. */
  readonly secret: Buffer;
  /** Of films in memory, at most; default 256 MB. Given back after a minute in which nobody asked. */
  readonly memoryBytes?: number;
  /** Default 1,024. */
  readonly openFiles?: number;
}

export interface Vod extends Closable {
  readonly rawRoutes: readonly RawRouteDefinition[];
  readonly handlers: readonly AnyEventHandler[];
  readonly tokens: VodTokens;
  /** What is held now, for tests and figures. */
  held(): { readonly memoryBytes: number; readonly openFiles: number; readonly readBuffers: number };
}

const PLAYLIST_SECONDS = 3600;
const REST_SECONDS = 7 * 24 * 3600;
const MAX_TARGETS = 10_000;
const MAX_TARGET_LENGTH = 250;

/** Serves what was made of assets: `/vod/{asset}/{version}/{file}`, and the same behind `/vod/t/{token}/`. */
export function createVod(deps: VodDeps): Vod {
  const { blobs, clock } = deps;
  const tokens = createVodTokens(deps.secret);
  const access = createVodAccess(clock);
  const files = new VodFiles({ blobs, clock, memoryBytes: deps.memoryBytes ?? 256 * 1024 * 1024, openFiles: deps.openFiles ?? 1024 });
  const sender = new VodSender(files, blobs);
  const wholes = new VodWholes();

  /** What paths mean, by the path: players ask for few in a row, and reading one costs as much as answering it. */
  const targets = new Map<string, VodTarget>();

  function targetOf(url: string, zoneId: string): VodTarget | undefined {
    const known = targets.get(url);
    if (known !== undefined && known.zoneId === zoneId) return known;
    const path = readVodPath(url);
    if (path === undefined) return undefined;
    const { token, assetId, version, file, kind } = path;
    // before the database: whoever makes tokens up costs a hash
    const end = token === undefined ? Number.POSITIVE_INFINITY : tokens.endOf(token, zoneId, assetId);
    if (end === undefined) return undefined;
    const key = vodPrefix(zoneId, assetId, `v${version}`) + file;
    const query = url.indexOf('?');
    const target: VodTarget = {
      ...path,
      zoneId,
      end,
      key,
      assetName: vodName(zoneId, assetId),
      contentType: contentTypeOf(path),
      folder: url.slice(0, url.lastIndexOf('/', query < 0 ? undefined : query) + 1),
      segment:
        kind === 'segment' ? { number: segmentNumber(file), listKey: `${key.slice(0, key.lastIndexOf('/'))}/index.m3u8` } : undefined,
    };
    if (url.length <= MAX_TARGET_LENGTH) {
      if (targets.size >= MAX_TARGETS) targets.clear();
      targets.set(url, target);
    }
    return target;
  }

  function handler(request: IncomingMessage, response: ServerResponse, context: RawRouteContext): Promise<void> | void {
    const { zone } = context;
    const target = targetOf(request.url ?? '', zone.zone.id);
    const now = clock.now().getTime();
    if (target === undefined) notThere();
    // whoever has a token of ours learns that it has ended, and may ask for the next
    if (now >= target.end) fail(mediaErrors.path_ended);
    const asked: Asked = { request, response, context, target, now };
    const known = access.find(zone, target.assetId, target.assetName, now);
    return known instanceof Promise ? known.then((asset) => serve(asked, asset)) : serve(asked, known);
  }

  function serve(asked: Asked, asset: VodAccess | undefined): Promise<void> | void {
    const { target, now } = asked;
    if (asset === undefined || asset.access === 'closed' || target.version > asset.version) notThere();
    if (asset.access === 'signed' && target.token === undefined) notThere();
    const growing = target.version === asset.version && !asset.ready;
    const playlist = target.kind === 'playlist';
    const mayChange = growing || playlist || target.kind === 'text';
    const found = files.find(target.key, { playlist, mayChange, growing, now });
    // the playlist a segment stands in tells whether it is there to stay, and which comes next
    const listing = target.segment && files.find(target.segment.listKey, { playlist: true, mayChange: growing, growing, now });
    if (found instanceof Promise || listing instanceof Promise) {
      return Promise.all([found, listing]).then(([file, list]) => answer(asked, file, list, growing, true));
    }
    return answer(asked, found, listing, growing, true);
  }

  function answer(
    asked: Asked,
    file: VodFile | undefined,
    listing: VodFile | undefined,
    growing: boolean,
    mayLookAgain: boolean,
  ): Promise<void> | void {
    if (file === undefined) notThere();
    const { request, response, target, now } = asked;
    const { headers } = asked.context;
    headers.push('ETag', file.etag, 'Cache-Control', cacheControl(target, growing, listing));
    headers.push('Cross-Origin-Resource-Policy', target.kind === 'picture' && target.token === undefined ? 'cross-origin' : 'same-site');
    const { 'if-none-match': ifNoneMatch, 'if-range': ifRange, range: wanted } = request.headers;
    if (ifNoneMatch !== undefined && matches(ifNoneMatch, file.etag)) {
      if (request.method === 'GET' && wholes.send(response, target, { status: 304, file, headers, body: '' }, now)) return;
      response.writeHead(304, headers);
      response.end();
      return;
    }
    if (target.kind !== 'playlist') headers.push('Accept-Ranges', 'bytes');
    const range = wanted === undefined || (ifRange !== undefined && ifRange !== file.etag) ? undefined : parseRange(wanted, file.bytes);
    if (range === 'unsatisfiable') {
      headers.push('Content-Range', `bytes */${file.bytes}`, 'Content-Length', '0');
      response.writeHead(416, headers);
      response.end();
      return;
    }
    if (file.text !== undefined && range === undefined && request.method === 'GET') {
      const whole = { status: 200, file, headers: [...headers, 'Content-Type', target.contentType], body: file.text } as const;
      if (wholes.send(response, target, whole, now)) {
        files.used(file, now);
        return;
      }
    }
    const start = range?.start ?? 0;
    const end = range?.end ?? file.bytes - 1;
    headers.push('Content-Type', target.contentType, 'Content-Length', String(end - start + 1));
    if (range !== undefined) headers.push('Content-Range', `bytes ${start}-${end}/${file.bytes}`);
    if (target.segment !== undefined && lists(listing, target.segment.number + 1)) {
      headers.push('Link', `<${target.folder}${segmentName(target.segment.number + 1)}>; rel=preload; as=fetch; crossorigin`);
    }
    const head = () => void response.writeHead(range === undefined ? 200 : 206, headers);
    if (request.method === 'HEAD' || end < start) {
      head();
      response.end();
      return;
    }
    const sent = sender.send({ request, response, file, start, end, head, now });
    if (sent === true) return;
    return sent.then((isSent) => {
      if (isSent) return;
      // deleted or put again between the look and the read: once more from the start, and then it is not there
      if (!mayLookAgain) notThere();
      const again = files.find(file.key, { playlist: target.kind === 'playlist', mayChange: true, growing: true, now });
      return Promise.resolve(again).then((fresh) => answer(asked, fresh, listing, growing, false));
    });
  }

  return {
    tokens,
    rawRoutes: [
      {
        prefix: '/vod/',
        methods: ['GET', 'HEAD'],
        policy: publicAccess('films and pictures that are public; others only behind a token that was signed for who may see them'),
        handler,
      },
    ],
    handlers: [
      onEvent({
        event: assetChanged,
        delivery: 'every-node',
        name: 'media.drop-vod-access',
        handle: ({ zoneId }, { assetId }) => access.drop(zoneId, assetId),
      }),
    ],
    held: () => ({ memoryBytes: files.memory.bytes, openFiles: files.handles.count, readBuffers: sender.buffers.lent }),
    async close() {
      files.close();
    },
  };
}

interface VodTarget extends VodPath {
  readonly zoneId: string;
  /** Of its token, ms. */
  readonly end: number;
  readonly key: string;
  readonly assetName: string;
  readonly contentType: string;
  /** The URL up to the file's name. */
  readonly folder: string;
  readonly segment: { readonly number: number; readonly listKey: string } | undefined;
}

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: RawRouteContext;
  readonly target: VodTarget;
  readonly now: number;
}

/** The same for what was never there, what is closed, what asks for a token and what none of ours opens: nobody learns which. */
function notThere(): never {
  fail(requestErrors.not_found, { detail: 'nothing is served here' });
}

/** What needs a token is for the viewer's own cache only. While the film grows, a segment stays as it is once it is listed. */
function cacheControl({ kind, token, segment }: VodTarget, growing: boolean, listing: VodFile | undefined): string {
  const who = token === undefined ? 'public' : 'private';
  if (kind === 'playlist' || kind === 'text') return growing ? NO_CACHE[who] : PLAYLIST_CACHE[who];
  return growing && segment !== undefined && !lists(listing, segment.number) ? NO_CACHE[who] : REST_CACHE[who];
}
const NO_CACHE = { public: 'no-cache', private: 'private, no-cache' };
const PLAYLIST_CACHE = { public: `public, max-age=${PLAYLIST_SECONDS}`, private: `private, max-age=${PLAYLIST_SECONDS}` };
const REST_CACHE = {
  public: `public, max-age=${REST_SECONDS}, immutable`,
  private: `private, max-age=${REST_SECONDS}, immutable`,
};

function lists(listing: VodFile | undefined, segment: number): boolean {
  const listed = listing?.segments;
  return listed !== undefined && segment >= listed.first && segment <= listed.last;
}

/** `If-None-Match` compares weakly (RFC 9110 §13.1.2). */
function matches(header: string, etag: string): boolean {
  if (header === etag || header.trim() === '*') return true;
  return header.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag);
}
