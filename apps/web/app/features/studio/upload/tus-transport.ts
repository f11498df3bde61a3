import { DetailedError, type HttpRequest, Upload } from 'tus-js-client';
import type { TransferError, Transport } from './transport.ts';

const ENDPOINT = '/api/v1/uploads';
/** As the server stores its parts. */
const CHUNK_BYTES = 16 * 1024 * 1024;

const idOf = (url: string): string => new URL(url, location.href).pathname.split('/').at(-1) ?? '';

/** tus 1.0 by tus-js-client. Trying again is left to the queue, which knows of tokens, networks and people. */
export function createTusTransport(): Transport {
  const send: Transport['send'] = (file, url, events) => {
    let token: string | undefined;
    let stopped = false;
    // Going on, it has no endpoint: it never makes a new upload behind our back.
    const upload = new Upload(file, {
      endpoint: url === undefined ? ENDPOINT : null,
      uploadUrl: url ?? null,
      chunkSize: CHUNK_BYTES,
      retryDelays: null,
      storeFingerprintForResuming: false,
      metadata: { filename: file.name, filetype: file.type },
      onBeforeRequest: async (request) => {
        token = await events.token();
        authorize(request, token);
      },
      onUploadUrlAvailable: () => {
        if (!stopped && upload.url !== null && url === undefined) events.onCreated(upload.url, idOf(upload.url));
      },
      onProgress: (sent) => {
        if (!stopped) events.onProgress(sent);
      },
      onSuccess: () => {
        if (!stopped) events.onDone();
      },
      onError: (error) => {
        if (!stopped) events.onError(read(error, token, url !== undefined));
      },
    });
    upload.start();
    return {
      abort: () => {
        stopped = true;
        void upload.abort().catch(() => undefined);
      },
    };
  };
  return {
    send,
    terminate: (url, token) => Upload.terminate(url, { onBeforeRequest: async (request) => authorize(request, await token()) }),
  };
}

function authorize(request: HttpRequest, token: string | undefined): void {
  if (token !== undefined) request.setHeader('Authorization', `Bearer ${token}`);
}

function read(error: Error | DetailedError, token: string | undefined, resuming: boolean): TransferError {
  const response = error instanceof DetailedError ? error.originalResponse : null;
  const retryAfter = Number(response?.getHeader('Retry-After') ?? Number.NaN);
  return {
    status: response?.getStatus() ?? 0,
    body: response?.getBody() ?? '',
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : null,
    requestId: response?.getHeader('X-Request-Id') ?? null,
    token,
    resuming,
  };
}
