import { statement } from '@madang/kernel';

export interface SessionFamilyRow {
  id: string;
  user_id: string;
  generation: number;
  seed: Buffer;
  rotated_at: Date;
  expires_at: Date;
  ended_at: Date | null;
}

const FAMILY = 's.id, s.user_id, s.generation, s.seed, s.rotated_at, s.expires_at, s.ended_at';

export const insertSession = statement<
  unknown,
  [
    id: string,
    userId: string,
    seed: Buffer,
    tokenHash: Buffer,
    enteredAs: 'super_admin' | 'operator' | null,
    userAgent: string | null,
    ip: string,
    now: Date,
    expiresAt: Date,
  ]
>(
  'identity.insert_session',
  `insert into identity.sessions
     (zone_id, id, user_id, seed, token_hash, entered_as, user_agent, ip, rotated_at, created_at, last_used_at, expires_at)
   values (madang.zone(), $1, $2, $3, $4, $5, $6, $7, $8, $8, $8, $9)`,
);

export const findFamily = statement<SessionFamilyRow, [id: string]>(
  'identity.find_session_family',
  `select ${FAMILY} from identity.sessions s where s.zone_id = madang.zone() and s.id = $1`,
);

/**
 * One generation on, for exactly one of those who ask at once. An ordinary session lives 30 days from its last refresh;
 * one that entered from the portal ends when it was to end.
 */
export const advanceFamily = statement<
  SessionFamilyRow,
  [id: string, from: number, nextHash: Buffer, now: Date, expiresAt: Date, ip: string, userAgent: string | null]
>(
  'identity.advance_session_family',
  `update identity.sessions s
   set generation = s.generation + 1, token_hash = $3, rotated_at = $4, last_used_at = $4, ip = $6, user_agent = $7,
       expires_at = case when s.entered_as is null then $5 else s.expires_at end
   from identity.users u
   where s.zone_id = madang.zone() and s.id = $1 and s.generation = $2 and s.ended_at is null and s.expires_at > $4
     and u.zone_id = s.zone_id and u.id = s.user_id and u.status = 'active'
   returning ${FAMILY}`,
);

export const touchUser = statement<unknown, [id: string, now: Date]>(
  'identity.touch_user',
  'update identity.users set last_seen_at = $2 where zone_id = madang.zone() and id = $1',
);

export const endSession = statement<{ id: string }, [id: string, userId: string, now: Date, reason: string]>(
  'identity.end_session',
  `update identity.sessions set ended_at = $3, ended_reason = $4
   where zone_id = madang.zone() and id = $1 and user_id = $2 and ended_at is null
   returning id`,
);

/** All of a person's sessions but one (none spared when null). */
export const endSessionsOf = statement<{ id: string }, [userId: string, spared: string | null, now: Date, reason: string]>(
  'identity.end_sessions_of',
  `update identity.sessions set ended_at = $3, ended_reason = $4
   where zone_id = madang.zone() and user_id = $1 and ended_at is null and id is distinct from $2
   returning id`,
);

export const endEnteredSessionsOf = statement<{ id: string }, [userId: string, now: Date]>(
  'identity.end_entered_sessions_of',
  `update identity.sessions set ended_at = $2, ended_reason = 'access_changed'
   where zone_id = madang.zone() and user_id = $1 and ended_at is null and entered_as is not null
   returning id`,
);

export interface OpenSessionRow {
  id: string;
  user_agent: string | null;
  ip: string | null;
  created_at: Date;
  last_used_at: Date;
  expires_at: Date;
}

export const listOpenSessions = statement<OpenSessionRow, [userId: string, now: Date]>(
  'identity.list_open_sessions',
  `select id, user_agent, ip, created_at, last_used_at, expires_at from identity.sessions
   where zone_id = madang.zone() and user_id = $1 and ended_at is null and expires_at > $2
   order by last_used_at desc, id desc limit 100`,
);
