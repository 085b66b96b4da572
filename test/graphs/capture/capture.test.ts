import { MemorySaver } from '@langchain/langgraph';
import { describe, expect, it } from 'vitest';
import { capture } from '../../../graphs/capture/graph.ts';
import { run } from '../../../graphs/capture/run.ts';
import type { Services } from '../../../graphs/capture/services.ts';
import type { BlastRadius } from '../../../src/diagnosis/blast/blast-radius.ts';
import { Failure } from '../../../src/errors.ts';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import type { Draft } from '../../../src/reasoning/draft.ts';
import type { Deed, Happening } from '../../../src/scenarios/deed.ts';
import type { Report } from '../../../src/scenarios/report.ts';
import type { Scenario } from '../../../src/scenarios/scenario.ts';
import { type Plan, parsePlan } from '../../../src/simulation/plan.ts';
import { scenario } from '../../scenarios/scenario.ts';

const address = { team: 'T1', channel: 'C1', thread: '1.0' };
const plan = parsePlan({
  plan: 1,
  when: [{ call: { id: 'p', module: 'a.js', export: 'f', args: [1] } }],
  then: [{ check: 'p.value = 2' }],
});
const grounded: Draft = { title: 'f adds one', narrative: 'It gave 3.', tags: [], plan, maker: { kind: 'rules' } };
const missing: Draft = { ...grounded, plan: null, missing: { sentence: 'No call is named.', question: 'Which call?' } };
const commit = {
  id: 'c'.repeat(40),
  parents: [],
  author: 'A',
  at: '2026-01-01T00:00:00Z',
  subject: 'Tidy',
  body: 'Why not.',
};
const cause = { commit, good: 'g', hunks: [], file: 'a.js', line: 1, text: 'x', functions: [], simulations: 3 };

const nothing = {
  routes: [],
  tables: [],
  queues: [],
  flags: [],
  settings: [],
  workflows: [],
  customers: [],
  metrics: [],
};
const blast: BlastRadius = {
  ...nothing,
  revision: 'r',
  code: [],
  scenarios: [],
  looked: { at: 1, leftOut: 0 },
  uncovered: { functions: [], routes: [], modules: 0, isCut: false },
  fragile: [],
};

describe('the capture graph', () => {
  it('reads, drafts, simulates, explains, proves a fix and tells it all in one report', async () => {
    const { told, happen } = desk();
    await happen({ kind: 'again' });
    expect(told.map(({ stage }) => stage)).toEqual([
      'reading',
      'drafting',
      'recalling',
      'simulating',
      'explaining',
      'mending',
      'done',
    ]);
    expect(told.at(-1)).toMatchObject({
      verdict: { outcome: 'violated' },
      cause: { line: 1 },
      fix: { patch: 'p' },
      scenario: { status: 'drafted' },
    });
  });

  it('weighs whom it hits among all that is kept, says nothing of private channels, and remembers what else broke', async () => {
    const asked: Parameters<Services['blast']>[0][] = [];
    const hidden = scenario({ id: 'secret', title: 'Big customer', tags: ['customer:Secret'], plan });
    hidden.evidence.visibility = { kind: 'private', channel: 'C9' };
    const open = scenario({ id: 'open', title: 'Small customer', tags: ['customer:Open'], plan });
    const hit = { title: '', reason: 'r', calls: 1, trace: 't' };
    const { told, kept, happen } = desk(
      {},
      {
        kept: [hidden, open],
        blast: async (given) => {
          asked.push(given);
          return { ...blast, scenarios: [{ ...hit, id: 'open', outcome: 'violated' }] };
        },
      },
    );
    await happen({ kind: 'again' });
    expect(asked[0]?.others.map(({ title, tags }) => [title, tags])).toEqual([
      ['a scenario from a private channel', []],
      ['Small customer', ['customer:Open']],
    ]);
    expect(told.at(-1)?.blast?.scenarios).toHaveLength(1);
    expect(kept.get('judged open')).toBe('violated');
  });

  it('asks one question when the thread cannot be grounded, and the answer continues the same workflow', async () => {
    const drafts = [missing, grounded];
    const { told, happen } = desk({ draft: async () => drafts.shift() ?? grounded });
    await happen({ kind: 'again' });
    expect(told.at(-1)).toMatchObject({ stage: 'done', missing: { question: 'Which call?' } });
    expect(told.at(-1)?.verdict).toBeUndefined();
    await happen({ kind: 'answer' });
    expect(told.at(-1)).toMatchObject({ stage: 'done', verdict: { outcome: 'violated' } });
  });

  it('keeps the scenario when somebody says so, and says who', async () => {
    const { told, kept, happen } = desk();
    await happen({ kind: 'again' });
    await happen({ kind: 'keep' });
    expect(kept.get('status')).toBe('kept');
    expect(told.at(-1)).toMatchObject({ scenario: { status: 'kept' }, decidedBy: 'U1' });
    await happen({ kind: 'discard' });
    expect(kept.get('status')).toBe('discarded');
  });

  it('simulates a person’s version of the plan', async () => {
    const plans: Plan[] = [];
    const { told, happen } = desk({}, { seen: (ran) => plans.push(ran) });
    await happen({ kind: 'again' });
    const mended = parsePlan({ ...plan, then: [{ check: 'p.value = 3' }] });
    await happen({ kind: 'edit', title: 'f adds two', narrative: '', plan: mended });
    expect(plans.at(-1)).toEqual(mended);
    expect(told.at(-1)?.scenario?.title).toBe('f adds two');
  });

  it('offers what is remembered already instead of a new scenario', async () => {
    const { told, happen } = desk({}, { alike: [{ id: 'x', title: 'the same' }] });
    await happen({ kind: 'again' });
    expect(told.at(-1)).toMatchObject({ stage: 'done', known: [{ title: 'the same' }] });
    expect(told.at(-1)?.verdict).toBeUndefined();
    await happen({ kind: 'new' });
    expect(told.at(-1)).toMatchObject({ verdict: { outcome: 'violated' }, known: [] });
  });

  it('does the same job once, however often it comes', async () => {
    const { told, happen } = desk();
    await happen({ kind: 'again' }, 'job-1');
    const count = told.length;
    await happen({ kind: 'again' }, 'job-1');
    expect(told.length).toBe(count);
  });

  it('tells a failure in one sentence and can be asked again', async () => {
    let failing = true;
    const { told, happen } = desk({
      draft: async () => {
        if (failing) throw new Failure('REPOSITORY_UNREADABLE', { source: 'nowhere' });
        return grounded;
      },
    });
    await happen({ kind: 'again' });
    expect(told.at(-1)).toMatchObject({
      stage: 'done',
      failed: expect.stringContaining('The repository could not be read'),
    });
    failing = false;
    await happen({ kind: 'again' });
    expect(told.at(-1)).toMatchObject({ verdict: { outcome: 'violated' } });
    expect(told.at(-1)?.failed).toBeUndefined();
  });

  it('stops at the step that failed: an empty thread is told so once, and nothing is drafted or simulated', async () => {
    const { told, ran, happen } = desk({}, { quotes: [] });
    await happen({ kind: 'again' });
    expect(told.map(({ stage }) => stage)).toEqual(['reading', 'done']);
    expect(told.at(-1)?.failed).toContain('There is nothing to read in this thread');
    expect(ran).toEqual([]);
  });

  it('keeps the verdict when the search for its cause fails, and looks for no fix', async () => {
    const diagnose = () => Promise.reject(new Failure('REPOSITORY_UNREADABLE'));
    const { told, happen } = desk({}, { diagnose });
    await happen({ kind: 'again' });
    expect(told.map(({ stage }) => stage)).not.toContain('mending');
    expect(told.at(-1)).toMatchObject({ verdict: { outcome: 'violated' }, failed: expect.any(String) });
  });

  it('keeps what is kept when the thread is asked about again, until somebody keeps the new version', async () => {
    const drafts = [grounded, { ...grounded, title: 'f adds one, said anew' }];
    const { told, scenarios, happen } = desk({ draft: async () => drafts.shift() ?? grounded });
    await happen({ kind: 'again' });
    await happen({ kind: 'keep' });
    await happen({ kind: 'again' });
    expect(told.at(-1)?.scenario).toMatchObject({ title: 'f adds one, said anew', status: 'drafted' });
    expect([...scenarios.values()]).toMatchObject([{ title: 'f adds one', status: 'kept' }]);
    await happen({ kind: 'keep' });
    expect([...scenarios.values()]).toMatchObject([{ title: 'f adds one, said anew', status: 'kept' }]);
  });

  it('can be asked again after a job that could not be done at all', async () => {
    let down = true;
    const { told, happen } = desk(
      {},
      {
        seen: () => {
          if (down) throw new Error('a bug');
        },
      },
    );
    await expect(happen({ kind: 'again' }, 'first')).rejects.toThrow('a bug');
    await expect(happen({ kind: 'again' }, 'first')).rejects.toThrow('a bug');
    down = false;
    await happen({ kind: 'again' }, 'second');
    expect(told.at(-1)).toMatchObject({ stage: 'done', verdict: { outcome: 'violated' } });
  });

  it('carries on where an outage stopped it when the job comes again', async () => {
    let down = true;
    let drafts = 0;
    const { told, happen } = desk(
      {
        draft: async () => {
          drafts += 1;
          return grounded;
        },
      },
      {
        seen: () => {
          if (down) throw new Error('outage');
        },
      },
    );
    await expect(happen({ kind: 'again' }, 'job-1')).rejects.toThrow('outage');
    down = false;
    await happen({ kind: 'again' }, 'job-1');
    expect(told.at(-1)).toMatchObject({ verdict: { outcome: 'violated' } });
    expect(drafts).toBe(1);
  });
});

/** The real graph over services that live in memory. */
function desk(
  drafter: Partial<Services['drafter']> = {},
  more: {
    seen?: (plan: Plan) => void;
    alike?: { id: string; title: string }[];
    quotes?: Evidence['quotes'];
    diagnose?: Services['diagnose'];
    blast?: Services['blast'];
    kept?: Scenario[];
  } = {},
) {
  const told: Report[] = [];
  const ran: Plan[] = [];
  const kept = new Map<string, unknown>();
  const scenarios = new Map<string, Scenario>();
  const verdict = { outcome: 'violated', reason: 'p.value is 3', tier: 'executed', expectations: [] } as const;
  const unasked = () => Promise.reject(new Error('not asked here'));
  const mirror = {
    source: 'repo',
    resolve: async (revision: string) => revision,
    tip: async () => 'f'.repeat(40),
    tree: async () => ({ id: 't', path: '/t' }),
    read: async () => undefined,
    commit: unasked,
    between: unasked,
    ancestors: unasked,
    hunks: unasked,
    applied: unasked,
    reverted: unasked,
    patched: unasked,
    edited: unasked,
    touching: unasked,
    refresh: async () => undefined,
  };
  const services: Services = {
    thread: async () => ({
      source: 'slack',
      quotes: more.quotes ?? [{ author: 'U1', at: '', text: 'it broke' }],
      visibility: { kind: 'public', channel: 'C1' },
      redactions: 0,
    }),
    repository: async () => ({ name: 'repo', mirror }),
    survey: async () => ({
      packages: [],
      exports: [],
      routes: [],
      services: [],
      tables: [],
      environment: [],
      flags: [],
    }),
    drafter: { draft: async () => grounded, ...drafter },
    simulate: async (asked, tree) => {
      more.seen?.(asked);
      ran.push(asked);
      return {
        plan: asked,
        tree: tree.id,
        verdict: { ...verdict, expectations: [] },
        results: {},
        trace: { hash: '', counts: { events: 0, boundaries: 0, transitions: 0 }, events: [], functions: [] },
      };
    },
    diagnose: more.diagnose ?? (async () => cause),
    blast: more.blast ?? (async () => blast),
    repair: async () => ({ kind: 'revert', patch: 'p', summary: 's', proofs: [] }),
    memory: {
      save: async (scenario) => void scenarios.set(scenario.id, scenario),
      find: async (id) => scenarios.get(id) ?? null,
      alike: async () => more.alike ?? [],
      kept: async () => more.kept ?? [],
      settle: async (id, status) => {
        kept.set('status', status);
        const scenario = scenarios.get(id);
        if (scenario) scenarios.set(id, { ...scenario, status });
      },
      judged: async (id, { outcome }) => void kept.set(`judged ${id}`, outcome),
      together: async () => [],
    },
    reply: async (_address, report) => void told.push(report),
  };
  const go = run(capture(services, new MemorySaver()));
  let count = 0;
  const happen = (deed: Deed, job = `job ${count++}`) =>
    go({ address, happened: { ...deed, job, by: 'U1' } as Happening });
  return { told, kept, ran, scenarios, happen };
}
