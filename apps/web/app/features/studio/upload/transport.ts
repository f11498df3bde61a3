import { type ProblemDocument, readProblem } from '../../../api/problem.ts';
import type { UploadFailure } from '../engine/upload-list.ts';

/** What went wrong on the way of one file. */
export interface TransferError {
  /** 0 when no answer came. */
  readonly status: number;
  readonly body: string;
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
  /** That the refused request went with. */
  readonly token: string | undefined;
  /** It went on where an earlier one had stopped. */
  readonly resuming: boolean;
}

export interface TransferEvents {
  readonly token: () => Promise<string | undefined>;
  readonly onCreated: (url: string, uploadId: string) => void;
  readonly onProgress: (sent: number) => void;
  readonly onDone: () => void;
  readonly onError: (error: TransferError) => void;
}

export interface Transfer {
  /** No event comes after it. */
  abort(): void;
}

export interface Transport {
  /** Sends a file, from its beginning or on from what `url` has. */
  send(file: File, url: string | undefined, events: TransferEvents): Transfer;
  terminate(url: string, token: () => Promise<string | undefined>): Promise<void>;
}

export type Verdict =
  | { readonly kind: 'wait'; readonly atLeastMs: number }
  /** The token ran out. */
  | { readonly kind: 'renew' }
  /** The server has forgotten the upload: from the beginning. */
  | { readonly kind: 'anew' }
  | { readonly kind: 'fail'; readonly failure: UploadFailure };

export const failureOfProblem = ({ code, message, requestId }: ProblemDocument): UploadFailure => ({ code, message, requestId });

/** Worth another try: somebody else writes it just now, bytes were damaged or late, too many requests, or the server is not well. */
const PASSING: ReadonlySet<number> = new Set([0, 408, 409, 423, 429, 460]);

/** What to do after an error; `failures` counts them since the last byte that arrived. */
export function judge(error: TransferError, failures: number): Verdict {
  const problem = problemOf(error);
  if (error.status === 401 && failures <= 3) return { kind: 'renew' };
  if (error.resuming && (error.status === 404 || error.status === 410)) return { kind: 'anew' };
  const passing = PASSING.has(error.status) || (error.status >= 500 && problem.code !== 'media.upload_unavailable');
  if (passing) return { kind: 'wait', atLeastMs: (problem.retryAfterSeconds ?? 0) * 1000 };
  return { kind: 'fail', failure: failureOfProblem(problem) };
}

function problemOf({ status, body, retryAfterSeconds, requestId }: TransferError): ProblemDocument {
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(body);
  } catch {
    // an answer of a proxy, or none: the status says enough
  }
  const headers: Record<string, string | null> = {
    'retry-after': retryAfterSeconds === null ? null : String(retryAfterSeconds),
    'x-request-id': requestId,
  };
  return readProblem(status, parsed, { get: (name) => headers[name] ?? null });
}
