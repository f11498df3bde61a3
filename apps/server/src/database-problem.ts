import { sqlStateOf } from '@madang/db';
import { ConfigurationError } from './config.ts';

/** Codes of the operating system and of name resolution, and what pg says when nobody answers in time. */
const UNREACHABLE = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE)$/;
const SILENT = /timeout expired|Connection terminated|timed? ?out/i;

/**
 * A failure of the first contact with a database as a sentence that says what to correct, where a person can; any other
 * error as it is. Never tells the password.
 */
export function databaseProblem(error: unknown, url: string): unknown {
  const at = new URL(url);
  const where = `${at.hostname}:${at.port || '5432'}`;
  const name = decodeURIComponent(at.pathname.slice(1));
  const problem = (sentence: string) => new ConfigurationError(sentence, { cause: error });
  switch (sqlStateOf(error)) {
    case '28P01':
    case '28000':
      return problem(`the database at ${where} refuses this user or password: correct them in DATABASE_URL`);
    case '3D000':
      return problem(`there is no database "${name}" at ${where}: create it, or correct DATABASE_URL`);
    case '53300':
      return problem(`the database at ${where} takes no more connections: raise its max_connections, or lower DATABASE_POOL`);
    case '57P03':
      return problem(`the database at ${where} is starting or stopping: start again when it is up`);
  }
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== undefined && UNREACHABLE.test(code)) {
      return problem(`no database can be reached at ${where} (${code}): start it, or correct DATABASE_URL`);
    }
    if (SILENT.test(cause.message)) {
      return problem(`what listens at ${where} does not answer as PostgreSQL does: correct DATABASE_URL`);
    }
  }
  return error;
}
