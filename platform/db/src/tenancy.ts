import { statement } from '@madang/kernel';
import type { Database } from './database.ts';

/** A table through which one zone could see another; the message names each and says why. */
export class TenancyError extends Error {
  override readonly name = 'TenancyError';
}

const findEffectiveRole = statement<{ role: string; bypasses: boolean }, []>(
  'madang.find_effective_role',
  'select rolname as role, rolsuper or rolbypassrls as bypasses from pg_roles where rolname = current_user',
);

const findOpenRelations = statement<{ name: string; fault: string }, []>(
  'madang.find_open_relations',
  `with relations as (
     select c.oid, n.nspname || '.' || c.relname as name, c.relkind, c.relrowsecurity and c.relforcerowsecurity as forced, c.reloptions,
       exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'zone_id' and not a.attisdropped) as has_zone,
       has_any_column_privilege('madang_app', c.oid, 'select, insert, update') or has_table_privilege('madang_app', c.oid, 'delete, truncate')
         or has_any_column_privilege('madang_city', c.oid, 'select, insert, update') or has_table_privilege('madang_city', c.oid, 'delete, truncate') as reachable
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'
       and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
   ),
   policies as (
     select p.polrelid, p.polpermissive as permissive,
       p.polroles && array[0::oid, 'madang_app'::regrole::oid] as for_app,
       coalesce(pg_get_expr(p.polqual, p.polrelid), '') = '(zone_id = madang.zone())'
         and coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '(zone_id = madang.zone())') = '(zone_id = madang.zone())' as confines
     from pg_policy p
   )
   select name, case
     when relkind in ('m', 'f') then 'is a materialized view or foreign table open to the program'
     when relkind = 'v' then 'is a view without security_invoker'
     when not forced then 'has no forced row-level security'
     when has_zone and not exists (select from policies p where p.polrelid = oid and p.permissive and p.for_app and p.confines) then 'has no policy of its zone'
     when has_zone then 'has a policy wider than its zone'
     else 'has no policy'
   end as fault
   from relations
   where case
     when relkind in ('m', 'f') then reachable
     when relkind = 'v' then reachable and not coalesce('security_invoker=true' = any (reloptions) or 'security_invoker=on' = any (reloptions), false)
     when has_zone then not forced
       or not exists (select from policies p where p.polrelid = oid and p.permissive and p.for_app and p.confines)
       or exists (select from policies p where p.polrelid = oid and p.permissive and p.for_app and not p.confines)
     else reachable and (not forced or not exists (select from policies p where p.polrelid = oid))
   end
   order by name`,
);

/**
 * Refuses, with one sentence that lists them, every table that has a `zone_id` or is open to the program without forced
 * row-level security and the policy of its zone, views that would read as their owner, and a role that sees past policies.
 * Asked as that role itself. Throws `TenancyError`.
 */
export async function assertTenancy(database: Pick<Database, 'zoneDb'>): Promise<void> {
  const db = database.zoneDb('tenancy-check');
  const { role, bypasses } = await db.one(findEffectiveRole());
  if (role !== 'madang_app' || bypasses) {
    throw new TenancyError(`Queries run as ${role}, which can see past row-level security; take SUPERUSER and BYPASSRLS from madang_app.`);
  }
  const open = await db.many(findOpenRelations());
  if (open.length === 0) return;
  const list = open.map(({ name, fault }) => `${name} (${fault})`).join(', ');
  throw new TenancyError(`Zones would not be kept apart by ${list}; call madang.isolate or madang.open_to_city for each in a migration.`);
}
