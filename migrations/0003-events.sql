-- The event clock of the context graph: what happened, when, by whom, and who may know; added to, never changed.
create table events (
  id bigint generated always as identity primary key,
  kind text not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  actor text,
  permalink text,
  visibility text not null check (visibility in ('public', 'private', 'direct')),
  channel text not null,
  body jsonb not null
);

create index events_by_kind on events (kind, occurred_at);
