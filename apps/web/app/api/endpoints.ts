import type { auditEndpoints } from '@madang/audit/contract';
import type { chatEndpoints } from '@madang/chat/contract';
import type { identityEndpoints } from '@madang/identity/contract';
import type { EndpointRequest, EndpointResponse } from '@madang/kernel';
import type { uploadEndpoints } from '@madang/media/contract';
import type { notificationEndpoints } from '@madang/notifications/contract';
import type { videoEndpoints } from '@madang/video/contract';
import type { zoneEndpoints } from '@madang/zones/contract';

/** Every route the pages may call, from the modules' own contracts. Types only: no schema reaches the browser. */
export type Endpoints = typeof zoneEndpoints &
  typeof auditEndpoints &
  typeof identityEndpoints &
  typeof chatEndpoints &
  typeof uploadEndpoints &
  typeof notificationEndpoints &
  typeof videoEndpoints;
export type EndpointName = keyof Endpoints & string;

type MayBeLeftOut<Part> = Part extends undefined ? true : Record<never, never> extends Part ? true : false;

/** `params`, `query` and `body` as the schemas take them; a part may be left out when nothing in it is required. */
export type Input<Name extends EndpointName> = {
  [Part in keyof EndpointRequest<Endpoints[Name]> as EndpointRequest<Endpoints[Name]>[Part] extends undefined
    ? never
    : MayBeLeftOut<EndpointRequest<Endpoints[Name]>[Part]> extends true
      ? never
      : Part]: EndpointRequest<Endpoints[Name]>[Part];
} & {
  [Part in keyof EndpointRequest<Endpoints[Name]> as EndpointRequest<Endpoints[Name]>[Part] extends undefined
    ? never
    : MayBeLeftOut<EndpointRequest<Endpoints[Name]>[Part]> extends true
      ? Part
      : never]?: EndpointRequest<Endpoints[Name]>[Part];
};

type Answer<Name extends EndpointName> = EndpointResponse<Endpoints[Name]>;
/** The body of success; undefined where there is none (204). */
export type Output<Name extends EndpointName> = [Answer<Name>] extends [never] ? undefined : Answer<Name>;

/** `[input]`, or `[input?]` where nothing is required. */
export type InputArguments<Name extends EndpointName, Extra = unknown> =
  Record<never, never> extends Input<Name> ? [input?: Input<Name> & Extra] : [input: Input<Name> & Extra];

export interface RawInput {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** `GET /api/v1/rooms/:roomId` + its input → method and path with query. */
export function addressOf(name: string, input: RawInput = {}): { method: string; path: string } {
  const [method = 'GET', template = '/'] = name.split(' ');
  const path = template.replaceAll(/:([A-Za-z]+)/g, (_, key: string) => {
    const value = input.params?.[key];
    if (value === undefined) throw new TypeError(`${name} needs params.${key}`);
    return encodeURIComponent(String(value));
  });
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(input.query ?? {})) if (value !== undefined && value !== null) query.set(key, String(value));
  return { method, path: query.size > 0 ? `${path}?${query}` : path };
}
