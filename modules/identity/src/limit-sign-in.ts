import { fail, type RateRule, requestErrors } from '@madang/kernel';
import { identityErrors } from './identity-errors.ts';
import type { IdentityParts } from './identity-parts.ts';
import { networkOf } from './network-of.ts';

type Limiting = Pick<IdentityParts, 'rateLimiter' | 'limits'>;

/** Counts against the address alone, whoever asks: a bearer does not buy more tries. */
export async function limitByAddress(parts: Limiting, rule: RateRule, ip: string): Promise<void> {
  const decision = await parts.rateLimiter.consume(rule, networkOf(ip));
  if (!decision.allowed) fail(requestErrors.rate_limited, { retryAfterSeconds: decision.retryAfterSeconds });
}

const failureKey = (zoneId: string, email: string, ip: string) => `${zoneId} ${email} ${networkOf(ip)}`;

/**
 * Counted before the password is checked, so that tries sent all at once are not all let through; a success gives them back.
 * The same for accounts that do not exist.
 */
export async function countSignIn(parts: Limiting, zoneId: string, email: string, ip: string): Promise<void> {
  const decision = await parts.rateLimiter.consume(parts.limits.signInFailures, failureKey(zoneId, email, ip));
  if (!decision.allowed) fail(identityErrors.locked_out, { retryAfterSeconds: decision.retryAfterSeconds });
}

export async function forgetFailures(parts: Limiting, zoneId: string, email: string, ip: string): Promise<void> {
  await parts.rateLimiter.reset(parts.limits.signInFailures, failureKey(zoneId, email, ip));
}
