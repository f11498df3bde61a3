import { BlobNotFound, MadangError, RangeNotSatisfiable, requestErrors } from '@madang/kernel';

const RIGHTS = ': look at the access key, its secret, its rights and the clock of this machine';
const PLACE = ': look at the endpoint, the region and the bucket';
const ADVICE: Readonly<Record<number, string>> = { 301: PLACE, 307: PLACE, 400: PLACE, 401: RIGHTS, 403: RIGHTS };

/** What the AWS SDK throws: an answer of the store that is no success, or a failure to get one. */
interface S3Failure extends Error {
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly statusCode?: number };
}

/** Answers that pass: the store is busy, or told us so in the middle of a request. */
const BUSY = new Set(['SlowDown', 'Throttling', 'ThrottlingException', 'RequestTimeout', 'ServiceUnavailable', 'InternalError']);
const FULL = new Set(['QuotaExceeded', 'InsufficientStorage', 'XMinioStorageFull']);
/** Of Node's own codes, the ones of the wire; the others speak of wrong arguments. */
const OWN_WIRE_CODE = /^ERR_(TLS|SSL|STREAM_PREMATURE_CLOSE)/;

/**
 * Says what a failure means in the words of the port: `BlobNotFound`, `RangeNotSatisfiable`, `request.unavailable` for what
 * heals by itself, `code: 'ENOSPC'` for a full store, else an Error whose sentence names the setting to look at.
 * What is not the store's (an abort, a failing source, a refusal of ours) comes back as it is.
 */
export function readS3Error(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || error instanceof MadangError || error.name === 'AbortError') return error;
  const failure = error as S3Failure;
  const status = statusOf(failure);
  if (status === undefined) return isOfTheWire(failure) ? unavailable(what, 'the object store does not answer', error) : error;
  if (failure.name === 'NoSuchBucket') return new Error(`the bucket does not exist: ${what}`, { cause: error });
  if (failure.name === 'NoSuchKey' || (failure.name === 'NotFound' && status === 404)) return new BlobNotFound(what, { cause: error });
  if (failure.name === 'InvalidRange' || status === 416) return new RangeNotSatisfiable(what, { cause: error });
  if (FULL.has(failure.name) || status === 507) {
    return Object.assign(new Error(`the object store is full: ${what}`, { cause: error }), { code: 'ENOSPC' });
  }
  if (status >= 500 || status === 429 || status === 408 || BUSY.has(failure.name)) {
    return unavailable(what, `the object store answered ${status}`, error);
  }
  // A success that could not be read is a proxy's page or an answer cut short, not the store's word.
  if (status < 300) return unavailable(what, 'the object store gave an answer that cannot be read', error);
  const advice = ADVICE[status] ?? '';
  return new Error(`the object store refused with ${status} ${failure.name}${advice} (${what})`, { cause: error });
}

/** The conditions of a request (`If-Match` and the like) did not hold. */
export const isConditionFailed = (error: unknown): boolean =>
  error instanceof Error && statusOf((error.cause ?? error) as S3Failure) === 412;

const statusOf = (error: S3Failure): number | undefined => error.$metadata?.httpStatusCode ?? error.$response?.statusCode;

function isOfTheWire({ name, code }: S3Failure): boolean {
  if (name === 'TimeoutError') return true;
  return typeof code === 'string' && (!code.startsWith('ERR_') || OWN_WIRE_CODE.test(code));
}

export function unavailable(what: string, happened: string, cause?: unknown): MadangError {
  return new MadangError(requestErrors.unavailable, { detail: `${happened} (${what})`, retryAfterSeconds: 5, cause });
}
