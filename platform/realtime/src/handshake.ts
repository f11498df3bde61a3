import type { IncomingMessage } from 'node:http';
import {
  type Authenticator,
  DEFAULT_LOCALE,
  enforcePolicy,
  fail,
  hasCode,
  isLocale,
  type Locale,
  localeFromAcceptLanguage,
  type Principal,
  requestErrors,
  type SocketNamespace,
  type ZoneContext,
  type ZoneDirectory,
} from '@madang/kernel';
import type { SocketDenial } from './realtime-hooks.ts';

/** What is kept of the upgrade request. */
export interface ConnectionOrigin {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly ip: string;
  readonly userAgent: string | null;
  readonly locale: Locale | undefined;
}

export function connectionOrigin(request: IncomingMessage, ip: string): ConnectionOrigin {
  const { host, origin, 'user-agent': userAgent, 'accept-language': languages } = request.headers;
  return { host, origin, ip, userAgent: userAgent?.slice(0, 500) ?? null, locale: localeFromAcceptLanguage(languages) };
}

/** Engine.IO keeps the request for as long as the connection lives (7 KB): let it keep an empty one. */
export function hollowOut(request: IncomingMessage & { _query?: unknown; res?: unknown }): void {
  request.headers = {};
  request.rawHeaders = [];
  request.url = '';
  request._query = {};
  request.res = undefined;
  request.removeAllListeners();
}

export function handshakeLocale(auth: Record<string, unknown>, origin: ConnectionOrigin): Locale {
  return isLocale(auth.locale) ? auth.locale : (origin.locale ?? DEFAULT_LOCALE);
}

/** Longer bearers are not looked at, characters. */
const MAX_TOKEN = 8_192;

/**
 * Host → zone → Origin → token → policy of the namespace. Throws `request.zone_unknown`, `request.wrong_origin`,
 * `request.unauthenticated`, `request.wrong_zone` or `request.forbidden`; the last two are also reported as denials.
 */
export async function admitToNamespace(
  deps: { zones: ZoneDirectory; authenticator: Authenticator; onDenied: (denial: SocketDenial) => void },
  namespace: SocketNamespace,
  origin: ConnectionOrigin,
  auth: Record<string, unknown>,
): Promise<{ zone: ZoneContext; principal: Principal }> {
  const match = await deps.zones.findByHost(origin.host);
  if (match === undefined || match.zone.status !== 'open') fail(requestErrors.zone_unknown);
  if (origin.origin !== undefined && !deps.zones.allowsOrigin(match.zone, origin.origin)) fail(requestErrors.wrong_origin);
  const { token } = auth;
  if (typeof token !== 'string' || token === '' || token.length > MAX_TOKEN) fail(requestErrors.unauthenticated);

  const zone = await deps.zones.context(match.zone.id);
  let principal: Principal | undefined;
  try {
    principal = await deps.authenticator.authenticate(zone, { bearer: token });
    if (principal === undefined) fail(requestErrors.unauthenticated);
    enforcePolicy(namespace.policy, principal);
  } catch (error) {
    const denied = [requestErrors.wrong_zone, requestErrors.forbidden].find((definition) => hasCode(error, definition));
    if (denied !== undefined) {
      const { ip, userAgent } = origin;
      deps.onDenied({ zoneId: zone.zone.id, principal, namespace: namespace.name, event: undefined, code: denied.code, ip, userAgent });
    }
    throw error;
  }
  return { zone, principal };
}
