import { createHmac, timingSafeEqual } from 'node:crypto';

/** A film's paths are good this long; the player asks for new ones before. */
export const VOD_TOKEN_SECONDS = 6 * 3600;
/** Expiries are rounded up to whole steps, so that caches and players see the same path again. */
const STEP_SECONDS = 600;
const EXPIRY_BYTES = 4;
const MAC_BYTES = 16;
/** A player shows its token with every segment: the last that held are known without hashing again. */
const REMEMBERED = 10_000;
const LENGTH = Math.ceil(((EXPIRY_BYTES + MAC_BYTES) * 4) / 3);
const SHAPE = new RegExp(`^[\\w-]{${LENGTH}}$`);

/** Opens `/vod/t/{token}/{asset}/…` of one asset in one zone until it expires. */
export interface VodTokens {
  /** 27 url-safe characters; the expiry is rounded up to 10 minutes. */
  sign(zoneId: string, assetId: string, expiresAt: Date): string;
  verify(token: string, zoneId: string, assetId: string, now: Date): boolean;
}

/**
 * HMAC-SHA-256 (RFC 2104), truncated to 16 bytes, over the expiry, the zone and the asset; the expiry (seconds, 32 bits)
 * stands before it. The key is derived, so the secret may serve other purposes too.
 */
export function createVodTokens(secret: Buffer): VodTokens {
  const key = createHmac('sha256', secret).update('madang/vod-token/1').digest();

  /** Token, zone and asset → when it expires, ms. */
  const held = new Map<string, number>();

  function make(zoneId: string, assetId: string, expiry: Buffer): Buffer {
    // neither id can hold a line feed, so no two pairs share a text
    const mac = createHmac('sha256', key).update(expiry).update(`${zoneId}\n${assetId}`).digest();
    return Buffer.from(Buffer.concat([expiry, mac.subarray(0, MAC_BYTES)]).toString('base64url'), 'latin1');
  }

  return {
    sign(zoneId, assetId, expiresAt) {
      const expiry = Buffer.alloc(EXPIRY_BYTES);
      expiry.writeUInt32BE(Math.ceil(expiresAt.getTime() / 1000 / STEP_SECONDS) * STEP_SECONDS);
      return make(zoneId, assetId, expiry).toString('latin1');
    },
    verify(token, zoneId, assetId, now) {
      if (!SHAPE.test(token)) return false;
      const name = `${token}${zoneId}\n${assetId}`;
      const known = held.get(name);
      if (known !== undefined) return known > now.getTime();
      const expiry = Buffer.from(token, 'base64url').subarray(0, EXPIRY_BYTES);
      // texts are compared, not bytes: the last character's spare bits are part of the token too
      if (!timingSafeEqual(make(zoneId, assetId, expiry), Buffer.from(token, 'latin1'))) return false;
      const expiresAt = expiry.readUInt32BE() * 1000;
      if (expiresAt <= now.getTime()) return false;
      if (held.size >= REMEMBERED) held.delete(held.keys().next().value as string);
      held.set(name, expiresAt);
      return true;
    },
  };
}
