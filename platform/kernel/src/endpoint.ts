import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { ZodObject, ZodType, z } from 'zod';
import type { RateRule } from './bus.ts';
import type { Locale } from './locale.ts';
import type { Logger } from './logger.ts';
import type { Policy } from './policy.ts';
import type { Principal } from './principal.ts';
import type { ZoneContext } from './zone.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';
export type EndpointKey = `${Method} /${string}`;

/** The wire: schemas only, so that the web can import the types. Responses are enforced by the server: unknown members are dropped. */
export interface EndpointSpec {
  readonly summary: string;
  readonly params?: ZodObject;
  readonly query?: ZodObject;
  readonly body?: ZodType;
  /** Status → body schema; null for an answer without body, 'stream' for bytes. */
  readonly responses: Readonly<Record<number, ZodType | null | 'stream'>>;
}
export type EndpointTable = { readonly [key: EndpointKey]: EndpointSpec };

/** Declares a module's endpoints in `contract.ts`: `endpoints({ 'GET /api/v1/rooms': { … } })`. */
export function endpoints<const Table extends EndpointTable>(table: Table): Table {
  return table;
}

type Parsed<Schema, Empty> = Schema extends ZodType ? z.output<Schema> : Empty;
type Sent<Schema> = Schema extends ZodType ? z.input<Schema> : undefined;

export interface SetCookie {
  readonly name: string;
  readonly value: string;
  readonly path?: string;
  readonly maxAgeSeconds?: number;
  readonly httpOnly?: boolean;
  readonly sameSite?: 'Lax' | 'Strict' | 'None';
}

export interface Reply<Status extends number = number, Body = unknown> {
  readonly status: Status;
  readonly body: Body;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly SetCookie[];
}

type ReplyOf<Spec extends EndpointSpec> = {
  [Status in keyof Spec['responses'] & number]: Reply<
    Status,
    Spec['responses'][Status] extends ZodType
      ? z.input<Spec['responses'][Status]>
      : Spec['responses'][Status] extends 'stream'
        ? Readable | Buffer | null
        : null
  >;
}[keyof Spec['responses'] & number];

export interface RequestContext {
  readonly zone: ZoneContext;
  /** Undefined only where the policy is `public`. */
  readonly principal: Principal | undefined;
  readonly requestId: string;
  /** The client's address, as resolved behind trusted proxies. */
  readonly ip: string;
  readonly userAgent: string | null;
  /** `scheme://host[:port]` the client used. */
  readonly origin: string;
  readonly secure: boolean;
  readonly locale: Locale;
  readonly cookies: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Aborts when the client leaves or the route's time is over. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

export type RouteInput<Spec extends EndpointSpec> = RequestContext & {
  readonly params: Parsed<Spec['params'], Record<string, never>>;
  readonly query: Parsed<Spec['query'], Record<string, never>>;
  readonly body: Parsed<Spec['body'], undefined>;
  /** The raw body, when `limits.body` is 'stream'. */
  readonly stream: Readable;
};

export interface RouteLimits {
  /** Bytes, default 256 KiB; 'stream' hands the body over unread (the handler counts). */
  readonly body?: number | 'stream';
  /** Milliseconds, default 15,000. */
  readonly timeoutMs?: number;
  /** Besides the API's own limit; `key` defaults to person or IP. */
  readonly rate?: RateRule;
  /** True for what is not counted at all (health, segments). */
  readonly uncounted?: boolean;
}

export interface RouteDefinition {
  readonly key: EndpointKey;
  readonly spec: EndpointSpec;
  readonly policy: Policy;
  readonly limits: RouteLimits;
  /** True where the handler reads or sets cookies to sign in; Origin is then checked on every call. */
  readonly cookieAuth: boolean;
  readonly tag: string;
  readonly handler: (input: RouteInput<EndpointSpec>) => Promise<Reply>;
}

/** A route = wire spec + policy + handler. The handler calls one use case or view and maps; nothing else. */
export function route<Table extends EndpointTable, Key extends keyof Table & EndpointKey>(
  table: Table,
  key: Key,
  options: {
    policy: Policy;
    tag: string;
    limits?: RouteLimits;
    cookieAuth?: boolean;
    handler: (input: RouteInput<Table[Key]>) => Promise<ReplyOf<Table[Key]>>;
  },
): RouteDefinition {
  return {
    key,
    spec: table[key] as EndpointSpec,
    policy: options.policy,
    limits: options.limits ?? {},
    cookieAuth: options.cookieAuth ?? false,
    tag: options.tag,
    handler: options.handler as unknown as RouteDefinition['handler'],
  };
}

/** What is known of a request before a raw route sees it. */
export interface RawRouteContext {
  readonly zone: ZoneContext;
  /** `scheme://host[:port]` the client used. */
  readonly origin: string;
  /** Names and values in turn, fresh for this answer: whatever the handler answers begins with them (CORS, nosniff, HSTS). */
  readonly headers: string[];
  readonly log: Logger;
}

/**
 * Bytes under a prefix, for anyone: served on Node's own request and response, past the API's credentials, limits and
 * schemas, because those cost more than the answer. The handler ends the response before it returns or resolves; what it
 * throws before the head has left is answered as a problem.
 */
export interface RawRouteDefinition {
  /** `/vod/` */
  readonly prefix: `/${string}/`;
  readonly methods: readonly ('GET' | 'HEAD')[];
  /** Nobody is asked who they are, so it is `publicAccess`, or the server does not start: a path proves what may be read by it. */
  readonly policy: Policy;
  readonly handler: (request: IncomingMessage, response: ServerResponse, context: RawRouteContext) => Promise<void> | void;
}

/** The person asking, where the policy guarantees one. */
export function requirePrincipal(input: { readonly principal: Principal | undefined }): Principal {
  if (input.principal === undefined) throw new TypeError('this route has a public policy: no principal is guaranteed');
  return input.principal;
}

export const ok = <Body>(body: Body, headers?: Record<string, string>): Reply<200, Body> => ({
  status: 200,
  body,
  ...(headers && { headers }),
});
export const created = <Body>(body: Body, headers?: Record<string, string>): Reply<201, Body> => ({
  status: 201,
  body,
  ...(headers && { headers }),
});
export const noContent = (headers?: Record<string, string>): Reply<204, null> => ({ status: 204, body: null, ...(headers && { headers }) });

/** What a typed client sends and gets, for `import type` in the web. */
export type EndpointRequest<Spec extends EndpointSpec> = {
  params: Sent<Spec['params']>;
  query: Sent<Spec['query']>;
  body: Sent<Spec['body']>;
};
export type EndpointResponse<Spec extends EndpointSpec> = {
  [Status in keyof Spec['responses'] & number]: Status extends 200 | 201 | 202
    ? Spec['responses'][Status] extends ZodType
      ? z.output<Spec['responses'][Status]>
      : null
    : never;
}[keyof Spec['responses'] & number];
