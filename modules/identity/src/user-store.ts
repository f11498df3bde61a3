import { type Capability, type Locale, type Role, statement } from '@madang/kernel';

export interface UserRow {
  id: string;
  kind: 'guest' | 'account';
  name: string;
  colour: number;
  email: string | null;
  password_hash: string | null;
  role: Role;
  org_id: string | null;
  locale: Locale;
  avatar_url: string | null;
  status: 'invited' | 'active' | 'suspended' | 'merged';
  home_zone_id: string | null;
  capabilities: Capability[];
}

const USER = `u.id, u.kind, u.name, u.colour, u.email, u.password_hash, u.role, u.org_id, u.locale, u.avatar_url, u.status, u.home_zone_id,
  array(select c.capability from identity.capabilities c where c.zone_id = u.zone_id and c.user_id = u.id order by 1) as capabilities`;

export const findUser = statement<UserRow, [id: string]>(
  'identity.find_user',
  `select ${USER} from identity.users u where u.zone_id = madang.zone() and u.id = $1`,
);
export const findUserForUpdate = statement<UserRow, [id: string]>(
  'identity.find_user_for_update',
  `select ${USER} from identity.users u where u.zone_id = madang.zone() and u.id = $1 for no key update of u`,
);
export const findUserByEmail = statement<UserRow, [email: string]>(
  'identity.find_user_by_email',
  `select ${USER} from identity.users u where u.zone_id = madang.zone() and u.email = $1`,
);

export const insertGuest = statement<unknown, [id: string, name: string, colour: number, locale: Locale, now: Date]>(
  'identity.insert_guest',
  `insert into identity.users (zone_id, id, kind, name, colour, role, locale, last_seen_at, created_at, updated_at)
   values (madang.zone(), $1, 'guest', $2, $3, 'guest', $4, $5, $5, $5)`,
);

export const insertSeedGuest = statement<unknown, [id: string, name: string, colour: number, locale: Locale, now: Date]>(
  'identity.insert_seed_guest',
  `insert into identity.users (zone_id, id, kind, name, colour, role, locale, last_seen_at, created_at, updated_at)
   values (madang.zone(), $1, 'guest', $2, $3, 'guest', $4, $5, $5, $5) on conflict do nothing`,
);

/** No row when the e-mail is taken: of many who register it at once one gets it. */
export const insertAccount = statement<
  { id: string },
  [
    id: string,
    name: string,
    colour: number,
    email: string,
    passwordHash: string | null,
    role: Role,
    orgId: string | null,
    locale: Locale,
    status: 'invited' | 'active',
    now: Date,
  ]
>(
  'identity.insert_account',
  `insert into identity.users (zone_id, id, kind, name, colour, email, password_hash, role, org_id, locale, status, created_at, updated_at)
   values (madang.zone(), $1, 'account', $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
   on conflict on constraint users_email do nothing
   returning id`,
);

/** Fails on `users_email` when the e-mail is taken; no row when the guest is one no more. */
export const turnGuestIntoAccount = statement<
  { id: string },
  [id: string, name: string, email: string, passwordHash: string, locale: Locale | null, now: Date]
>(
  'identity.turn_guest_into_account',
  `update identity.users
   set kind = 'account', role = 'student', name = $2, email = $3, password_hash = $4, locale = coalesce($5, locale),
       last_seen_at = $6, updated_at = $6
   where zone_id = madang.zone() and id = $1 and kind = 'guest' and status = 'active'
   returning id`,
);

export const markMerged = statement<unknown, [guestId: string, userId: string, now: Date]>(
  'identity.mark_merged',
  `update identity.users set status = 'merged', merged_into = $2, updated_at = $3
   where zone_id = madang.zone() and id = $1 and kind = 'guest' and status = 'active'`,
);

/**
 * Takes the row's lock and says whether the password that was checked is still the one in force: what suspends a person or
 * changes their password waits for, or is seen by, whoever signs in meanwhile.
 */
export const confirmSignIn = statement<{ id: string }, [id: string, passwordHash: string, now: Date]>(
  'identity.confirm_sign_in',
  `update identity.users set last_seen_at = $3
   where zone_id = madang.zone() and id = $1 and password_hash = $2 and status = 'active'
   returning id`,
);

export const setPasswordHash = statement<{ id: string }, [id: string, passwordHash: string, name: string | null, now: Date]>(
  'identity.set_password_hash',
  `update identity.users
   set password_hash = $2, name = coalesce($3, name), updated_at = $4,
       status = case when status = 'invited' then 'active' else status end
   where zone_id = madang.zone() and id = $1 and kind = 'account' and status in ('invited', 'active')
   returning id`,
);

export const insertVisitor = statement<unknown, [id: string, name: string, colour: number, locale: Locale, homeZoneId: string, now: Date]>(
  'identity.insert_visitor',
  `insert into identity.users (zone_id, id, kind, name, colour, role, locale, home_zone_id, last_seen_at, created_at, updated_at)
   values (madang.zone(), $1, 'account', $2, $3, 'student', $4, $5, $6, $6, $6)
   on conflict (zone_id, id) do update set name = excluded.name, last_seen_at = excluded.last_seen_at, updated_at = excluded.updated_at
   where users.home_zone_id is not null`,
);

export const addCapability = statement<unknown, [userId: string, capability: Capability, by: string | null, now: Date]>(
  'identity.add_capability',
  `insert into identity.capabilities (zone_id, user_id, capability, granted_by, granted_at)
   values (madang.zone(), $1, $2, $3, $4) on conflict do nothing`,
);
export const keepCapabilities = statement<unknown, [userId: string, capabilities: readonly Capability[]]>(
  'identity.keep_capabilities',
  'delete from identity.capabilities where zone_id = madang.zone() and user_id = $1 and capability <> all($2::text[])',
);
