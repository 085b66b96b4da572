-- Search by words must not slow down as scenarios grow: words that half of them contain tell little and cost most.
-- Picks the rarest words of a text, by the planner's own statistics, as long as together they should match no more than
-- 2 000 scenarios. Without statistics (few rows, never analyzed) every word is taken.
create function telling_words(asked text) returns tsquery
language sql stable
return (
  with frequencies as (
    select word, frequency
    from pg_stats,
      unnest(most_common_elems::text::text[], most_common_elem_freqs) as common (word, frequency)
    where schemaname = current_schema() and tablename = 'scenarios' and attname = 'words' and word is not null
  ),
  words as (
    select lexeme, coalesce(frequency, 0) as frequency
    from unnest(to_tsvector('english', left(asked, 4000)))
    left join frequencies on word = lexeme
  ),
  rarest as (
    select lexeme, sum(frequency) over (order by frequency, lexeme) as share
    from words
  )
  select to_tsquery('english', string_agg(quote_literal(lexeme), ' | '))
  from rarest
  where share * (select reltuples from pg_class where oid = 'scenarios'::regclass) <= 2000
);
