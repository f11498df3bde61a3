import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { acceptedEncoding, compress, isText } from './compression.ts';
import type { StaticFiles } from './edge-options.ts';
import type { Exchange } from './exchange.ts';
import type { Answer } from './send.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.mp3': 'audio/mpeg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** Files up to this many bytes are kept in memory once asked for; larger ones are read as they are sent. */
const KEEP_BYTES = 512 * 1024;
const COMPRESS_FROM = 1024;
const BROTLI_QUALITY = 9;

interface BuiltFile {
  readonly path: string;
  readonly bytes: number;
  readonly type: string;
  readonly etag: string;
  readonly cacheControl: string;
  readonly siblings: { readonly br: boolean; readonly gzip: boolean };
  /** Contents by encoding, made once. */
  readonly kept: Map<string, Promise<Buffer>>;
}

/** Built files by URL path. Only paths found at start exist, so no request can name a file outside the folder. */
export interface FileIndex {
  find(exchange: Exchange): Promise<Answer | undefined>;
}

/**
 * Reads the folder's names once. Files in `assets/` carry a hash of their content in their names and are cached for a
 * year; the rest is asked for again each time (`ETag`). Files beside a `.br` or `.gz` are sent as these.
 */
export function indexFiles({ root, prefix }: StaticFiles): FileIndex {
  const files = new Map<string, BuiltFile>();
  if (existsSync(root)) {
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || /\.(?:br|gz)$/.test(entry.name) || entry.name.startsWith('.')) continue;
      const path = join(entry.parentPath, entry.name);
      const url = prefix + relative(root, path).split(sep).join('/');
      files.set(url, describe(path, url));
    }
  }
  return {
    async find(exchange) {
      const file = files.get(exchange.path);
      return file && answerFrom(file, exchange);
    },
  };
}

function describe(path: string, url: string): BuiltFile {
  const { size, mtimeMs } = statSync(path);
  return {
    path,
    bytes: size,
    type: TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(`${size}:${mtimeMs}:${url}`).digest('base64url').slice(0, 20)}"`,
    cacheControl: url.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'public, no-cache',
    siblings: { br: existsSync(`${path}.br`), gzip: existsSync(`${path}.gz`) },
    kept: new Map(),
  };
}

async function answerFrom(file: BuiltFile, exchange: Exchange): Promise<Answer> {
  const encoding =
    isText(file.type) && file.bytes >= COMPRESS_FROM ? acceptedEncoding(exchange.request.headers['accept-encoding']) : undefined;
  const etag = encoding === undefined ? file.etag : `${file.etag.slice(0, -1)}-${encoding}"`;
  const headers: Record<string, string> = { 'Content-Type': file.type, 'Cache-Control': file.cacheControl, ETag: etag };
  if (isText(file.type)) headers.Vary = 'Accept-Encoding';
  if (matches(exchange.request.headers['if-none-match'], etag)) return { status: 304, headers, body: null };
  if (encoding === undefined && file.bytes > KEEP_BYTES) {
    headers['Content-Length'] = String(file.bytes);
    return { status: 200, headers, body: createReadStream(file.path) };
  }
  if (encoding !== undefined) headers['Content-Encoding'] = encoding;
  const bytes = await contentOf(file, encoding);
  headers['Content-Length'] = String(bytes.length);
  return { status: 200, headers, body: bytes };
}

function contentOf(file: BuiltFile, encoding: 'br' | 'gzip' | undefined): Promise<Buffer> {
  const key = encoding ?? 'identity';
  let content = file.kept.get(key);
  if (content === undefined) {
    content = load(file, encoding);
    file.kept.set(key, content);
    // a file that could not be read is tried again
    content.catch(() => file.kept.delete(key));
  }
  return content;
}

async function load(file: BuiltFile, encoding: 'br' | 'gzip' | undefined): Promise<Buffer> {
  if (encoding === undefined) return readFile(file.path);
  if (file.siblings[encoding]) return readFile(`${file.path}.${encoding === 'gzip' ? 'gz' : 'br'}`);
  return compress(await readFile(file.path), encoding, BROTLI_QUALITY);
}

/** RFC 9110 §13.1.2, weak comparison. */
export function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
