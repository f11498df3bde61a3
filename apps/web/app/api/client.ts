import { addressOf, type EndpointName, type InputArguments, type Output, type RawInput } from './endpoints.ts';
import { ApiProblem, offlineProblem, readProblem } from './problem.ts';
import type { Session } from './session.ts';

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** In place of `body`, for multipart. */
  readonly form?: FormData;
}

/** One call: reads go with the cookie (and the token when there is one at hand), changes always with the token. */
export function createApi(deps: { fetch: typeof fetch; session: Session }) {
  async function send(name: string, input: RawInput & CallOptions, token: string | undefined): Promise<Response> {
    const { method, path } = addressOf(name, input);
    const headers = new Headers({ accept: 'application/json' });
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    if (input.body !== undefined) headers.set('content-type', 'application/json');
    try {
      return await deps.fetch(path, {
        method,
        headers,
        credentials: 'same-origin',
        signal: input.signal,
        body: input.form ?? (input.body === undefined ? undefined : JSON.stringify(input.body)),
      });
    } catch (cause) {
      if (input.signal?.aborted) throw cause;
      throw offlineProblem(cause);
    }
  }

  async function call(name: string, input: RawInput & CallOptions = {}): Promise<{ body: unknown; headers: Headers; status: number }> {
    const reads = name.startsWith('GET ');
    const token = reads ? deps.session.held() : await deps.session.bearer();
    let response = await send(name, input, token);
    if (response.status === 401 && !name.includes('/auth/')) {
      const renewed = await deps.session.refresh(token);
      if (renewed !== undefined) response = await send(name, input, renewed);
    }
    const body: unknown = response.status === 204 ? undefined : await response.json().catch(() => null);
    if (!response.ok) throw new ApiProblem(readProblem(response.status, body, response.headers));
    return { body, headers: response.headers, status: response.status };
  }

  return {
    /** The body of success; throws `ApiProblem` for everything else. */
    api: async <Name extends EndpointName>(name: Name, ...rest: InputArguments<Name, CallOptions>): Promise<Output<Name>> =>
      (await call(name, rest[0] as RawInput & CallOptions)).body as Output<Name>,
    /** A page of a list and the cursor of the next one (`X-Next-Cursor`), null at the end. */
    apiPage: async <Name extends EndpointName>(
      name: Name,
      ...rest: InputArguments<Name, CallOptions>
    ): Promise<Output<Name> & { nextCursor: string | null }> => {
      const { body, headers } = await call(name, rest[0] as RawInput & CallOptions);
      return { ...(body as object), nextCursor: headers.get('x-next-cursor') } as Output<Name> & { nextCursor: string | null };
    },
  };
}
