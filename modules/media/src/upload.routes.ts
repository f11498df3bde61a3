import type { Readable } from 'node:stream';
import {
  type Clock,
  created,
  fail,
  MadangError,
  noContent,
  ok,
  permits,
  publicAccess,
  type RequestContext,
  type RouteDefinition,
  requestErrors,
  requirePrincipal,
  route,
} from '@madang/kernel';
import {
  carriesBytes,
  readContentLength,
  readUploadChecksum,
  readUploadLength,
  readUploadMetadata,
  readUploadOffset,
  requireOffsetStream,
  requireTus,
  writeUploadMetadata,
} from './tus-headers.ts';
import type { Upload } from './upload.ts';
import { TUS_CHECKSUMS, TUS_EXTENSIONS, TUS_VERSION, uploadEndpoints } from './upload-contract.ts';
import type { DiscardUpload } from './upload-discard.ts';
import type { UploadRules } from './upload-limits.ts';
import type { IncomingBytes, UploadRequests, UploadRequestsDeps } from './upload-requests.ts';
import { findUnclaimedUploads } from './upload-store.ts';
import { findStorage } from './upload-usage.ts';

export interface UploadRoutesDeps {
  readonly requests: UploadRequests;
  readonly discard: DiscardUpload;
  readonly rules: UploadRules;
  readonly clock: Clock;
  readonly tools: UploadRequestsDeps['tools'];
}

const TAG = 'uploads';
const policy = permits('file:create', 'own');
/** A body may take as long as it moves; its own silence ends it much earlier. */
const BODY_TIMEOUT_MS = 12 * 3_600_000;
const LISTED = 100;
const TUS = { 'Tus-Resumable': TUS_VERSION } as const;

type Request = RequestContext & { readonly stream: Readable };

export function uploadRoutes({ requests, discard, rules, clock, tools }: UploadRoutesDeps): readonly RouteDefinition[] {
  const expires = (upload: Upload) => ({ 'Upload-Expires': upload.expiresAt.toUTCString() });
  const bytesOf = (input: Request, offset: number): IncomingBytes => ({
    offset,
    length: readContentLength(input.headers) ?? (input.headers['transfer-encoding'] === undefined ? 0 : undefined),
    checksum: readUploadChecksum(input.headers),
    stream: () => input.stream,
    signal: input.signal,
  });

  async function patch(input: Request, uploadId: string) {
    requireTus(input.headers);
    requireOffsetStream(input.headers);
    const incoming = bytesOf(input, readUploadOffset(input.headers));
    const { upload, offset } = await requests.write(input.zone, requirePrincipal(input), uploadId, incoming);
    return noContent({ ...TUS, ...expires(upload), 'Upload-Offset': String(offset) });
  }

  async function remove(input: Request, uploadId: string) {
    requireTus(input.headers);
    await requests.remove(input.zone, requirePrincipal(input), uploadId);
    return noContent(TUS);
  }

  const routes = [
    route(uploadEndpoints, 'OPTIONS /api/v1/uploads', {
      policy: publicAccess('a tus client asks what the server can do before anything else'),
      tag: TAG,
      handler: async () =>
        noContent({
          ...TUS,
          'Tus-Version': TUS_VERSION,
          'Tus-Extension': TUS_EXTENSIONS.join(','),
          'Tus-Max-Size': String(rules.maxBytes),
          'Tus-Checksum-Algorithm': TUS_CHECKSUMS.join(','),
        }),
    }),
    route(uploadEndpoints, 'GET /api/v1/uploads', {
      policy,
      tag: TAG,
      handler: async (input) => {
        const found = await findUnclaimedUploads(input.zone.db, requirePrincipal(input).id, clock.now(), LISTED);
        return ok({ items: found.map(cardOf) });
      },
    }),
    route(uploadEndpoints, 'GET /api/v1/uploads/limits', {
      policy,
      tag: TAG,
      handler: async (input) => {
        const [{ person, zone }, missing] = await Promise.all([findStorage(input.zone.db, requirePrincipal(input).id), tools()]);
        const left = Math.max(0, input.zone.zone.limits.storageBytes - zone);
        const { maxBytes, maxSeconds, maxSide, personBytes } = rules;
        return ok({
          maxBytes,
          maxSeconds,
          maxSide,
          usedBytes: person,
          // What the zone has left may be less than what is the person's.
          limitBytes: Math.min(personBytes, person + left),
          unavailable: missing ?? null,
        });
      },
    }),
    route(uploadEndpoints, 'POST /api/v1/uploads', {
      policy,
      tag: TAG,
      limits: { body: 'stream', timeoutMs: BODY_TIMEOUT_MS },
      handler: async (input) => {
        requireTus(input.headers);
        const principal = requirePrincipal(input);
        const length = readUploadLength(input.headers);
        const metadata = readUploadMetadata(input.headers);
        const incoming = carriesBytes(input.headers) ? bytesOf(input, 0) : undefined;
        const upload = await requests.create(input.zone, principal, length, metadata);
        const headers = { ...TUS, ...expires(upload), Location: `/api/v1/uploads/${upload.id}` };
        if (incoming === undefined) return created(null, headers);
        try {
          const { offset } = await requests.write(input.zone, principal, upload.id, incoming);
          return created(null, { ...headers, 'Upload-Offset': String(offset) });
        } catch (error) {
          // Its sender never learns where it is.
          await input.zone.db.transaction((tx) => discard(tx, upload.id, { onlyUnclaimed: true }));
          throw error;
        }
      },
    }),
    route(uploadEndpoints, 'HEAD /api/v1/uploads/:uploadId', {
      policy,
      tag: TAG,
      handler: async (input) => {
        requireTus(input.headers);
        const upload = await requests.find(input.zone, requirePrincipal(input), input.params.uploadId);
        return ok(null, {
          ...TUS,
          ...expires(upload),
          'Upload-Offset': String(upload.received),
          'Upload-Length': String(upload.length),
          'Upload-Metadata': writeUploadMetadata(upload),
          'Cache-Control': 'no-store',
        });
      },
    }),
    route(uploadEndpoints, 'PATCH /api/v1/uploads/:uploadId', {
      policy,
      tag: TAG,
      // Small chunks on a fast line are no abuse: what they carry was counted when the upload was created.
      limits: { body: 'stream', timeoutMs: BODY_TIMEOUT_MS, uncounted: true },
      handler: (input) => patch(input, input.params.uploadId),
    }),
    route(uploadEndpoints, 'DELETE /api/v1/uploads/:uploadId', {
      policy,
      tag: TAG,
      handler: (input) => remove(input, input.params.uploadId),
    }),
    route(uploadEndpoints, 'POST /api/v1/uploads/:uploadId', {
      policy,
      tag: TAG,
      limits: { body: 'stream', timeoutMs: BODY_TIMEOUT_MS },
      handler: (input) => {
        const method = input.headers['x-http-method-override'];
        if (method === 'PATCH') return patch(input, input.params.uploadId);
        if (method === 'DELETE') return remove(input, input.params.uploadId);
        fail(requestErrors.method_not_allowed, { detail: 'X-HTTP-Method-Override: PATCH or DELETE' });
      },
    }),
  ];
  return routes.map((each) => (each.key.startsWith('GET') ? each : { ...each, handler: refusingByTus(each.handler) }));
}

/** tus names its version in every answer. */
function refusingByTus(handler: RouteDefinition['handler']): RouteDefinition['handler'] {
  return async (input) => {
    try {
      return await handler(input);
    } catch (error) {
      if (!(error instanceof MadangError)) throw error;
      const { definition, details } = error;
      throw new MadangError(definition, { cause: error, ...details, headers: { ...TUS, ...details.headers } });
    }
  };
}

function cardOf({ id, name, contentType, length, received, state, createdAt, expiresAt }: Upload) {
  const times = { createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() };
  return { id, name, contentType, length, received, state: state === 'complete' ? ('complete' as const) : ('open' as const), ...times };
}
