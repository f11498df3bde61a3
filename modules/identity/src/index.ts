export type { GrantCapability } from './grant-capability.ts';
export { accessChanged, guestMerged, guestRegistered, profileChanged } from './identity-events.ts';
export { type AvatarSource, DEFAULT_LIMITS, type GuestTraces, type IdentityLimits } from './identity-parts.ts';
export { createIdentityModule, type Identity, type IdentityDeps } from './module.ts';
export type { SeedPerson } from './seed-people.ts';
export type { SetupLink } from './set-up-city.ts';
export { SecretMismatch, SIGNING_KEY_STATEMENTS } from './signing-keys.ts';
