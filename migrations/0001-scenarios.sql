-- Scenarios outlive the threads they came from: what ought to hold, its evidence, and every verdict ever given on it.
create extension if not exists vector;

-- Immutable, as a generated column must be: array_to_string is only stable, since it calls any type's output.
create function scenario_words(title text, narrative text, tags text[]) returns tsvector
language sql immutable parallel safe
return setweight(to_tsvector('english', left(title, 2000)), 'A')
  || setweight(to_tsvector('english', left(array_to_string(tags, ' '), 2000)), 'B')
  || setweight(to_tsvector('english', left(narrative, 20000)), 'C');

create table scenarios (
  -- Made from the address of its thread, so that the same thread told twice is the same scenario.
  id text primary key,
  repository text not null,
  title text not null,
  narrative text not null,
  tags text[] not null,
  plan jsonb not null,
  evidence jsonb not null,
  visibility text not null check (visibility in ('public', 'private', 'direct')),
  channel text not null,
  maker jsonb not null,
  status text not null check (status in ('drafted', 'kept', 'discarded', 'not-a-bug')),
  verdict_revision text not null,
  verdict_outcome text not null check (verdict_outcome in ('holds', 'violated', 'unknown')),
  verdict_reason text not null,
  embedding vector(384),
  -- Which embedder made it: distances between two embedders' vectors mean nothing.
  embedder text,
  words tsvector not null generated always as (scenario_words(title, narrative, tags)) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((embedding is null) = (embedder is null))
);

create index scenarios_by_meaning on scenarios using hnsw (embedding vector_cosine_ops);
create index scenarios_by_words on scenarios using gin (words);
create index scenarios_by_repository on scenarios (repository, status, created_at);

create table verdicts (
  id bigint generated always as identity primary key,
  scenario text not null references scenarios (id) on delete cascade,
  revision text not null,
  outcome text not null check (outcome in ('holds', 'violated', 'unknown')),
  reason text not null,
  tier text not null check (tier in ('executed', 'carried', 'reasoned')),
  trace_hash text,
  given_at timestamptz not null default now()
);

create index verdicts_by_scenario on verdicts (scenario, given_at);
