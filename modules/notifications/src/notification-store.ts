import { statement } from '@madang/kernel';

export interface ItemRow {
  id: string;
  user_id: string;
  kind: string;
  actor_id: string | null;
  payload: unknown;
  created_at: Date;
  read_at: Date | null;
}

const columns = 'id, user_id, kind, actor_id, payload, created_at, read_at';

/** Whoever is told already, made it themselves, or switched the kind off is left out. Ids of the rows made. */
export const insertItems = statement<
  { id: string },
  [
    ids: readonly string[],
    people: readonly string[],
    kind: string,
    about: string,
    actor: string | null,
    payload: string,
    onByDefault: boolean,
    now: Date,
  ]
>(
  'notifications.insert_items',
  `insert into notifications.items (zone_id, id, user_id, kind, about, actor_id, payload, created_at)
   select madang.zone(), t.id, t.user_id, $3, $4, $5, $6::jsonb, $8
   from unnest($1::text[], $2::text[]) t(id, user_id)
   left join notifications.preferences p on p.user_id = t.user_id and p.kind = $3
   where coalesce(p.is_on, $7) and t.user_id is distinct from $5
   on conflict (zone_id, user_id, kind, about) do nothing
   returning id`,
);

export const deleteAbout = statement<{ user_id: string; unread: boolean }, [kind: string, about: string]>(
  'notifications.delete_about',
  'delete from notifications.items where kind = $1 and about = $2 returning user_id, read_at is null as unread',
);

export const findItems = statement<ItemRow, [ids: readonly string[]]>(
  'notifications.find_items',
  `select ${columns} from notifications.items where id = any($1::text[]) order by id`,
);

/** Most are counted up to here; nobody reads a larger number. */
export const MOST_UNREAD = 1000;

export const countUnread = statement<{ user_id: string; unread: number }, [people: readonly string[]]>(
  'notifications.count_unread',
  `select u.user_id, c.unread from unnest($1::text[]) u(user_id)
   cross join lateral (
     select count(*)::int as unread from (
       select from notifications.items i where i.user_id = u.user_id and i.read_at is null limit ${MOST_UNREAD}) few) c`,
);

export const pageItems = statement<ItemRow, [person: string, before: string | null, kinds: readonly string[], limit: number]>(
  'notifications.page_items',
  `select ${columns} from notifications.items
   where user_id = $1 and ($2::text is null or id < $2) and kind = any($3::text[])
   order by id desc limit $4`,
);

export const markRead = statement<unknown, [person: string, ids: readonly string[], now: Date]>(
  'notifications.mark_read',
  'update notifications.items set read_at = $3 where user_id = $1 and id = any($2::text[]) and read_at is null',
);

export const markReadUpTo = statement<unknown, [person: string, upTo: string, now: Date]>(
  'notifications.mark_read_up_to',
  'update notifications.items set read_at = $3 where user_id = $1 and id <= $2 and read_at is null',
);

export const deleteItem = statement<unknown, [person: string, id: string]>(
  'notifications.delete_item',
  'delete from notifications.items where user_id = $1 and id = $2',
);

export const findPreferences = statement<{ kind: string; is_on: boolean }, [person: string]>(
  'notifications.find_preferences',
  'select kind, is_on from notifications.preferences where user_id = $1',
);

export const keepPreference = statement<unknown, [person: string, kind: string, on: boolean]>(
  'notifications.keep_preference',
  `insert into notifications.preferences (zone_id, user_id, kind, is_on) values (madang.zone(), $1, $2, $3)
   on conflict (zone_id, user_id, kind) do update set is_on = excluded.is_on`,
);

/** The account keeps its own row of what both were told, and its own preferences. */
export const moveItems = statement<unknown, [guest: string, account: string]>(
  'notifications.move_items',
  `update notifications.items i set user_id = $2
   where user_id = $1 and not exists (
     select from notifications.items o where o.user_id = $2 and o.kind = i.kind and o.about = i.about)`,
);
export const movePreferences = statement<unknown, [guest: string, account: string]>(
  'notifications.move_preferences',
  `insert into notifications.preferences (zone_id, user_id, kind, is_on)
   select zone_id, $2, kind, is_on from notifications.preferences where user_id = $1
   on conflict do nothing`,
);
export const forgetPerson = statement<unknown, [person: string]>(
  'notifications.forget_person',
  `with gone as (delete from notifications.preferences where user_id = $1)
   delete from notifications.items where user_id = $1`,
);

export const deleteOlderThan = statement<unknown, [before: Date, limit: number]>(
  'notifications.delete_older_than',
  `delete from notifications.items where id in (
     select id from notifications.items where created_at < $1 order by created_at limit $2)`,
);
