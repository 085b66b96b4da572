import type { Sql } from '../db/sql.ts';
import { json, toVector } from '../db/sql.ts';
import type { Scenario, ScenarioStatus } from './scenario.ts';

/** Where a scenario lies among meanings, and which embedder says so. */
export interface Meaning {
  embedding: number[];
  embedder: string;
}

/** A scenario as its row tells it. */
export interface ScenarioRow extends Omit<Scenario, 'verdict'> {
  verdict_revision: string;
  verdict_outcome: Scenario['verdict']['outcome'];
  verdict_reason: string;
}

/** A verdict to be remembered. */
export interface GivenVerdict {
  scenario: string;
  revision: string;
  outcome: 'holds' | 'violated' | 'unknown';
  reason: string;
  tier: 'executed' | 'carried' | 'reasoned';
  traceHash?: string;
}

/** Stores a scenario as it now is; twice is once, since its id says which it is. */
export async function save(sql: Sql, scenario: Scenario, meaning: Meaning | null = null): Promise<void> {
  const { id, repository, title, narrative, tags, plan, evidence, maker, status, verdict } = scenario;
  const { kind, channel } = evidence.visibility;
  const embedding = meaning && toVector(meaning.embedding);
  await sql`
    insert into scenarios (
      id, repository, title, narrative, tags, plan, evidence, visibility, channel, maker, status,
      verdict_revision, verdict_outcome, verdict_reason, embedding, embedder
    )
    values (
      ${id}, ${repository}, ${title}, ${narrative}, ${tags}, ${json(plan)}, ${json(evidence)}, ${kind}, ${channel},
      ${json(maker)}, ${status}, ${verdict.revision}, ${verdict.outcome}, ${verdict.reason},
      ${embedding}, ${meaning?.embedder ?? null}
    )
    on conflict (id) do update
    set repository = excluded.repository,
      title = excluded.title,
      narrative = excluded.narrative,
      tags = excluded.tags,
      plan = excluded.plan,
      evidence = excluded.evidence,
      visibility = excluded.visibility,
      channel = excluded.channel,
      maker = excluded.maker,
      status = excluded.status,
      verdict_revision = excluded.verdict_revision,
      verdict_outcome = excluded.verdict_outcome,
      verdict_reason = excluded.verdict_reason,
      embedding = excluded.embedding,
      embedder = excluded.embedder,
      updated_at = now()`;
}

/** The scenario of an id; null when there is none. */
export async function find(sql: Sql, id: string): Promise<Scenario | null> {
  const [row] = await sql<ScenarioRow>`
    select *
    from scenarios
    where id = ${id}`;
  return row ? toScenario(row) : null;
}

/** The scenarios of a repository in one status, oldest first. */
export async function list(
  sql: Sql,
  { repository, status }: { repository: string; status: ScenarioStatus },
): Promise<Scenario[]> {
  const rows = await sql<ScenarioRow>`
    select *
    from scenarios
    where repository = ${repository} and status = ${status}
    order by created_at, id`;
  return rows.map(toScenario);
}

/** Settles what becomes of a scenario, and remembers who said so; false when there is no such scenario. */
export async function setStatus(
  sql: Sql,
  { id, status, by }: { id: string; status: ScenarioStatus; by: string },
): Promise<boolean> {
  return await sql.begin(async (within) => {
    const changed = await within`
      update scenarios
      set status = ${status}, updated_at = now()
      where id = ${id} and status <> ${status}
      returning id`;
    await within`
      insert into events (kind, occurred_at, actor, permalink, visibility, channel, body)
      select 'scenario-settled', now(), ${by}, evidence #>> '{quotes,0,permalink}', visibility, channel,
        jsonb_build_object('scenario', id, 'status', status)
      from scenarios
      where id = any(${changed.map((row) => row.id)}::text[])`;
    const found = await within`select id from scenarios where id = ${id}`;
    return found.length > 0;
  });
}

/** Remembers a verdict: the newest stands with the scenario, all of them in its history. */
export async function recordVerdict(sql: Sql, verdict: GivenVerdict): Promise<void> {
  const { scenario, revision, outcome, reason, tier, traceHash = null } = verdict;
  await sql`
    with judged as (
      update scenarios
      set verdict_revision = ${revision}, verdict_outcome = ${outcome}, verdict_reason = ${reason}, updated_at = now()
      where id = ${scenario}
      returning id
    )
    insert into verdicts (scenario, revision, outcome, reason, tier, trace_hash)
    select id, ${revision}, ${outcome}, ${reason}, ${tier}, ${traceHash}
    from judged`;
}

/** Every verdict ever given on a scenario, oldest first. */
export async function history(sql: Sql, scenario: string): Promise<(GivenVerdict & { givenAt: Date })[]> {
  const rows = await sql<Omit<GivenVerdict, 'traceHash'> & { traceHash: string | null; givenAt: Date }>`
    select scenario, revision, outcome, reason, tier, trace_hash as "traceHash", given_at as "givenAt"
    from verdicts
    where scenario = ${scenario}
    order by id`;
  return rows.map(({ traceHash, ...rest }) => ({ ...rest, ...(traceHash ? { traceHash } : {}) }));
}

/** A row as the noun it stands for. */
export function toScenario(row: ScenarioRow): Scenario {
  const { id, repository, title, narrative, tags, plan, evidence, maker, status } = row;
  const verdict = { revision: row.verdict_revision, outcome: row.verdict_outcome, reason: row.verdict_reason };
  return { id, repository, title, narrative, tags, plan, evidence, maker, status, verdict };
}
