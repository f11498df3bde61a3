import { type CityDb, type Clock, type Closable, type Logger, newId, statement } from '@madang/kernel';
import { exportJWK, generateKeyPair, importJWK, type CryptoKey as JoseKey, type JWK } from 'jose';
import type { ServerSecret } from './server-secret.ts';

/** A new key signs every 30 days; it is published a day ahead, so every cache of the key set has it by then. */
const SIGNS_MS = 30 * 86_400_000;
const AHEAD_MS = 86_400_000;
/** After its successor took over a key is kept longer than any token lives, clocks between nodes included. */
const KEPT_MS = 3_600_000;
/** How old this node's view of the keys may be. */
const REREAD_MS = 30_000;
/** An unknown key id makes us look again, but not more often than this. */
const UNKNOWN_REREAD_MS = 1000;

export interface PublicJwk {
  kty: string;
  crv: string;
  x: string;
  kid: string;
  alg: string;
  use: string;
}

interface KeyRow {
  kid: string;
  public_jwk: PublicJwk;
  sealed_private_key: Buffer;
  signs_from: Date;
}

interface Key {
  readonly kid: string;
  readonly signsFrom: number;
  readonly publicJwk: PublicJwk;
  readonly publicKey: JoseKey;
  readonly privateKey: JoseKey;
}

const listKeys = statement<KeyRow, []>(
  'identity.list_city_signing_keys',
  'select kid, public_jwk, sealed_private_key, signs_from from identity.signing_keys order by signs_from, kid',
);
const lockKeys = statement<unknown, []>(
  'identity.lock_city_signing_keys',
  "select pg_advisory_xact_lock(hashtext('identity.signing_keys'))",
);
const addKey = statement<unknown, [kid: string, jwk: string, sealed: Buffer, now: Date, signsFrom: Date]>(
  'identity.add_city_signing_key',
  `insert into identity.signing_keys (kid, public_jwk, sealed_private_key, created_at, signs_from) values ($1, $2, $3, $4, $5)`,
);
const dropKey = statement<unknown, [kid: string]>('identity.drop_city_signing_key', 'delete from identity.signing_keys where kid = $1');

/** Names for the list of statements that may run across zones. */
export const SIGNING_KEY_STATEMENTS: readonly string[] = [
  'identity.list_city_signing_keys',
  'identity.lock_city_signing_keys',
  'identity.add_city_signing_key',
  'identity.drop_city_signing_key',
];

/** The secret is not the one that this city's keys were sealed with; the message is for the operator. */
export class SecretMismatch extends Error {
  override readonly name = 'SecretMismatch';
  constructor(kid: string, options?: ErrorOptions) {
    super(
      `the secret does not open signing key ${kid}: set MADANG_SECRET (or restore data/secret) to the one this database was used with, or follow docs/runbooks/rotate-secret.md`,
      options,
    );
  }
}

/** The city's Ed25519 keys (RFC 8037). Owns the timer that keeps its view fresh; rotation happens on whichever node finds it due. */
export class SigningKeys implements Closable {
  readonly #city: CityDb;
  readonly #secret: ServerSecret;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #keys: readonly Key[] = [];
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: { city: CityDb; secret: ServerSecret; clock: Clock; logger: Logger }) {
    this.#city = deps.city;
    this.#secret = deps.secret;
    this.#clock = deps.clock;
    this.#logger = deps.logger;
  }

  /** The key that signs now. */
  async signing(): Promise<Pick<Key, 'kid' | 'privateKey'>> {
    await this.#fresh();
    const key = signerAt(this.#keys, this.#now());
    if (key === undefined) throw new Error('there is no signing key');
    return key;
  }

  /** The public key of a token's `kid`, or undefined. */
  async verifying(kid: string): Promise<JoseKey | undefined> {
    await this.#fresh();
    const find = () => this.#keys.find((key) => key.kid === kid)?.publicKey;
    if (find() === undefined && this.#now() - this.#readAt >= UNKNOWN_REREAD_MS) await this.refresh();
    return find();
  }

  /** Everything a verifier may meet: keys ahead of use, the one in use, those whose tokens may still live. */
  async published(): Promise<readonly PublicJwk[]> {
    await this.#fresh();
    return this.#keys.map((key) => key.publicJwk);
  }

  /** Reads the keys again and rotates when that is due. Concurrent calls share one reading. */
  refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Keeps the view fresh without waiting for a request. */
  start(): void {
    this.#timer ??= setInterval(() => {
      this.refresh().catch((error: unknown) => this.#logger.warn({ err: error }, 'signing keys could not be read; the known ones stay'));
    }, REREAD_MS).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#reading?.catch(() => {});
  }

  #now(): number {
    return this.#clock.now().getTime();
  }

  async #fresh(): Promise<void> {
    const age = this.#now() - this.#readAt;
    if (this.#keys.length === 0) return this.refresh();
    if (age < REREAD_MS) return;
    // A known key stays good while the database is away.
    await this.refresh().catch((error: unknown) =>
      this.#logger.warn({ err: error }, 'signing keys could not be read; the known ones stay'),
    );
  }

  async #read(): Promise<void> {
    const now = this.#now();
    let rows = await this.#city.many(listKeys());
    if (rotationDue(rows, now)) {
      rows = await this.#city.transaction(async (tx) => {
        await tx.run(lockKeys());
        const current = await tx.many(listKeys());
        if (!rotationDue(current, now)) return current;
        await this.#rotate(tx, current, now);
        return tx.many(listKeys());
      });
    }
    const known = new Map(this.#keys.map((key) => [key.kid, key]));
    this.#keys = await Promise.all(rows.map((row) => known.get(row.kid) ?? this.#keyOf(row)));
    this.#readAt = now;
  }

  async #rotate(tx: Pick<CityDb, 'run'>, rows: readonly KeyRow[], now: number): Promise<void> {
    const signer = signerAt(rows.map(timed), now);
    const { publicKey, privateKey } = await generateKeyPair('Ed25519', { extractable: true });
    const kid = newId('key', now);
    const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'EdDSA', use: 'sig' };
    const sealed = this.#secret.seal(Buffer.from(JSON.stringify(await exportJWK(privateKey))), kid);
    const signsFrom = signer === undefined ? now : now + AHEAD_MS;
    await tx.run(addKey(kid, JSON.stringify(jwk), sealed, new Date(now), new Date(signsFrom)));
    for (const old of rows.map(timed)) {
      if (signer !== undefined && old.signsFrom < signer.signsFrom && signer.signsFrom + KEPT_MS < now) await tx.run(dropKey(old.kid));
    }
    this.#logger.info({ kid, signsFrom: new Date(signsFrom) }, 'new signing key');
  }

  async #keyOf(row: KeyRow): Promise<Key> {
    let privateJwk: JWK;
    try {
      privateJwk = JSON.parse(this.#secret.open(row.sealed_private_key, row.kid).toString()) as JWK;
    } catch (cause) {
      throw new SecretMismatch(row.kid, { cause });
    }
    const [publicKey, privateKey] = await Promise.all([importJWK(row.public_jwk, 'EdDSA'), importJWK(privateJwk, 'EdDSA')]);
    return { ...timed(row), publicJwk: row.public_jwk, publicKey: publicKey as JoseKey, privateKey: privateKey as JoseKey };
  }
}

const timed = (row: KeyRow) => ({ kid: row.kid, signsFrom: row.signs_from.getTime() });

/** The newest key whose time has come; of keys all ahead of their time, the first. */
function signerAt<Timed extends { signsFrom: number }>(keys: readonly Timed[], now: number): Timed | undefined {
  return keys.findLast((key) => key.signsFrom <= now) ?? keys[0];
}

/** True when there is no key, or the newest has signed so long that its successor must be published now. */
function rotationDue(rows: readonly KeyRow[], now: number): boolean {
  const newest = rows.at(-1);
  return newest === undefined || newest.signs_from.getTime() + SIGNS_MS - AHEAD_MS <= now;
}
