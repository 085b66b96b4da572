import type { Sql } from '../db/sql.ts';
import type { Scenario } from './scenario.ts';
import { type ScenarioRow, toScenario } from './store.ts';

/** A scenario that was violated at the same commits as another one. */
export interface Together {
  scenario: Scenario;
  /** At how many commits both were violated. */
  commits: number;
  /** When that was last seen; ISO 8601. */
  lastAt: string;
}

const most = 10;

/** What was violated together with a scenario of the same repository, by the commits at which both were, the most often first. */
export async function together(sql: Sql, id: string): Promise<Together[]> {
  const rows = await sql<ScenarioRow & { commits: number; last_at: Date }>`
    with shared as (
      select other.scenario, count(distinct other.revision)::int as commits, max(other.given_at) as last_at
      from verdicts own
      join verdicts other on other.revision = own.revision and other.scenario <> own.scenario
      where own.scenario = ${id} and own.outcome = 'violated' and other.outcome = 'violated'
      group by other.scenario
    )
    select scenarios.*, shared.commits, shared.last_at
    from shared
    join scenarios on scenarios.id = shared.scenario
    join scenarios asked on asked.id = ${id} and asked.repository = scenarios.repository
    where scenarios.status <> 'discarded'
    order by shared.commits desc, shared.last_at desc, scenarios.id
    limit ${most}`;
  return rows.map((row) => ({
    scenario: toScenario(row),
    commits: row.commits,
    lastAt: new Date(row.last_at).toISOString(),
  }));
}
