create schema notifications;
grant usage on schema notifications to madang_app;

-- What a person was told: once of the same thing by the same kind.
create table notifications.items (
  zone_id text not null,
  id text not null,
  user_id text not null,
  kind text not null,
  about text not null,
  actor_id text,
  payload jsonb not null,
  created_at timestamptz not null,
  read_at timestamptz,
  primary key (zone_id, id)
);
create unique index items_once on notifications.items (zone_id, user_id, kind, about);
-- Identifiers made later sort later: the bell's list and the cursor of it.
create index items_bell on notifications.items (zone_id, user_id, id desc);
create index items_unread on notifications.items (zone_id, user_id) where read_at is null;
-- Taking back, and forgetting what is old.
create index items_about on notifications.items (zone_id, kind, about);
create index items_old on notifications.items (zone_id, created_at);

-- Only what a person changed.
create table notifications.preferences (
  zone_id text not null,
  user_id text not null,
  kind text not null,
  is_on boolean not null,
  primary key (zone_id, user_id, kind)
);

select madang.isolate('notifications.items');
select madang.isolate('notifications.preferences');
