-- The application asks for generic plans. A search is the exception: what it costs to find a name depends on the name.
alter function identity.find_people_by_name(text, text, timestamptz, integer)
  set plan_cache_mode = 'auto';
