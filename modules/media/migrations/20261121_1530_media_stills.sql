-- Pictures taken while a chunk was made, to choose from: {"index": {"atSeconds", "bytes", and what was measured}}; there when it is done.
alter table media.asset_chunks add column stills jsonb not null default '{}';
