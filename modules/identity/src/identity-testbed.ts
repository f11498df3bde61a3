import { createMemoryShared, type Shared } from '@madang/cache';
import type { Broadcaster, Principal, RoleGrants, ZoneContext, ZoneDirectory } from '@madang/kernel';
import {
  type RecordingAudit,
  type RecordingEvents,
  recordingAudit,
  recordingEvents,
  type TestClock,
  type TestDatabase,
  testClock,
} from '@madang/testing';
import { identityGrants } from './identity-policies.ts';
import { type AssembledIdentity, assembleIdentity, type IdentityDeps } from './module.ts';
import { callRoute, type TestCall, type TestReply } from './testing.ts';

/** What chat declares and identity's own routes ask for. */
const roomGrants: RoleGrants = {
  student: [{ permission: 'room:read', scope: 'zone' }],
  guest: [{ permission: 'room:read', scope: 'zone' }],
};

export interface EndedSession {
  readonly zoneId: string;
  readonly sessionId: string;
  readonly reason: string;
}

/** One node of identity on a real database, with time held still. */
export interface IdentityTestbed {
  readonly identity: AssembledIdentity;
  readonly clock: TestClock;
  readonly shared: Shared;
  readonly audit: RecordingAudit;
  readonly events: RecordingEvents;
  readonly endedSessions: readonly EndedSession[];
  readonly deps: IdentityDeps;
  call(zone: ZoneContext, key: string, call?: TestCall): Promise<TestReply>;
  /** Who the bearer of an answer is now. */
  whois(zone: ZoneContext, reply: TestReply): Promise<Principal | undefined>;
}

export function identityTestbed(
  t: TestDatabase,
  zones: readonly ZoneContext[],
  overrides: Partial<IdentityDeps> & { clock?: TestClock; shared?: Shared } = {},
): IdentityTestbed {
  const clock = overrides.clock ?? testClock();
  const shared = overrides.shared ?? createMemoryShared({ clock });
  const audit = recordingAudit();
  const events = recordingEvents();
  const endedSessions: EndedSession[] = [];
  const broadcaster: Broadcaster = {
    emit: () => {},
    evict: () => {},
    endSession: (zoneId, sessionId, reason) => void endedSessions.push({ zoneId, sessionId, reason }),
  };
  const deps: IdentityDeps = {
    city: t.database.city(),
    zones: directoryOf(zones),
    audit,
    events,
    rateLimiter: shared.rateLimiter,
    bus: shared.bus,
    broadcaster,
    logger: { debug() {}, info() {}, warn() {}, error() {}, child: () => deps.logger },
    secret: Buffer.alloc(32, 7),
    grants: () => [identityGrants, roomGrants],
    ...overrides,
    clock,
  };
  const identity = assembleIdentity(deps);
  return {
    identity,
    clock,
    shared,
    audit,
    events,
    endedSessions,
    deps,
    call: (zone, key, call) => callRoute(identity.module.routes ?? [], zone, key, call),
    whois: (zone, reply) => identity.authenticator.authenticate(zone, { bearer: (reply.body as { accessToken: string }).accessToken }),
  };
}

function directoryOf(zones: readonly ZoneContext[]): ZoneDirectory {
  const find = (id: string) => zones.find((candidate) => candidate.zone.id === id);
  return {
    findByHost: async () => undefined,
    findById: async (id) => find(id)?.zone,
    list: async () => zones.map(({ zone }) => zone),
    async context(id) {
      const context = find(id);
      if (context === undefined) throw new Error(`no zone ${id}`);
      return context;
    },
    allowsOrigin: () => true,
  };
}

/** The one cookie of an answer, as a browser sends it back. */
export const cookiesOf = (reply: TestReply): Record<string, string> =>
  Object.fromEntries(reply.cookies.map((cookie) => [cookie.name, cookie.value]));

/** For `assert.rejects`: the refusal with this code. */
export const refusal = (code: string) => (error: unknown) => error instanceof Error && 'code' in error && error.code === code;
