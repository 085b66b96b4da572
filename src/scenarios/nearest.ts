import type { Sql } from '../db/sql.ts';
import { toVector } from '../db/sql.ts';
import type { Visibility } from '../evidence/evidence.ts';
import type { Scenario } from './scenario.ts';
import { type Meaning, type ScenarioRow, toScenario } from './store.ts';

/** What is looked for, and by whom. */
export interface Wanted {
  repository: string;
  meaning: Meaning;
  /** The same in words: title and narrative. */
  words: string;
  /** Where the answer will be read. */
  viewer: Visibility;
  /** Not this one. */
  except?: string;
  limit?: number;
}

/** A kept scenario that lies near; without its words where the reader may not see them. */
export interface Near {
  id: string;
  /** Null when it comes from a private channel and is read elsewhere. */
  scenario: Scenario | null;
  /** Fused from the places in both rankings; only its order means something. */
  score: number;
  /** Cosine of the meanings, 1 is the same. */
  similarity: number;
  /** Share of words in common (Dice), 1 is all. */
  shared: number;
  /** It most likely says the same thing. */
  duplicate: boolean;
}

/**
 * When two are taken for one: most words in common and a meaning that does not speak against it, or a meaning so near
 * that words do not matter. Calibrated in test/scenarios/duplicates.test.ts: incidents retold share 0.60 of their words
 * and more, other incidents in the same area 0.50 at most.
 */
const alike = ({ similarity, shared }: { similarity: number; shared: number }) =>
  (shared >= 0.55 && similarity >= 0.45) || similarity >= 0.85;

/** How many of each ranking are looked at; beyond that a place adds next to nothing. */
const depth = 50;

/**
 * The kept scenarios of a repository that lie nearest by meaning and by words. The two rankings are fused by reciprocal
 * rank, 1 / (60 + place) (Cormack, Clarke and Büttcher, SIGIR 2009): their scores have no common measure, their places do.
 */
export async function nearest(sql: Sql, wanted: Wanted): Promise<Near[]> {
  const { repository, meaning, words, viewer, except = '', limit = 5 } = wanted;
  const vector = toVector(meaning.embedding);
  return await sql.begin(async (within) => {
    // The index is asked for more while a repository's few are thin among everybody's many.
    await within`select set_config('hnsw.iterative_scan', 'strict_order', true), set_config('hnsw.ef_search', '100', true)`;
    const rows = await within<ScenarioRow & { score: number; similarity: number; shared: number; visible: boolean }>`
      with by_meaning as (
        select id, row_number() over (order by distance, id) as place
        from (
          select id, embedding <=> ${vector}::vector as distance
          from scenarios
          where repository = ${repository}
            and embedder = ${meaning.embedder}
            and status = 'kept'
            and id <> ${except}
            and (visibility <> 'direct' or channel = ${viewer.channel})
          order by embedding <=> ${vector}::vector
          limit ${depth}
        ) as near
      ),
      asked as materialized (
        select telling_words(${words}) as any_word, tsvector_to_array(scenario_words('', ${words}, '{}')) as all_words
      ),
      by_words as (
        select id, row_number() over (order by rank desc, id) as place
        from (
          select id, ts_rank(words, any_word, 1) as rank
          from scenarios, asked
          where repository = ${repository}
            and words @@ any_word
            and status = 'kept'
            and id <> ${except}
            and (visibility <> 'direct' or channel = ${viewer.channel})
          order by rank desc, id
          limit ${depth}
        ) as near
      )
      select scenarios.*,
        (coalesce(1.0 / (60 + by_meaning.place), 0) + coalesce(1.0 / (60 + by_words.place), 0))::float8 as score,
        case when embedder = ${meaning.embedder} then 1 - (embedding <=> ${vector}::vector) else 0 end as similarity,
        (
          select 2.0 * count(*) / (length(words) + cardinality(all_words))
          from unnest(all_words) as word
          where word = any(tsvector_to_array(words))
        )::float8 as shared,
        visibility = 'public' or channel = ${viewer.channel} as visible
      from by_meaning
      full join by_words using (id)
      join scenarios using (id)
      cross join asked
      order by score desc, id
      limit ${limit}`;
    return rows.map((row) => {
      const { id, score, similarity, shared, visible } = row;
      return { id, scenario: visible ? toScenario(row) : null, score, similarity, shared, duplicate: alike(row) };
    });
  });
}
