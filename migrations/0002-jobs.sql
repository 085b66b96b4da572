-- What comes in twice is answered once (claims), and what is to be said survives a crash and is said once (replies).
create table claims (
  key text primary key,
  claimed_at timestamptz not null default now()
);

-- One row per message that we keep in the world: what it should say (version), and what it says there by now (delivered_version).
create table replies (
  key text primary key,
  address jsonb not null,
  body jsonb not null,
  version bigint not null default 1,
  delivered_version bigint not null default 0,
  -- The message's own id over there, once it is known.
  ref text,
  -- How often delivery of the current wish has failed in a row, and when it is worth trying again.
  failures integer not null default 0,
  due_at timestamptz not null default now(),
  -- Who is delivering it right now, and until when nobody else may.
  holder uuid,
  held_until timestamptz,
  -- Why it was given up, for this version.
  given_up text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index replies_due on replies (due_at) where delivered_version < version and given_up is null;
