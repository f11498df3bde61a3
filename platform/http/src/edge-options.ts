import type { Readable } from 'node:stream';
import type {
  Authenticator,
  Clock,
  Logger,
  Policy,
  Principal,
  RateLimiter,
  RateRule,
  RawRouteDefinition,
  RequestContext,
  RouteDefinition,
  SetCookie,
  ZoneDirectory,
} from '@madang/kernel';
import type { ApiAnswer } from '@madang/kernel/web';
import type { Metrics } from '@madang/telemetry';
import type { PackedBodies } from './compression.ts';

/** Counted for every request that is not `uncounted`; a route's own rule comes on top. */
export interface EdgeRateLimits {
  /** API, per address, for people who are not signed in. */
  readonly anonymous: RateRule;
  /** API, per person. */
  readonly person: RateRule;
  /** Pages, per person or address. */
  readonly pages: RateRule;
}

export const DEFAULT_RATE_LIMITS: EdgeRateLimits = {
  anonymous: { name: 'api-anonymous', points: 100, windowSeconds: 60 },
  person: { name: 'api-person', points: 600, windowSeconds: 60 },
  pages: { name: 'pages', points: 200, windowSeconds: 60 },
};

/** A refusal worth an audit row (403): who was refused what, and why. */
export interface Denial {
  /** `GET /api/v1/rooms/:id` */
  readonly route: string;
  readonly policy: Policy;
  /** The problem's code: `request.forbidden`, `request.wrong_zone`, `request.wrong_origin`. */
  readonly code: string;
  readonly detail: string | undefined;
}

export interface HealthProbe {
  /** Runs at most once at a time and once a second, whoever asks. */
  ready(): Promise<{ ok: boolean; checks: Readonly<Record<string, unknown>> }>;
}

/** What the in-process `call` takes: the values a client would put into path, query and body. */
export interface CallInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
}

/** A request for a page, with everything a loader needs. Members are computed when read: take them by name, do not spread. */
export interface PageContext extends RequestContext {
  /** Path and query as sent. */
  readonly url: string;
  readonly path: string;
  readonly method: 'GET' | 'HEAD';
  /**
   * The request in the platform's form, a new one each time. `shared` leaves out `signal`, for renders that others wait
   * for too: the first to ask may leave.
   */
  webRequest(options?: { shared?: boolean }): Request;
  /** Runs a route of this zone in the process as this person, under the same policy. */
  call(key: string, input?: CallInput): Promise<ApiAnswer>;
}

/** The light form of a page's answer; a web `Response` is taken too. */
export interface PageAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly SetCookie[];
  readonly body: string | Buffer | Readable | null;
  /** Where compressed forms of this very body are kept for the next time it is sent. */
  readonly packed?: PackedBodies;
}

export type PageHandler = (context: PageContext) => Promise<PageAnswer | Response>;

export interface StaticFiles {
  /** Folder of built files; read once at start, so what is added later is not served. */
  readonly root: string;
  /** `/` or `/assets/` */
  readonly prefix: string;
}

export interface HttpServerDeps {
  readonly zones: ZoneDirectory;
  readonly authenticator: Authenticator;
  readonly routes: readonly RouteDefinition[];
  /** Looked at before `routes`. */
  readonly rawRoutes?: readonly RawRouteDefinition[];
  readonly rateLimiter: RateLimiter;
  readonly limits: EdgeRateLimits;
  readonly logger: Logger & { isLevelEnabled?(level: string): boolean };
  readonly metrics: Metrics;
  /** Addresses, CIDR ranges, `loopback`, `private`. */
  readonly trustedProxies: readonly string[];
  /** Called beside the answer, never awaited; what it throws is logged. */
  onDenied(context: RequestContext, principal: Principal | undefined, denial: Denial): void | Promise<void>;
  readonly health: HealthProbe;
  /** Opens `/metrics` to `Authorization: Bearer …` from anywhere; loopback clients need none. */
  readonly metricsToken?: string;
  /** Who may reach `/api/v1/admin/*` on any host and anything on `admin.` hosts; everyone when left out. As `trustedProxies`. */
  readonly adminAllowList?: readonly string[];
  /** Everything that is neither a route nor a file. Without it such paths are 404. */
  readonly pageHandler?: PageHandler;
  readonly staticFiles?: StaticFiles;
  readonly clock: Clock;
  /** Milliseconds to let requests in flight finish at close; default 10,000. */
  readonly drainMs?: number;
  /** Shown in the OpenAPI document. */
  readonly version?: string;
}
