import { type ErrorDefinition, type FieldProblem, type Locale, MadangError, requestErrors } from '@madang/kernel';

/** RFC 9457, with a stable `code`, a `message` for the person and the request's id. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly message: string;
  readonly fields?: readonly FieldProblem[];
  readonly requestId: string;
  readonly [extra: string]: unknown;
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** What is thrown as a refusal a client may see: itself, or a plain 500 that says nothing of its cause. */
export function refusalFrom(error: unknown): MadangError {
  return error instanceof MadangError ? error : new MadangError(requestErrors.internal, { cause: error });
}

export function problemDocument(error: MadangError, locale: Locale, requestId: string): ProblemDocument {
  const { definition, details } = error;
  return {
    ...details.extra,
    type: `urn:madang:problem:${definition.code}`,
    title: definition.title,
    status: definition.status,
    code: definition.code,
    ...(details.detail !== undefined && { detail: details.detail }),
    message: definition.message[locale],
    ...(details.fields !== undefined && { fields: details.fields }),
    requestId,
  };
}

/** Headers a refusal brings or implies: when to try again, and how to authenticate (RFC 6750 §3). */
export function refusalHeaders(error: MadangError): Record<string, string> {
  const headers: Record<string, string> = { ...error.details.headers };
  const { retryAfterSeconds } = error.details;
  if (retryAfterSeconds !== undefined) headers['Retry-After'] = String(Math.max(1, Math.ceil(retryAfterSeconds)));
  if (error.definition.status === 401) headers['WWW-Authenticate'] = 'Bearer';
  return headers;
}

export function isExpected(definition: ErrorDefinition): boolean {
  return definition !== requestErrors.internal;
}
