import type { Method, Reply, RouteDefinition } from '@madang/kernel';
import type { Metrics, RouteTimer } from '@madang/telemetry';
import { DEFAULT_BODY_BYTES } from './read-body.ts';
import { type AnswerKind, API_ANSWER, SECRET_ANSWER } from './send.ts';

export const DEFAULT_TIMEOUT_MS = 15_000;

/** A route with everything about it that does not change from request to request. */
export interface CompiledRoute {
  readonly definition: RouteDefinition;
  readonly key: string;
  readonly method: Method;
  readonly path: string;
  readonly timer: RouteTimer;
  readonly timeoutMs: number;
  readonly bodyLimit: number | 'stream';
  /** Changes something, so that a cookie's request must come from the zone's own pages. */
  readonly changes: boolean;
  readonly readsSessionCookie: boolean;
  readonly admin: boolean;
  readonly kind: AnswerKind;
}

const KEY = /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (\/\S*)$/;

/** Throws `TypeError` for a key that is not `METHOD /path` and for one declared twice: defects of the program. */
export function compileRoutes(routes: readonly RouteDefinition[], metrics: Metrics): ReadonlyMap<string, CompiledRoute> {
  const table = new Map<string, CompiledRoute>();
  for (const definition of routes) {
    const [, method, path] = KEY.exec(definition.key) ?? [];
    if (method === undefined || path === undefined) throw new TypeError(`"${definition.key}" is not a route key like "GET /api/v1/rooms"`);
    if (table.has(definition.key)) throw new TypeError(`the route "${definition.key}" is declared twice`);
    const safe = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
    table.set(definition.key, {
      definition,
      key: definition.key,
      method: method as Method,
      path,
      timer: metrics.routeTimer(method, path),
      timeoutMs: definition.limits.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      bodyLimit: definition.limits.body ?? DEFAULT_BODY_BYTES,
      changes: !safe,
      readsSessionCookie: definition.cookieAuth || method === 'GET' || method === 'HEAD',
      admin: path.startsWith('/api/v1/admin/'),
      kind: definition.cookieAuth ? SECRET_ANSWER : API_ANSWER,
    });
  }
  return table;
}

/** Two patterns that match the same paths have the same shape: `/rooms/:id` and `/rooms/:roomId`. */
export function shapeOf(path: string): string {
  return path.replace(/:[^/-]+/g, ':');
}

/**
 * The body as the response schema lets it out: unknown members dropped, defaults and transforms applied. Throws for a
 * status the route does not declare and for a body that does not match: defects of the handler, never of the client.
 */
export function enforceResponse(route: CompiledRoute, reply: Reply): unknown {
  const schema = route.definition.spec.responses[reply.status];
  if (schema === undefined) throw new UndeclaredResponse(route.key, `status ${reply.status} is not declared`);
  if (schema === null) return null;
  if (schema === 'stream') return reply.body;
  const parsed = schema.safeParse(reply.body);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.map(String).join('.') || 'body'}: ${issue.message}`);
  throw new UndeclaredResponse(route.key, `status ${reply.status} has another body than declared (${issues.join('; ')})`);
}

/** A handler answered what its contract does not say. */
export class UndeclaredResponse extends Error {
  override readonly name = 'UndeclaredResponse';
  constructor(route: string, detail: string) {
    super(`${route}: ${detail}`);
  }
}
