import { type FieldProblem, type Locale, type Logger, MadangError, requestErrors } from '@madang/kernel';
import type { ZodError } from 'zod';

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly retryAfterSeconds?: number;
  readonly fields?: readonly FieldProblem[];
}

/** What a client is told of anything thrown. What is no `MadangError` is a defect: logged, and told only as such. */
export function refusalOf(error: unknown, locale: Locale, logger: Logger, context: object): Refusal {
  if (!(error instanceof MadangError)) {
    logger.error({ err: error, ...context }, 'a socket handler failed');
    return { code: requestErrors.internal.code, message: requestErrors.internal.message[locale] };
  }
  const { definition, details } = error;
  return {
    code: definition.code,
    message: definition.message[locale],
    ...(details.retryAfterSeconds !== undefined && { retryAfterSeconds: details.retryAfterSeconds }),
    ...(details.fields !== undefined && { fields: details.fields }),
  };
}

export function invalidPayload(error: ZodError): MadangError {
  return new MadangError(requestErrors.invalid, {
    fields: error.issues
      .slice(0, 20)
      .map((issue) => ({ path: ['payload', ...issue.path].join('.'), code: issue.code, message: issue.message })),
  });
}
