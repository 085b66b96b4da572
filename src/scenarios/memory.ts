import type { Database } from '../db/database.ts';
import type { Visibility } from '../evidence/evidence.ts';
import { nearest } from './nearest.ts';
import type { Known, ToldVerdict } from './report.ts';
import type { Scenario, ScenarioStatus } from './scenario.ts';
import { find, history, list, recordVerdict, save, setStatus } from './store.ts';
import { type Together, together } from './together.ts';

/** Turns texts into points among meanings. */
interface Embedder {
  name: string;
  embed(texts: string[]): Promise<number[][]>;
}

/** What is asked when a scenario may be remembered already. */
interface Asked {
  id: string;
  repository: string;
  title: string;
  narrative: string;
  visibility: Visibility;
}

/** The memory of scenarios in the database. */
export function createMemory({ sql }: Pick<Database, 'sql'>, embedder: Embedder) {
  const meaningOf = async ({ title, narrative }: { title: string; narrative: string }) => {
    const [embedding = []] = await embedder.embed([`${title}\n${narrative}`]);
    return { embedding, embedder: embedder.name };
  };
  return {
    save: async (scenario: Scenario) => save(sql, scenario, await meaningOf(scenario)),
    find: (id: string) => find(sql, id),
    kept: (repository: string) => list(sql, { repository, status: 'kept' }),
    async alike(asked: Asked): Promise<Known[]> {
      const { id, repository, title, narrative, visibility } = asked;
      const wanted = {
        repository,
        meaning: await meaningOf(asked),
        words: `${title}\n${narrative}`,
        viewer: visibility,
        except: id,
      };
      const near = await nearest(sql, wanted);
      return near.filter(({ duplicate }) => duplicate).map(({ id: of, scenario }) => toKnown(of, scenario));
    },
    async settle(id: string, status: ScenarioStatus, by: string): Promise<void> {
      await setStatus(sql, { id, status, by });
    },
    together: (id: string) => together(sql, id),
    judged: (id: string, { revision, outcome, reason, tier, trace }: ToldVerdict) =>
      recordVerdict(sql, { scenario: id, revision, outcome, reason, tier, ...(trace ? { traceHash: trace } : {}) }),
    history: (id: string) => history(sql, id),
    /** What is kept or waits to be decided. */
    standing: async (repository: string) => [
      ...(await list(sql, { repository, status: 'kept' })),
      ...(await list(sql, { repository, status: 'drafted' })),
    ],
  };
}

/** A memory that lasts as long as its process, for a look at one thread. */
export function createPassingMemory() {
  const scenarios = new Map<string, Scenario>();
  return {
    save: async (scenario: Scenario) => void scenarios.set(scenario.id, scenario),
    find: async (id: string) => scenarios.get(id) ?? null,
    kept: async (): Promise<Scenario[]> => [],
    alike: async (): Promise<Known[]> => [],
    settle: async () => undefined,
    judged: async () => undefined,
    together: async (): Promise<Together[]> => [],
  };
}

function toKnown(id: string, scenario: Scenario | null): Known {
  if (!scenario) return { id, title: 'a scenario from a channel that cannot be shown here' };
  return { id, title: scenario.title, permalink: scenario.evidence.quotes[0]?.permalink };
}
