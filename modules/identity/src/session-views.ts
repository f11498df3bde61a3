import type { Principal, ZoneContext } from '@madang/kernel';
import type { SessionView } from './contract.ts';
import type { IdentityParts } from './identity-parts.ts';
import { listOpenSessions } from './session-store.ts';

/** The person's open sessions, last used first. */
export async function sessionsOf(parts: Pick<IdentityParts, 'clock'>, zone: ZoneContext, person: Principal): Promise<SessionView[]> {
  const rows = await zone.db.many(listOpenSessions(person.id, parts.clock.now()));
  return rows.map((row) => ({
    id: row.id,
    current: row.id === person.sessionId,
    userAgent: row.user_agent,
    ip: row.ip,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }));
}
