import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import {
  DEFAULT_LOCALE,
  isLocale,
  type Locale,
  type Logger,
  localeFromAcceptLanguage,
  type Principal,
  type RequestContext,
  type ZoneContext,
} from '@madang/kernel';
import type { ApiAnswer } from '@madang/kernel/web';
import type { RouteTimer } from '@madang/telemetry';
import type { ClientAddress } from './client-address.ts';
import { readCookies } from './cookies.ts';
import type { CallInput, PageContext } from './edge-options.ts';
import { acceptableRequestId, newRequestId } from './request-id.ts';

/** The person's choice of language, kept by the pages. */
export const LOCALE_COOKIE = 'madang_locale';

/** What an exchange asks of the server it came in by. */
export interface ExchangeHost {
  readonly logger: Logger;
  call(exchange: Exchange, key: string, input: CallInput): Promise<ApiAnswer>;
  /** Called once per exchange, after its answer left or its client did (499). */
  finished(exchange: Exchange, status: number, milliseconds: number): void;
  /** Whether an answer of this status has a line in the log. */
  logs(status: number): boolean;
  /** Requests whose client waits for `100 Continue` before it sends the body. */
  readonly awaitingContinue: WeakSet<IncomingMessage>;
}

/**
 * One request and its answer. It is also what handlers receive (`RouteInput`, `PageContext`): one object per request,
 * whose costly members are made when first read.
 */
export class Exchange implements RequestContext, PageContext {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly host: ExchangeHost;
  readonly timer: RouteTimer;
  readonly address: ClientAddress;
  /** Milliseconds of the monotonic clock. */
  readonly startedAt: number;
  readonly requestId: string = newRequestId();
  readonly routeKey: string;
  answered = false;
  /** Checked against the zone's list, to be echoed. */
  corsOrigin: string | undefined = undefined;
  principal: Principal | undefined = undefined;
  params: Readonly<Record<string, unknown>> = {};
  query: Readonly<Record<string, unknown>> = {};
  body: unknown = undefined;
  #zone: ZoneContext | undefined = undefined;
  #cookies: Readonly<Record<string, string>> | undefined = undefined;
  #locale: Locale | undefined = undefined;
  #log: Logger | undefined = undefined;
  #abort: AbortController | undefined = undefined;

  constructor(
    host: ExchangeHost,
    request: IncomingMessage,
    response: ServerResponse,
    address: ClientAddress,
    routeKey: string,
    timer: RouteTimer,
    startedAt: number = performance.now(),
  ) {
    this.startedAt = startedAt;
    this.host = host;
    this.request = request;
    this.response = response;
    this.address = address;
    this.routeKey = routeKey;
    this.timer = timer;
  }

  get zone(): ZoneContext {
    if (this.#zone === undefined) throw new TypeError('the zone of this request is not known yet');
    return this.#zone;
  }
  set zone(zone: ZoneContext) {
    this.#zone = zone;
  }
  /** '-' where no zone was found. */
  get zoneId(): string {
    return this.#zone?.zone.id ?? '-';
  }

  get ip(): string {
    return this.address.ip;
  }
  get secure(): boolean {
    return this.address.secure;
  }
  get origin(): string {
    return `${this.address.secure ? 'https' : 'http'}://${this.address.host ?? ''}`;
  }
  get headers(): Readonly<Record<string, string | string[] | undefined>> {
    return this.request.headers;
  }
  get userAgent(): string | null {
    return this.request.headers['user-agent'] ?? null;
  }
  get url(): string {
    return this.request.url ?? '/';
  }
  get path(): string {
    const url = this.url;
    const end = url.indexOf('?');
    return end < 0 ? url : url.slice(0, end);
  }
  get method(): 'GET' | 'HEAD' {
    return this.request.method as 'GET' | 'HEAD';
  }

  get cookies(): Readonly<Record<string, string>> {
    this.#cookies ??= readCookies(this.request.headers.cookie);
    return this.#cookies;
  }

  /** The person's own choice, then the browser's, then Korean. */
  get locale(): Locale {
    if (this.#locale === undefined) {
      const chosen = this.cookies[LOCALE_COOKIE];
      this.#locale = isLocale(chosen) ? chosen : (localeFromAcceptLanguage(this.request.headers['accept-language']) ?? DEFAULT_LOCALE);
    }
    return this.#locale;
  }

  get log(): Logger {
    this.#log ??= this.host.logger.child({ requestId: this.requestId, zone: this.zoneId });
    return this.#log;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController();
      this.#abort = abort;
      if (this.gone) abort.abort(new ClientGone());
      else this.response.once('close', () => this.response.writableFinished || abort.abort(new ClientGone()));
    }
    return this.#abort.signal;
  }

  /** Aborts the handler's signal, if it ever looked at it. */
  abort(reason: Error): void {
    this.#abort?.abort(reason);
  }

  /** The client left before it had its answer. */
  get gone(): boolean {
    return this.response.destroyed || this.request.errored !== null || this.request.socket?.destroyed === true;
  }

  /** The body as it arrives. */
  get stream(): Readable {
    this.welcomeBody();
    return this.request;
  }

  /** Lets a client that asked first (RFC 9110 §10.1.1) send its body now. */
  welcomeBody(): void {
    if (this.host.awaitingContinue.delete(this.request)) this.response.writeContinue();
  }

  get hasBody(): boolean {
    const { headers } = this.request;
    return headers['transfer-encoding'] !== undefined || (headers['content-length'] !== undefined && headers['content-length'] !== '0');
  }

  /** What the answer's `X-Request-Id` says: the sender's own id where it had one. */
  get echoedId(): string {
    return acceptableRequestId(this.request.headers['x-request-id']) ?? this.requestId;
  }

  webRequest({ shared = false }: { shared?: boolean } = {}): Request {
    const headers = new Headers();
    for (const [name, value] of Object.entries(this.request.headers)) {
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
    }
    return new Request(this.origin + this.url, { method: this.method, headers, ...(!shared && { signal: this.signal }) });
  }

  call(key: string, input: CallInput = {}): Promise<ApiAnswer> {
    return this.host.call(this, key, input);
  }
}

/** The client closed the connection: nobody is left to answer, and nothing is wrong with us. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
  constructor() {
    super('the client left before it was answered');
  }
}
