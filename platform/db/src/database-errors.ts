import { MadangError, requestErrors } from '@madang/kernel';
import pg from 'pg';

/** No connection could be had or it was lost: answered 503. What a statement under way did is unknown; asking again must be safe. */
export class DatabaseUnavailable extends MadangError {
  constructor(detail: string, cause?: unknown) {
    super(requestErrors.unavailable, { detail, cause });
    this.name = 'DatabaseUnavailable';
  }
}

/** SQLSTATE classes and codes that speak of the server or the connection, not of the statement. */
const OUTAGE = /^(08|57P|53300)/;

/** The error of an exchange as callers see it: what the server refused as it is, a lost connection as `DatabaseUnavailable`. */
export function classifyFailure(error: Error): Error {
  if (error instanceof pg.DatabaseError && !OUTAGE.test(error.code ?? '')) return error;
  return new DatabaseUnavailable(`the connection to the database was lost: ${error.message}`, error);
}

/** The five-character SQLSTATE (PostgreSQL manual, appendix A) of an error of the database, however deep it is wrapped. */
export function sqlStateOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof pg.DatabaseError) return at.code;
  }
  return undefined;
}

/** Name of the unique, foreign key, check or exclusion constraint that refused a change, or undefined for any other error. */
export function violatedConstraint(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof pg.DatabaseError && at.code?.startsWith('23')) return at.constraint;
  }
  return undefined;
}

/** Serialization failure and deadlock: the same work may succeed when done again. */
export function isRetriable(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === '40001' || state === '40P01';
}

/** The server knows a prepared statement no longer, or its columns changed: preparing it again is the cure. */
export function isStaleStatement(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return false;
  return error.code === '26000' || (error.code === '0A000' && error.routine === 'RevalidateCachedQuery');
}

/** Text the database cannot hold (NUL characters, broken encodings), which only outside input brings. */
export function isUnstorableText(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === '22021' || state === '22P05';
}
