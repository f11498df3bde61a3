import type {
  AuditWriter,
  Clock,
  EventPublisher,
  Logger,
  Principal,
  RateLimiter,
  RateRule,
  ZoneContext,
  ZoneDirectory,
} from '@madang/kernel';
import type { AccessTokens } from './access-tokens.ts';
import type { IdentitySignals } from './identity-signals.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { RefreshTokens } from './refresh-tokens.ts';
import type { RolePermissions } from './role-permissions.ts';
import type { SessionPrincipals } from './session-principals.ts';

/** Port: a picture somebody uploaded becomes theirs for good. Implemented above, by media. */
export interface AvatarSource {
  /** Throws a `MadangError` when the file is not the person's, not a picture, or gone. `url` is a path on the zone's host. */
  claim(zone: ZoneContext, principal: Principal, fileId: string): Promise<{ url: string }>;
}

/** Port: who of these guests left something behind (messages, files) and must keep a name. Implemented above, by chat and media. */
export interface GuestTraces {
  of(zone: ZoneContext, guestIds: readonly string[]): Promise<ReadonlySet<string>>;
}

export interface IdentityLimits {
  /** Failures per (zone, account, IP). */
  readonly signInFailures: RateRule;
  /** Sign-ins, registrations and one-time tokens per IP. */
  readonly signInAddress: RateRule;
  /** New guests per IP. */
  readonly guestAddress: RateRule;
}

export const DEFAULT_LIMITS: IdentityLimits = {
  signInFailures: { name: 'identity.sign-in-failures', points: 5, windowSeconds: 60, blockSeconds: 900 },
  signInAddress: { name: 'identity.sign-in-address', points: 100, windowSeconds: 60 },
  guestAddress: { name: 'identity.guest-address', points: 60, windowSeconds: 60 },
};

/** What the use cases are made of; each asks for the few it uses. */
export interface IdentityParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly audit: AuditWriter;
  readonly events: EventPublisher;
  readonly rateLimiter: RateLimiter;
  readonly zones: ZoneDirectory;
  readonly hasher: PasswordHasher;
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly principals: SessionPrincipals;
  readonly signals: IdentitySignals;
  readonly permissions: () => RolePermissions;
  readonly limits: IdentityLimits;
  readonly avatars: AvatarSource | undefined;
}

/** From where a request comes, and who is behind it if known. */
export interface Caller {
  readonly principal: Principal | undefined;
  readonly ip: string;
  readonly userAgent: string | null;
}
