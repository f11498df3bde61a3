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
import { vodPrefix } from './asset-keys.ts';
import { parseRange } from './serve-file.ts';
import { createVodAccess, type VodAccess } from './vod-access.ts';
import { type VodFile, VodFiles } from './vod-files.ts';
import { contentTypeOf, nextSegment, readVodPath, type VodPath } from './vod-path.ts';
import { VodSender } from './vod-send.ts';
import { createVodTokens, type VodTokens } from './vod-token.ts';

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

/** Serves what was made of assets: `/vod/{asset}/{version}/{file}`, and the same behind `/vod/t/{token}/`. */
export function createVod(deps: VodDeps): Vod {
  const { blobs, clock } = deps;
  const tokens = createVodTokens(deps.secret);
  const access = createVodAccess(clock);
  const files = new VodFiles({ blobs, clock, memoryBytes: deps.memoryBytes ?? 256 * 1024 * 1024, openFiles: deps.openFiles ?? 1024 });
  const sender = new VodSender(files, blobs);

  function handler(request: IncomingMessage, response: ServerResponse, context: RawRouteContext): Promise<void> | void {
    const path = readVodPath(request.url ?? '');
    if (path === undefined) fail(requestErrors.not_found, { detail: 'no file has such a path' });
    const now = clock.now();
    // before the database: whoever makes tokens up costs a hash
    if (path.token !== undefined && !tokens.verify(path.token, context.zone.zone.id, path.assetId, now)) notThere();
    const asked: Asked = { request, response, context, path, now: now.getTime() };
    const known = access.find(context.zone, path.assetId, asked.now);
    return known instanceof Promise ? known.then((asset) => serve(asked, asset)) : serve(asked, known);
  }

  function serve(asked: Asked, asset: VodAccess | undefined): Promise<void> | void {
    const { path } = asked;
    if (asset === undefined || asset.access === 'closed' || path.version > asset.version) notThere();
    if (asset.access === 'signed' && path.token === undefined) notThere();
    const growing = path.version === asset.version && !asset.ready;
    const key = vodPrefix(asked.context.zone.zone.id, path.assetId, `v${path.version}`) + path.file;
    const mayChange = growing || path.kind === 'playlist' || path.kind === 'text';
    const found = files.find(key, { playlist: path.kind === 'playlist', mayChange, now: asked.now });
    const listing = path.kind === 'segment' ? findListing(key, growing, asked.now) : undefined;
    if (found instanceof Promise || listing instanceof Promise) {
      return Promise.all([found, listing]).then(([file, list]) => answer(asked, file, list, growing, true));
    }
    return answer(asked, found, listing, growing, true);
  }

  /** The playlist a segment stands in tells whether it is there to stay, and which comes next. */
  function findListing(key: string, growing: boolean, now: number) {
    return files.find(`${key.slice(0, key.lastIndexOf('/'))}/index.m3u8`, { playlist: true, mayChange: growing, now });
  }

  function answer(
    asked: Asked,
    file: VodFile | undefined,
    listing: VodFile | undefined,
    growing: boolean,
    mayLookAgain: boolean,
  ): Promise<void> | void {
    if (file === undefined) notThere();
    const { request, response, path } = asked;
    const headers = asked.context.headers;
    const isListed = path.kind !== 'segment' || !growing || isIn(listing, nextSegment(path.file).number - 1);
    headers.push(
      'ETag',
      file.etag,
      'Cache-Control',
      cacheControl(path, growing, isListed),
      'Cross-Origin-Resource-Policy',
      path.kind === 'picture' && path.token === undefined ? 'cross-origin' : 'same-site',
    );
    const ifNoneMatch = request.headers['if-none-match'];
    if (ifNoneMatch !== undefined && matches(ifNoneMatch, file.etag)) {
      response.writeHead(304, headers);
      response.end();
      return;
    }
    const ifRange = request.headers['if-range'];
    const wanted = request.headers.range;
    const range = wanted === undefined || (ifRange !== undefined && ifRange !== file.etag) ? undefined : parseRange(wanted, file.bytes);
    headers.push('Accept-Ranges', 'bytes');
    if (range === 'unsatisfiable') {
      headers.push('Content-Range', `bytes */${file.bytes}`, 'Content-Length', '0');
      response.writeHead(416, headers);
      response.end();
      return;
    }
    const start = range?.start ?? 0;
    const end = range?.end ?? file.bytes - 1;
    headers.push('Content-Type', contentTypeOf(path), 'Content-Length', String(end - start + 1));
    if (range !== undefined) headers.push('Content-Range', `bytes ${start}-${end}/${file.bytes}`);
    const preload = preloadOf(asked, file, listing);
    if (preload !== undefined) headers.push('Link', preload);
    const head = () => void response.writeHead(range === undefined ? 200 : 206, headers);
    if (request.method === 'HEAD' || end < start) {
      head();
      response.end();
      return;
    }
    const sent = sender.send({ request, response, file, start, end, head, now: asked.now });
    if (sent === true) return;
    return sent.then((isSent) => {
      if (isSent) return;
      // deleted or put again between the look and the read: once more from the start, and then it is not there
      if (!mayLookAgain) notThere();
      const again = files.find(file.key, { playlist: path.kind === 'playlist', mayChange: true, now: asked.now });
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

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: RawRouteContext;
  readonly path: VodPath;
  readonly now: number;
}

/** The same for what was never there, what is closed and what asks for a token: nobody learns which. */
function notThere(): never {
  fail(requestErrors.not_found, { detail: 'nothing is served here' });
}

/** What needs a token is for the viewer's own cache only. */
function cacheControl({ kind, token }: VodPath, growing: boolean, isListed: boolean): string {
  const who = token === undefined ? 'public' : 'private';
  if (kind === 'playlist' || kind === 'text') return growing ? NO_CACHE[who] : PLAYLIST_CACHE[who];
  return isListed ? REST_CACHE[who] : NO_CACHE[who];
}
const NO_CACHE = { public: 'no-cache', private: 'private, no-cache' };
const PLAYLIST_CACHE = { public: `public, max-age=${PLAYLIST_SECONDS}`, private: `private, max-age=${PLAYLIST_SECONDS}` };
const REST_CACHE = {
  public: `public, max-age=${REST_SECONDS}, immutable`,
  private: `private, max-age=${REST_SECONDS}, immutable`,
};

function isIn(listing: VodFile | undefined, segment: number): boolean {
  const listed = listing?.segments;
  return listed !== undefined && segment >= listed.first && segment <= listed.last;
}

/** What a player asks for next: after a segment the one behind it, after a media playlist its first. */
function preloadOf({ request, path }: Asked, file: VodFile, listing: VodFile | undefined): string | undefined {
  let name: string;
  if (path.kind === 'segment') {
    const next = nextSegment(path.file);
    if (!isIn(listing, next.number)) return undefined;
    name = next.name;
  } else if (path.kind === 'playlist' && file.segments !== undefined) name = `s${String(file.segments.first).padStart(5, '0')}.m4s`;
  else return undefined;
  const url = request.url as string;
  const query = url.indexOf('?');
  const folder = url.slice(0, url.lastIndexOf('/', query < 0 ? undefined : query) + 1);
  return `<${folder}${name}>; rel=preload; as=fetch; crossorigin`;
}

/** `If-None-Match` compares weakly (RFC 9110 §13.1.2). */
function matches(header: string, etag: string): boolean {
  if (header === etag || header.trim() === '*') return true;
  return header.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag);
}
