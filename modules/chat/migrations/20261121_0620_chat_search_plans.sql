-- The application asks for generic plans. A search is the exception: what it costs to find a word depends on the word.
alter function chat.find_messages(text, text, text, boolean, text[], timestamptz, text, bigint, integer)
  set plan_cache_mode = 'auto';
