import type { KeyObject } from 'node:crypto';
import {
  type AuditWriter,
  type Authenticator,
  type Broadcaster,
  type Bus,
  type CityDb,
  type Clock,
  type EventPublisher,
  job,
  type Logger,
  type MadangModule,
  onEvent,
  type PeopleDirectory,
  type Principal,
  type RateLimiter,
  type RoleGrants,
  type ZoneContext,
  type ZoneDirectory,
} from '@madang/kernel';
import { createAccessTokens } from './access-tokens.ts';
import { adminRoutes } from './admin.routes.ts';
import { authRoutes } from './auth.routes.ts';
import { createAuthenticator } from './authenticator.ts';
import { createGrantCapability, type GrantCapability } from './grant-capability.ts';
import { accessChanged, profileChanged } from './identity-events.ts';
import { type AvatarSource, DEFAULT_LIMITS, type GuestTraces, type IdentityLimits, type IdentityParts } from './identity-parts.ts';
import { identityGrants } from './identity-policies.ts';
import { createIdentitySignals } from './identity-signals.ts';
import { meRoutes } from './me.routes.ts';
import { createPasswordHasher } from './password-hasher.ts';
import { peopleRoutes } from './people.routes.ts';
import { createPeopleDirectory } from './people-directory.ts';
import { createRefreshTokens } from './refresh-tokens.ts';
import { type RolePermissions, rolePermissions } from './role-permissions.ts';
import { type SeedPerson, seedGuest, seedOrganization, seedPerson } from './seed-people.ts';
import { createServerSecret } from './server-secret.ts';
import { createSessionPrincipals } from './session-principals.ts';
import { endEnteredSessionsOf } from './session-store.ts';
import { createSetupLink, type SetupLink } from './set-up-city.ts';
import { SigningKeys } from './signing-keys.ts';
import { sweepIdentity, sweepIdentityNightly } from './sweep-identity.job.ts';
import { findUserByEmail } from './user-store.ts';

export interface IdentityDeps {
  readonly city: CityDb;
  readonly zones: ZoneDirectory;
  readonly audit: AuditWriter;
  readonly events: EventPublisher;
  readonly rateLimiter: RateLimiter;
  readonly bus: Bus;
  readonly broadcaster: Broadcaster;
  readonly clock: Clock;
  readonly logger: Logger;
  /** At least 32 bytes; the same on every node. */
  readonly secret: Buffer | KeyObject;
  /** Every module's rows, identity's own among them; asked once, when the first person is met. */
  readonly grants: () => readonly RoleGrants[];
  readonly avatars?: AvatarSource;
  /** Who is asked before a guest is swept away. */
  readonly guestTraces?: readonly GuestTraces[];
  readonly limits?: Partial<IdentityLimits>;
}

export interface Identity {
  readonly module: MadangModule;
  readonly authenticator: Authenticator;
  readonly people: PeopleDirectory;
  /** The grants of a person as patterns, sorted; for pages. */
  permissionsOf(principal: Principal): readonly string[];
  seedPerson(zone: ZoneContext, person: SeedPerson): Promise<{ id: string; made: boolean }>;
  seedOrganization(zone: ZoneContext, name: string): Promise<{ id: string }>;
  seedGuest(zone: ZoneContext, name: string): Promise<{ id: string }>;
  hasAccount(zone: ZoneContext, email: string): Promise<boolean>;
  /** Whoever signs in with this address. */
  findPerson(zone: ZoneContext, email: string): Promise<{ id: string; name: string; orgId: string | null } | undefined>;
  readonly grantCapability: GrantCapability;
  /** A token for `POST /api/v1/auth/setup` on the portal; undefined once there is a super admin. */
  createSetupLink(portal: ZoneContext): Promise<SetupLink | undefined>;
}

/** For whoever needs the parts behind the module: its tests, and `@madang/identity/testing`. */
export interface AssembledIdentity extends Identity {
  readonly parts: IdentityParts;
  readonly keys: SigningKeys;
}

export function createIdentityModule(deps: IdentityDeps): Identity {
  const { parts: _, keys: __, ...identity } = assembleIdentity(deps);
  return identity;
}

export function assembleIdentity(deps: IdentityDeps): AssembledIdentity {
  const { clock, logger } = deps;
  let table: RolePermissions | undefined;
  const permissions = () => {
    table ??= rolePermissions(deps.grants());
    return table;
  };
  const secret = createServerSecret(deps.secret);
  const keys = new SigningKeys({ city: deps.city, secret, clock, logger });
  const accessTokens = createAccessTokens({ keys, permissions, clock });
  const refreshTokens = createRefreshTokens(secret);
  const principals = createSessionPrincipals({ permissions, clock });
  const people = createPeopleDirectory({ clock });
  const forgetPerson = (zoneId: string, userId: string) => {
    principals.dropPerson(zoneId, userId);
    people.drop(zoneId, userId);
  };
  const signals = createIdentitySignals({
    bus: deps.bus,
    broadcaster: deps.broadcaster,
    forgetSession: principals.dropSession,
    forgetPerson,
  });
  const parts: IdentityParts = {
    clock,
    logger,
    audit: deps.audit,
    events: deps.events,
    rateLimiter: deps.rateLimiter,
    zones: deps.zones,
    hasher: createPasswordHasher(),
    accessTokens,
    refreshTokens,
    principals,
    signals,
    permissions,
    limits: { ...DEFAULT_LIMITS, ...deps.limits },
    avatars: deps.avatars,
  };

  const module: MadangModule = {
    name: 'identity',
    grants: identityGrants,
    routes: [...authRoutes(parts, keys), ...meRoutes(parts), ...peopleRoutes({ clock, people }), ...adminRoutes(parts)],
    jobs: [
      job(sweepIdentity, async () => {
        const { createSweepIdentity } = await import('./sweep-identity.job-handler.ts');
        return createSweepIdentity({ clock, traces: deps.guestTraces ?? [] });
      }),
    ],
    schedules: [sweepIdentityNightly],
    handlers: [
      onEvent({
        event: profileChanged,
        delivery: 'every-node',
        name: 'identity.forget-profile',
        handle: ({ zoneId }, { userId }) => forgetPerson(zoneId, userId),
      }),
      onEvent({
        event: accessChanged,
        delivery: 'every-node',
        name: 'identity.forget-access',
        handle: ({ zoneId }, { userId }) => forgetPerson(zoneId, userId),
      }),
      onEvent({
        event: accessChanged,
        delivery: 'once',
        name: 'identity.end-entered-sessions',
        handle: async ({ zone }, { userId }) => {
          if (!(await zone()).zone.portal) return;
          await endVisits(userId);
        },
      }),
    ],
    async start() {
      await keys.refresh();
      keys.start();
      const listening = await signals.listen();
      return {
        async close() {
          await listening.close();
          await keys.close();
        },
      };
    },
  };

  /** What somebody holds in the city has changed: where they entered with it, they enter anew. */
  async function endVisits(userId: string): Promise<void> {
    for (const { id } of await deps.zones.list()) {
      const { db } = await deps.zones.context(id);
      const ended = await db.many(endEnteredSessionsOf(userId, clock.now()));
      for (const session of ended) signals.sessionEnded(id, session.id, 'access_changed');
    }
  }

  return {
    module,
    authenticator: createAuthenticator({ accessTokens, refreshTokens, principals, clock }),
    people,
    permissionsOf: ({ role, capabilities }) => permissions().of(role, capabilities).list,
    seedPerson: (zone, person) => seedPerson(parts, zone, person),
    seedOrganization: (zone, name) => seedOrganization(parts, zone, name),
    seedGuest: (zone, name) => seedGuest(parts, zone, name),
    hasAccount: async (zone, email) => (await zone.db.maybeOne(findUserByEmail(email.toLowerCase()))) !== undefined,
    async findPerson(zone, email) {
      const found = await zone.db.maybeOne(findUserByEmail(email.toLowerCase()));
      return found && { id: found.id, name: found.name, orgId: found.org_id };
    },
    grantCapability: createGrantCapability(parts),
    createSetupLink: (portal) => createSetupLink(parts, portal),
    parts,
    keys,
  };
}
