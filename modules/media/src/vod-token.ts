import { createHmac, timingSafeEqual } from 'node:crypto';

/** A film's paths are good this long; the player asks for new ones before. */
export const VOD_TOKEN_SECONDS = 6 * 3600;
/** Expiries are rounded up to whole steps, so that caches and players see the same path again. */
const STEP_SECONDS = 600;
const EXPIRY_BYTES = 4;
const MAC_BYTES = 16;
const LENGTH = Math.ceil(((EXPIRY_BYTES + MAC_BYTES) * 4) / 3);
const SHAPE = new RegExp(`^[\\w-]{${LENGTH}}$`);

/** Opens `/vod/t/{token}/{asset}/…` of one asset in one zone until it expires. */
export interface VodTokens {
  /** 27 url-safe characters; the expiry is rounded up to 10 minutes. */
  sign(zoneId: string, assetId: string, expiresAt: Date): string;
  verify(token: string, zoneId: string, assetId: string, now: Date): boolean;
  /** When it ends, ms since the epoch: for who asks often. Undefined for what is no token of this asset. */
  endOf(token: string, zoneId: string, assetId: string): number | undefined;
}

/**
 * HMAC-SHA-256 (RFC 2104), truncated to 16 bytes, over the expiry, the zone and the asset; the expiry (seconds, 32 bits)
 * stands before it. The key is derived, so the secret may serve other purposes too.
 */
export function createVodTokens(secret: Buffer): VodTokens {
  const key = createHmac('sha256', secret).update('madang/vod-token/1').digest();

  function make(zoneId: string, assetId: string, expiry: Buffer): Buffer {
    // neither id can hold a line feed, so no two pairs share a text
    const mac = createHmac('sha256', key).update(expiry).update(`${zoneId}\n${assetId}`).digest();
    return Buffer.from(Buffer.concat([expiry, mac.subarray(0, MAC_BYTES)]).toString('base64url'), 'latin1');
  }

  function endOf(token: string, zoneId: string, assetId: string): number | undefined {
    if (!SHAPE.test(token)) return undefined;
    const expiry = Buffer.from(token, 'base64url').subarray(0, EXPIRY_BYTES);
    // texts are compared, not bytes: the last character's spare bits are part of the token too
    if (!timingSafeEqual(make(zoneId, assetId, expiry), Buffer.from(token, 'latin1'))) return undefined;
    return expiry.readUInt32BE() * 1000;
  }

  return {
    endOf,
    sign(zoneId, assetId, expiresAt) {
      const expiry = Buffer.alloc(EXPIRY_BYTES);
      expiry.writeUInt32BE(Math.ceil(expiresAt.getTime() / 1000 / STEP_SECONDS) * STEP_SECONDS);
      return make(zoneId, assetId, expiry).toString('latin1');
    },
    verify: (token, zoneId, assetId, now) => (endOf(token, zoneId, assetId) ?? 0) > now.getTime(),
  };
}
