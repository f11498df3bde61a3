import { createCipheriv, createDecipheriv, createHmac, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';

/** Keys derived from the one secret of the installation, each for one purpose (HKDF-SHA-256, RFC 5869). */
export interface ServerSecret {
  /** HMAC-SHA-256 for refresh tokens. */
  codeOf(message: string): Buffer;
  /** AES-256-GCM: 12 bytes nonce, 16 bytes tag, ciphertext. `context` must be the same when opening. */
  seal(plain: Buffer, context: string): Buffer;
  /** Throws when the secret, the context or the bytes are not those of sealing. */
  open(sealed: Buffer, context: string): Buffer;
}

export function createServerSecret(secret: Buffer | KeyObject): ServerSecret {
  const root = Buffer.isBuffer(secret) ? secret : secret.export();
  if (root.length < 32) throw new TypeError('the server secret needs at least 32 bytes');
  const keyFor = (purpose: string) => Buffer.from(hkdfSync('sha256', root, 'madang identity', purpose, 32));
  const refreshKey = keyFor('refresh tokens');
  const sealKey = keyFor('signing keys');
  return {
    codeOf: (message) => createHmac('sha256', refreshKey).update(message).digest(),
    seal(plain, context) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce).setAAD(Buffer.from(context));
      const text = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), text]);
    },
    open(sealed, context) {
      const decipher = createDecipheriv('aes-256-gcm', sealKey, sealed.subarray(0, 12), { authTagLength: 16 })
        .setAAD(Buffer.from(context))
        .setAuthTag(sealed.subarray(12, 28));
      return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
    },
  };
}
