-- The last part of an upload grows from request to request, as long as each writer says that it has ended. Where one was not
-- heard of any more, nobody writes on what begins before `frozen`: that writer may still do.
alter table media.uploads add column frozen bigint not null default 0;

-- What something was made of before it was whole expires too, while bytes are missing.
drop index media.uploads_expiring;
create index uploads_expiring on media.uploads (zone_id, expires_at) where claimed_id is null or state <> 'complete';
