import { type AppContext, appContext } from '@madang/kernel/web';
import { data, type RouterContextProvider } from 'react-router';
import type { EndpointName, InputArguments, Output, RawInput } from './endpoints.ts';
import { type ProblemDocument, readProblem } from './problem.ts';

export type Attempt<Body> =
  | { readonly ok: true; readonly body: Body; readonly nextCursor: string | null }
  | { readonly ok: false; readonly problem: ProblemDocument };

export function pageContext(context: Readonly<RouterContextProvider>): AppContext {
  return context.get(appContext);
}

/** In a loader: calls a route as the person who asked; a refusal comes back as a value, for a page that can show its other parts. */
export async function attempt<Name extends EndpointName>(
  context: Readonly<RouterContextProvider>,
  name: Name,
  ...[input]: InputArguments<Name>
): Promise<Attempt<Output<Name>>> {
  const raw = input as RawInput | undefined;
  const answer = await pageContext(context).api(name, {
    params: raw?.params as Record<string, string> | undefined,
    query: raw?.query as Record<string, string | number | boolean | undefined> | undefined,
    body: raw?.body,
  });
  const headers = { get: (header: string) => answer.headers[header] ?? null };
  if (answer.status >= 400) return { ok: false, problem: readProblem(answer.status, answer.body, headers) };
  return { ok: true, body: answer.body as Output<Name>, nextCursor: headers.get('x-next-cursor') };
}

/** In a loader: what the page cannot do without. A refusal becomes the error page with its status. */
export async function load<Name extends EndpointName>(
  context: Readonly<RouterContextProvider>,
  name: Name,
  ...input: InputArguments<Name>
): Promise<Output<Name>> {
  const result = await attempt(context, name, ...input);
  if (!result.ok) throw data(result.problem, { status: result.problem.status });
  return result.body;
}
