import type { FieldProblem } from '@madang/kernel';

/** The wire form of a refusal (RFC 9457), as far as pages use it. */
export interface ProblemDocument {
  readonly status: number;
  /** Stable, `module.what_happened`; `client.offline` when no answer came. */
  readonly code: string;
  /** For the person, in their language. */
  readonly message: string;
  readonly fields: readonly FieldProblem[];
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;
}

/** A call that was refused or never answered. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly document: ProblemDocument;

  constructor(document: ProblemDocument, options?: ErrorOptions) {
    super(document.message, options);
    this.document = document;
  }

  get code(): string {
    return this.document.code;
  }
  get status(): number {
    return this.document.status;
  }
  /** What to say under a field, by the last part of its path (`body.email` → `email`). */
  field(name: string): string | undefined {
    return this.document.fields.find((field) => field.path === name || field.path.endsWith(`.${name}`))?.message;
  }
}

const OFFLINE = 'client.offline';

export function offlineProblem(cause: unknown): ApiProblem {
  return new ApiProblem({ status: 0, code: OFFLINE, message: '', fields: [], retryAfterSeconds: null, requestId: null }, { cause });
}

export function isOffline(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === OFFLINE;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Reads any error answer, also one that a proxy made and that is no problem document. */
export function readProblem(status: number, body: unknown, headers: { get(name: string): string | null }): ProblemDocument {
  const members = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const retryAfter = Number(headers.get('retry-after') ?? Number.NaN);
  return {
    status,
    code: text(members.code) ?? `http.${status}`,
    message: text(members.message) ?? text(members.title) ?? '',
    fields: Array.isArray(members.fields) ? (members.fields as FieldProblem[]) : [],
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : null,
    requestId: text(members.requestId) ?? headers.get('x-request-id'),
  };
}

export function isProblemDocument(value: unknown): value is ProblemDocument {
  return typeof value === 'object' && value !== null && 'code' in value && 'fields' in value && 'status' in value;
}
