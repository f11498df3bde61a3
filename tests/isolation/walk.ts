import type { RouteDefinition } from '@madang/kernel';
import type { Answer } from '../harness/http-client.ts';
import { multipart, plainPng } from '../harness/multipart.ts';
import type { TestMadang } from '../harness/start-test-madang.ts';
import { fullSampleFor, type Ids, sampleFor } from './sample-values.ts';

/** Where the names of parameters and members are not enough to say what a route works on. */
const PARAMETERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'GET /api/v1/avatars/:fileId': { fileId: 'avatarFileId' },
  'DELETE /api/v1/admin/organizations/:organizationId': { organizationId: 'emptyOrganizationId' },
};
const BODIES: Readonly<Record<string, (ids: Ids) => unknown>> = {
  'PATCH /api/v1/admin/zone': (ids) => ({ version: Number(ids.zoneVersion), hue: 100 }),
  'PATCH /api/v1/admin/zone/limits': (ids) => ({ version: Number(ids.zoneVersion), seats: 10_000 }),
  'PUT /api/v1/users/me/avatar': (ids) => ({ fileId: ids.avatarFileId }),
  'PATCH /api/v1/users/me': () => ({ name: 'Walked by' }),
  'PATCH /api/v1/admin/members/:userId': () => ({ status: 'active' }),
  'POST /api/v1/admin/members': () => ({
    email: `invited-${Math.random().toString(36).slice(2)}@example.org`,
    name: 'Invited',
    role: 'student',
  }),
  'POST /api/v1/admin/organizations': () => ({ name: `Walked ${Math.random()}` }),
  'PATCH /api/v1/admin/organizations/:organizationId': () => ({ name: `Walked ${Math.random()}` }),
  'POST /api/v1/rooms': (ids) => ({ name: 'Walked', visibility: 'private', memberIds: [ids.userId] }),
  'PATCH /api/v1/rooms/:roomId/members/:userId': () => ({ role: 'moderator' }),
  'POST /api/v1/videos/:videoId/beacons': () => ({ viewId: 'walked-once', seq: 1, positionSeconds: 1, watched: [] }),
  'PUT /api/v1/videos/:videoId/captions/:language': () => ({ name: 'Walked', vtt: 'WEBVTT\n\n00:00.000 --> 00:01.000\nwalked\n' }),
  'POST /api/v1/rooms/:roomId/messages': () => ({ clientId: `walk-${Math.random()}`, body: 'walked' }),
};
const tus = (headers: Record<string, string> = {}) => ({ headers: { 'tus-resumable': '1.0.0', ...headers } });
const tusBytes = (headers: Record<string, string> = {}) => ({
  raw: Buffer.from('film'),
  ...tus({ 'content-type': 'application/offset+octet-stream', 'upload-offset': '0', ...headers }),
});
const FORMS: Readonly<Record<string, () => { raw?: Buffer; headers: Record<string, string> }>> = {
  'POST /api/v1/uploads': () => tus({ 'upload-length': '4' }),
  'HEAD /api/v1/uploads/:uploadId': () => tus(),
  'PATCH /api/v1/uploads/:uploadId': () => tusBytes(),
  'POST /api/v1/uploads/:uploadId': () => tusBytes({ 'x-http-method-override': 'PATCH' }),
  'DELETE /api/v1/uploads/:uploadId': () => tus(),
  'POST /api/v1/videos/:videoId/thumbnail-file': () => multipart('walk.png', 'image/png', plainPng(8, 8)),
  'POST /api/v1/rooms/:roomId/files': () => multipart('walk.txt', 'text/plain', 'walked'),
  'POST /api/v1/users/me/avatar-file': () => multipart('walk.png', 'image/png', plainPng(8, 8)),
};

export const routesOf = (madang: TestMadang): readonly RouteDefinition[] =>
  madang.running.house.modules.flatMap((module) => module.routes ?? []);

export const methodOf = (route: RouteDefinition): string => route.key.slice(0, route.key.indexOf(' '));
export const isUnsafe = (route: RouteDefinition): boolean => !['GET', 'HEAD', 'OPTIONS'].includes(methodOf(route));
export const parametersOf = (route: RouteDefinition): string[] => [...route.key.matchAll(/:(\w+)/g)].map((match) => match[1] as string);

/** The route's path with ids of the fixtures in it. Throws, naming the route, where the fixtures have none. */
export function pathFor(route: RouteDefinition, ids: Ids): string {
  const pattern = route.key.slice(route.key.indexOf(' ') + 1);
  const path = pattern.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = ids[PARAMETERS[route.key]?.[name] ?? name];
    if (value === undefined) throw new Error(`${route.key}: no fixture for :${name}; add it to its module's isolationFixtures`);
    return encodeURIComponent(value);
  });
  if (route.spec.query === undefined) return path;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(sampleFor(route.spec.query, ids, `${route.key} query`) as object))
    query.set(name, String(value));
  return query.size === 0 ? path : `${path}?${query}`;
}

/** A request the route's schemas take. */
export function requestFor(route: RouteDefinition, ids: Ids): { body?: unknown; raw?: Buffer; headers?: Record<string, string> } {
  const form = FORMS[route.key];
  if (form !== undefined) return form();
  if (route.limits.body === 'stream') throw new Error(`${route.key}: takes a stream; add a form to walk.ts`);
  if (route.spec.body === undefined) return {};
  const body = BODIES[route.key]?.(ids) ?? sampleFor(route.spec.body, ids, route.key);
  if (!route.spec.body.safeParse(body).success) throw new Error(`${route.key}: the sample body does not fit its schema`);
  return { body };
}

/** The same with an id in every member that can hold one. */
export const everyIdOf = (route: RouteDefinition, ids: Ids): unknown =>
  route.spec.body === undefined ? undefined : fullSampleFor(route.spec.body, ids, route.key);

let requests = 0;
/** An address nobody else has, so that no limit by address is met. */
export function someAddress(): string {
  requests += 1;
  return `10.${(requests >> 16) & 255}.${(requests >> 8) & 255}.${requests & 255}`;
}

export interface Sending {
  /** On whose host. */
  readonly zoneId: string;
  readonly token?: string | undefined;
  readonly ids: Ids;
  readonly request?: { body?: unknown; raw?: Buffer | string; headers?: Record<string, string> };
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends one request to a route as somebody. */
export function send(madang: TestMadang, route: RouteDefinition, { zoneId, token, ids, request, headers }: Sending): Promise<Answer> {
  const { headers: own, ...payload } = request ?? requestFor(route, ids);
  return madang.client(zoneId).ask(pathFor(route, ids), {
    method: methodOf(route),
    ...payload,
    ...(token !== undefined && { token }),
    headers: { 'x-forwarded-for': someAddress(), ...own, ...headers },
  });
}

/** What a HEAD says without a body. */
const BY_STATUS: Readonly<Record<number, string>> = { 401: 'request.unauthenticated', 403: 'request.forbidden' };

/** The problem's code, or '' where the answer is none. */
export function codeOf(answer: Answer): string {
  if (answer.text === '') return BY_STATUS[answer.status] ?? '';
  if (!String(answer.headers['content-type']).startsWith('application/problem+json')) return '';
  return answer.json<{ code: string }>().code;
}
