import { readInBatches } from '@madang/db/batches';
import {
  type Capability,
  type Clock,
  type Principal,
  type Queries,
  type Role,
  statement,
  type ZoneContext,
  type ZoneId,
} from '@madang/kernel';
import { LRUCache } from 'lru-cache';
import type { RolePermissions } from './role-permissions.ts';

/** A little under a second, counted from before the read, so that "within a second" holds whatever the read took. */
const TRUSTED_MS = 900;
/** Under load reads wait this long for company: every message of another person is one, and each costs as much as ten together. */
const GATHER_MS = 8;

/** An open session of an active person, as of a moment ago. */
export interface OpenSession {
  readonly principal: Principal;
  readonly generation: number;
  readonly seed: Buffer;
  /** Milliseconds since the epoch. */
  readonly rotatedAt: number;
}

export interface SessionRow {
  session_id: string;
  generation: number;
  seed: Buffer;
  rotated_at: Date;
  expires_at: Date;
  entered_as: 'super_admin' | 'operator' | null;
  user_id: string;
  kind: 'guest' | 'account';
  name: string;
  role: Role;
  org_id: string | null;
  capabilities: Capability[];
}

const SESSION_COLUMNS = `s.id as session_id, s.generation, s.seed, s.rotated_at, s.expires_at, s.entered_as,
  u.id as user_id, u.kind, u.name, u.role, u.org_id,
  array(select c.capability from identity.capabilities c where c.zone_id = u.zone_id and c.user_id = u.id order by 1) as capabilities`;

/** One probe of each index per session, whatever the planner thought of the tables when they were new: this runs per request. */
const openSessions = statement<SessionRow, [ids: readonly string[]]>(
  'identity.open_sessions',
  `select ${SESSION_COLUMNS}
   from unnest($1::text[]) asked(id)
   cross join lateral (select * from identity.sessions where zone_id = madang.zone() and id = asked.id and ended_at is null offset 0) s
   cross join lateral (select * from identity.users where zone_id = s.zone_id and id = s.user_id and status = 'active' offset 0) u`,
);

export interface SessionPrincipals {
  /** At most a second old; undefined when the session has ended, expired, or its person is not active. */
  find(zone: ZoneContext, sessionId: string): Promise<OpenSession | undefined>;
  /** Straight from the database, inside a use case that has just changed it. */
  read(tx: Queries, zoneId: ZoneId, sessionId: string): Promise<OpenSession | undefined>;
  dropSession(zoneId: ZoneId, sessionId: string): void;
  dropPerson(zoneId: ZoneId, userId: string): void;
}

interface Remembered {
  readonly readAt: number;
  readonly userId: string | undefined;
  readonly session: OpenSession | undefined;
  readonly expiresAt: number;
}

export function createSessionPrincipals(deps: { permissions: () => RolePermissions; clock: Clock }): SessionPrincipals {
  const remembered = new LRUCache<string, Remembered>({ max: 50_000 });
  const reading = new Map<string, Promise<Remembered>>();
  const readOpen = readInBatches(async (db, ids) => new Map((await db.many(openSessions(ids))).map((row) => [row.session_id, row])), {
    intervalMs: GATHER_MS,
  });
  /** Grows with every drop: a read that began before one is answered but not kept. */
  let drops = 0;
  const now = () => deps.clock.now().getTime();
  const keyOf = (zoneId: ZoneId, sessionId: string) => `${zoneId} ${sessionId}`;

  return {
    async find(zone, sessionId) {
      const key = keyOf(zone.zone.id, sessionId);
      const at = now();
      const known = remembered.get(key);
      const current =
        known !== undefined && at - known.readAt < TRUSTED_MS && at >= known.readAt ? known : await load(zone, sessionId, key);
      return current.expiresAt > at ? current.session : undefined;
    },
    async read(tx, zoneId, sessionId) {
      const row = await tx.maybeOne(openSessions([sessionId]));
      return row && row.expires_at.getTime() > now() ? openSessionOf(row, zoneId) : undefined;
    },
    dropSession(zoneId, sessionId) {
      drops++;
      remembered.delete(keyOf(zoneId, sessionId));
      reading.delete(keyOf(zoneId, sessionId));
    },
    dropPerson(zoneId, userId) {
      drops++;
      reading.clear();
      for (const [key, entry] of remembered.entries()) {
        if (entry.userId === userId && key.startsWith(`${zoneId} `)) remembered.delete(key);
      }
    },
  };

  function load(zone: ZoneContext, sessionId: string, key: string): Promise<Remembered> {
    const underway = reading.get(key);
    if (underway !== undefined) return underway;
    const readAt = now();
    const dropsBefore = drops;
    const loading = readOpen(zone.db, sessionId)
      .then((row) => {
        const session = row && openSessionOf(row, zone.zone.id);
        const entry = { readAt, userId: row?.user_id, session, expiresAt: row?.expires_at.getTime() ?? Number.POSITIVE_INFINITY };
        if (drops === dropsBefore) remembered.set(key, entry);
        return entry;
      })
      .finally(() => {
        if (reading.get(key) === loading) reading.delete(key);
      });
    reading.set(key, loading);
    return loading;
  }

  function openSessionOf(row: SessionRow, zoneId: ZoneId): OpenSession {
    const role: Role = row.entered_as === 'super_admin' ? 'super_admin' : row.role;
    const capabilities = row.entered_as === null ? row.capabilities : [...new Set<Capability>([...row.capabilities, 'operator'])];
    const held = deps.permissions().of(role, capabilities);
    const principal: Principal = {
      id: row.user_id,
      kind: row.kind,
      zoneId,
      orgId: row.org_id,
      role,
      capabilities,
      sessionId: row.session_id,
      name: row.name,
      scopeOf: held.scopeOf,
    };
    return { principal, generation: row.generation, seed: row.seed, rotatedAt: row.rotated_at.getTime() };
  }
}
