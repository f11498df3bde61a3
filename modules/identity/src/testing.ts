import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  type EndpointSpec,
  type Principal,
  type Role,
  type RouteDefinition,
  type RouteInput,
  type SetCookie,
  silentLogger,
  type ZoneContext,
} from '@madang/kernel';
import type { SignedInBody } from './contract.ts';
import type { Identity } from './module.ts';

export const TEST_PASSWORD = 'Courtyard-1 of many';

export interface TestCall {
  readonly principal?: Principal | undefined;
  readonly body?: unknown;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly cookies?: Readonly<Record<string, string>>;
  readonly ip?: string;
  readonly secure?: boolean;
}

export interface TestReply {
  readonly status: number;
  readonly body: unknown;
  readonly cookies: readonly SetCookie[];
  readonly headers: Readonly<Record<string, string>>;
}

/** Calls a route's handler behind its schemas, as the edge would after policy and credentials. */
export async function callRoute(
  routes: readonly RouteDefinition[],
  zone: ZoneContext,
  key: string,
  call: TestCall = {},
): Promise<TestReply> {
  const found = routes.find((candidate) => candidate.key === key);
  if (found === undefined) throw new Error(`no route ${key}`);
  const { spec } = found;
  const input = {
    zone,
    principal: call.principal,
    requestId: 'req_test',
    ip: call.ip ?? '198.51.100.7',
    userAgent: 'test',
    origin: 'http://localhost',
    secure: call.secure ?? false,
    locale: 'ko',
    cookies: call.cookies ?? {},
    headers: {},
    signal: new AbortController().signal,
    log: silentLogger,
    params: spec.params?.parse(call.params) ?? {},
    query: spec.query?.parse(call.query ?? {}) ?? {},
    body: spec.body?.parse(call.body),
    stream: Readable.from([]),
  } as unknown as RouteInput<EndpointSpec>;
  const { status, body, cookies = [], headers = {} } = await found.handler(input);
  const schema = spec.responses[status];
  const checked = schema === null || schema === undefined || schema === 'stream' ? body : schema.parse(body);
  return { status, body: checked, cookies, headers };
}

/** A person of the role with a session of their own, through the doors the module itself opens. */
export async function signInAs(
  identity: Identity,
  zone: ZoneContext,
  role: Role,
  options: { orgId?: string; name?: string; capabilities?: Principal['capabilities'] } = {},
): Promise<{ principal: Principal; token: string; email: string | null; cookies: Record<string, string>; user: SignedInBody['user'] }> {
  const routes = identity.module.routes ?? [];
  const mark = randomBytes(6).toString('hex');
  const email = `${mark}@example.org`;
  const name = options.name ?? `${role} ${mark}`;
  // Each person from an address of their own, so that tests do not meet the limits they are not about.
  const ip = `2001:db8:${mark.slice(0, 4)}:${mark.slice(4, 8)}::1`;
  if (role !== 'guest') {
    const { orgId, capabilities } = options;
    await identity.seedPerson(zone, { email, password: TEST_PASSWORD, name, role, orgId: orgId ?? null, capabilities: capabilities ?? [] });
  }
  const reply =
    role === 'guest'
      ? await callRoute(routes, zone, 'POST /api/v1/auth/guest', { body: { name }, ip })
      : await callRoute(routes, zone, 'POST /api/v1/auth/login', { body: { email, password: TEST_PASSWORD }, ip });
  const { accessToken, user } = reply.body as SignedInBody;
  const principal = await identity.authenticator.authenticate(zone, { bearer: accessToken });
  if (principal === undefined) throw new Error('a fresh token was not accepted');
  const cookies = Object.fromEntries(reply.cookies.map((cookie) => [cookie.name, cookie.value]));
  return { principal, token: accessToken, email: role === 'guest' ? null : email, cookies, user };
}

/** Rows of a zone whose ids fill the parameters of identity's routes, where people of other zones must not reach them. */
export async function isolationFixtures(
  zone: ZoneContext,
  deps: { identity: Identity },
): Promise<{ userId: string; sessionId: string; organizationId: string }> {
  const organization = await deps.identity.seedOrganization(zone, `Isolation ${randomBytes(4).toString('hex')}`);
  const { principal } = await signInAs(deps.identity, zone, 'student', { orgId: organization.id });
  return { userId: principal.id, sessionId: principal.sessionId, organizationId: organization.id };
}
