import { hash } from 'node:crypto';
import type { Clock, Principal } from '@madang/kernel';
import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import type { RolePermissions } from './role-permissions.ts';
import type { SigningKeys } from './signing-keys.ts';

export const ACCESS_TOKEN_SECONDS = 600;
export const ISSUER = 'madang';

export interface AccessClaims {
  readonly userId: string;
  readonly zoneId: string;
  readonly sessionId: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface AccessTokens {
  mint(principal: Principal, jti: string): Promise<{ accessToken: string; expiresIn: number }>;
  /** Undefined for a token that is malformed, expired, or signed by no key of the city. Which zone it is for is the caller's question. */
  verify(token: string): Promise<AccessClaims | undefined>;
}

/**
 * JWT (RFC 7519) signed with EdDSA (RFC 8037). A verified token is remembered by its SHA-256 until it expires, so the
 * signature is checked once per token and node; whether its session still stands is asked each time, elsewhere.
 */
export function createAccessTokens(deps: { keys: SigningKeys; permissions: () => RolePermissions; clock: Clock }): AccessTokens {
  const verified = new LRUCache<string, AccessClaims>({ max: 50_000 });
  const now = () => deps.clock.now().getTime();

  return {
    async mint(principal, jti) {
      const { kid, privateKey } = await deps.keys.signing();
      const issued = Math.floor(now() / 1000);
      const accessToken = await new SignJWT({
        zone_id: principal.zoneId,
        org_id: principal.orgId,
        role: principal.role,
        permissions: deps.permissions().of(principal.role, principal.capabilities).list,
        sid: principal.sessionId,
      })
        .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'JWT' })
        .setSubject(principal.id)
        .setIssuer(ISSUER)
        .setAudience(principal.zoneId)
        .setJti(jti)
        .setIssuedAt(issued)
        .setExpirationTime(issued + ACCESS_TOKEN_SECONDS)
        .sign(privateKey);
      return { accessToken, expiresIn: ACCESS_TOKEN_SECONDS };
    },

    async verify(token) {
      if (token.length > 8192) return undefined;
      const digest = hash('sha256', token, 'base64');
      const known = verified.get(digest);
      if (known !== undefined) return known.expiresAt > now() ? known : undefined;
      const claims = await check(token);
      if (claims !== undefined) verified.set(digest, claims);
      return claims;
    },
  };

  async function check(token: string): Promise<AccessClaims | undefined> {
    try {
      const { kid } = decodeProtectedHeader(token);
      const key = kid === undefined ? undefined : await deps.keys.verifying(kid);
      if (key === undefined) return undefined;
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['EdDSA'],
        issuer: ISSUER,
        requiredClaims: ['sub', 'aud', 'exp', 'jti', 'sid', 'zone_id'],
        currentDate: new Date(now()),
      });
      const { sub, aud, exp, sid, zone_id: zoneId } = payload;
      if (typeof sub !== 'string' || typeof sid !== 'string' || typeof zoneId !== 'string' || aud !== zoneId || exp === undefined) {
        return undefined;
      }
      return { userId: sub, sessionId: sid, zoneId, expiresAt: exp * 1000 };
    } catch (error) {
      // What jose refuses is a bad token (a header that does not decode is a TypeError); anything else is ours to see.
      if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
      throw error;
    }
  }
}
