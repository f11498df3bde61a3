import assert from 'node:assert/strict';
import type { Answer } from './http-client.ts';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly detail?: string;
  readonly requestId: string;
  readonly fields?: readonly { path: string; code: string; message: string }[];
}

/** Asserts the whole shape of a problem document (RFC 9457) and gives it. */
export function assertProblem(answer: Answer, status: number, code: string): Problem {
  assert.equal(answer.status, status, answer.text);
  assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
  const problem = answer.json<Problem & Record<string, unknown>>();
  assert.equal(problem.code, code, answer.text);
  assert.equal(problem.status, status);
  assert.ok(
    problem.type.endsWith(code) && problem.title.length > 0 && problem.message.length > 0 && problem.requestId.length > 0,
    answer.text,
  );
  for (const field of problem.fields ?? []) assert.ok(field.path !== '' && field.code !== '' && field.message !== '', answer.text);
  return problem;
}

/** Waits until `probe` answers something; for what happens soon, but beside the answer that caused it. */
export async function soon<T>(probe: () => Promise<T | undefined | false> | T | undefined | false, what: string): Promise<T> {
  for (let tries = 0; tries < 250; tries++) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${what} did not happen within 5 s`);
}
