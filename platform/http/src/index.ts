export type { CallOrigin } from './call-route.ts';
export { type ClientAddress, createProxyTrust, type ProxyTrust } from './client-address.ts';
export {
  type CallInput,
  DEFAULT_RATE_LIMITS,
  type Denial,
  type EdgeRateLimits,
  type HealthProbe,
  type HttpServerDeps,
  type PageAnswer,
  type PageContext,
  type PageHandler,
  type StaticFiles,
} from './edge-options.ts';
export { LOCALE_COOKIE } from './exchange.ts';
export { type IpList, ipList, networkOf } from './ip-list.ts';
export { openApiDocument } from './openapi.ts';
export { type CacheStatus, cachedAnswer, PageCache, type PageCacheOptions, type RenderedPage } from './page-cache.ts';
export { createHttpServer, type HttpServer } from './server.ts';
