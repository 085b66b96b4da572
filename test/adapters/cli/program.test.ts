import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/adapters/cli/program.ts';
import type { CliServices } from '../../../src/adapters/cli/services.ts';
import type { Mirror } from '../../../src/codebase/mirror.ts';
import { Failure } from '../../../src/errors.ts';
import type { Comparison } from '../../../src/simulation/comparison/comparison.ts';
import type { Verdict } from '../../../src/simulation/verdict.ts';
import type { Matrix } from '../../../src/simulation/whatif/what-if.ts';

const plan = {
  plan: 1,
  when: [{ call: { id: 'p', module: 'a.js', export: 'f', args: [1] } }],
  then: [{ check: 'p.value = 2' }],
};
let folder: string;
let planFile: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rehearse-cli-'));
  planFile = path.join(folder, 'plan.json');
  await writeFile(planFile, JSON.stringify(plan));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the command line', () => {
  for (const [outcome, code] of [
    ['holds', 0],
    ['violated', 1],
    ['unknown', 2],
  ] as const) {
    it(`exits ${code} when a plan ${outcome}`, async () => {
      const { exit, out } = await type(['simulate', '--repo', 'r', '--plan', planFile], { outcome });
      expect(exit).toBe(code);
      expect(out).toContain(outcome.toUpperCase());
      expect(out).toContain('When f(1) of a.js is called');
    });
  }

  it('prints one JSON document when asked', async () => {
    const { out } = await type(['simulate', '--repo', 'r', '--plan', planFile, '--json'], { outcome: 'violated' });
    expect(JSON.parse(out)).toMatchObject({ revision: 'tip', verdict: { outcome: 'violated' } });
  });

  it('says in one sentence what is wrong with a plan, and exits 2', async () => {
    const broken = path.join(folder, 'broken.json');
    await writeFile(broken, JSON.stringify({ ...plan, then: [{ chek: '1' }] }));
    const { exit, out } = await type(['simulate', '--repo', 'r', '--plan', broken], {});
    expect(exit).toBe(2);
    expect(out).toMatch(/^The plan cannot be used as it is\. Mend what is listed\. .*then/);
  });

  it('says which file could not be read', async () => {
    const { exit, out } = await type(['simulate', '--repo', 'r', '--plan', path.join(folder, 'none.json')], {});
    expect(exit).toBe(2);
    expect(out).toContain('none.json');
  });

  it('says what to do about a repository that cannot be read, as JSON when asked', async () => {
    const { exit, out } = await type(['world', '--repo', 'nowhere', '--json'], { unreadable: true });
    expect(exit).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'REPOSITORY_UNREADABLE' } });
  });

  it('shows two revisions side by side, and exits 1 only where head breaks the plan', async () => {
    const asked = ['compare', '--repo', 'r', '--plan', planFile, '--base', 'one'];
    const { exit, out } = await type(asked, { comparison: comparison('broke') });
    expect(exit).toBe(1);
    expect(out).toContain('BROKE: holds at one, violated at tip');
    expect(out).toContain('p.value = 2: met → p.value is 3');
    expect(out).toContain('shop add(1, 1) sum.js:3  return 2 → return 3');
    expect((await type(asked, { comparison: comparison('drifted') })).exit).toBe(0);
    expect((await type(asked, { comparison: comparison('unknown') })).exit).toBe(2);
  });

  it('refuses to search for what holds', async () => {
    const { exit, out } = await type(['bisect', '--repo', 'r', '--plan', planFile], { outcome: 'holds' });
    expect(exit).toBe(0);
    expect(out).toContain('nothing to search for');
  });

  it('weighs what never held against the neighbours that are named', async () => {
    const asked = ['bisect', '--repo', 'r', '--plan', planFile, '--neighbour', planFile, planFile];
    const { exit, out } = await type(asked, { outcome: 'violated' });
    expect(exit).toBe(2);
    expect(out).toContain('f a.js:1 ran here and in 0 of 2 scenarios that hold');
  });

  it('exits 0 from a what-if only where every verdict holds', async () => {
    const asked = ['whatif', '--repo', 'r', '--plan', planFile];
    const exits = [
      ['holds', 'holds'],
      ['holds', 'violated', 'unknown'],
      ['holds', 'unknown'],
      ['unknown', 'violated'],
    ];
    const codes: number[] = [];
    for (const worlds of exits) codes.push((await type(asked, { worlds: worlds as Verdict['outcome'][] })).exit);
    expect(codes).toEqual([0, 1, 2, 2]);
  });

  it('mends nothing that holds, and exits 1 with the refusals where no fix is offered', async () => {
    expect((await type(['repair', '--repo', 'r', '--plan', planFile], { outcome: 'holds' })).exit).toBe(0);
    const { exit, out } = await type(['repair', '--repo', 'r', '--plan', planFile], { outcome: 'violated' });
    expect(exit).toBe(1);
    expect(out).toContain('No fix is offered: every candidate was refused');
    expect(out).toContain('refused: one small change: the scenario does not hold with it');
    expect(out).toContain('1 candidate, 3 simulations');
  });

  it('exits 2 on words it does not know, and shows its help', async () => {
    expect((await type(['rehears'], {})).exit).toBe(2);
    const { exit, out } = await type(['--help'], {});
    expect(exit).toBe(0);
    expect(out).toContain('simulate');
  });

  it('marks what the doctor found, and exits 2 only for what is needed', async () => {
    const { exit, out } = await type(['doctor'], {});
    expect(exit).toBe(0);
    expect(out).toMatch(/✓ database\s+embedded/);
    expect(out).toMatch(/– slack\s+no token/);
  });
});

function comparison(outcome: Comparison['outcome']): Comparison {
  const side = { tree: 't', trace: 'abc', counts: { events: 0, boundaries: 0, transitions: 0 }, reason: '' };
  const ending = { seq: 2, kind: 'return', hash: '' } as const;
  const call = {
    ...{ service: 'shop', name: 'add', file: 'sum.js', line: 3, baseLine: 3, args: '1, 1' },
    ...{ calls: { base: 1, head: 1 }, base: { ...ending, text: '2' }, head: { ...ending, text: '3' } },
  };
  const counts = { same: 0, changed: 0, missing: 0, added: 0 };
  return {
    outcome,
    base: { ...side, outcome: 'holds' },
    head: { ...side, outcome: 'violated' },
    expectations: [
      { index: 0, text: 'p.value = 2', base: { met: true }, head: { met: false, seen: 'p.value is 3' }, isSame: false },
    ],
    results: [],
    counts: { messages: counts, writes: counts, errors: counts, calls: counts, reads: counts, logs: counts },
    differences: [],
    calls: [call],
    first: { kind: 'call', call },
  };
}

const suspect = {
  at: { revision: 'tip', file: 'a.js', line: 1, text: 'f' },
  name: 'f',
  score: 1,
  ran: { violated: 1, holds: 0 },
};

/** One world of a what-if. */
function row(outcome: Verdict['outcome']): Matrix['rows'][number] {
  const cell = { revision: 'tip', outcome, reason: outcome, trace: 'abc', differs: 'drifted' as const, first: null };
  return { turned: [], cells: [cell] };
}

async function type(
  argv: string[],
  given: {
    outcome?: Verdict['outcome'];
    unreadable?: boolean;
    comparison?: Comparison;
    worlds?: Verdict['outcome'][];
  },
) {
  let out = '';
  const unasked = () => Promise.reject(new Error('not asked here'));
  const verdict: Verdict = {
    outcome: given.outcome ?? 'unknown',
    reason: 'because',
    tier: 'executed',
    expectations: [],
  };
  const mirror = {
    tip: async () => 'tip',
    resolve: async (revision: string) => revision,
    tree: async () => ({ id: 't', path: '/t' }),
  } as unknown as Mirror;
  const services: CliServices = {
    mirror: async (source) => {
      if (given.unreadable) throw new Failure('REPOSITORY_UNREADABLE', { source });
      return mirror;
    },
    simulate: async (ran, tree) => ({
      plan: ran,
      tree: tree.id,
      verdict,
      results: {},
      trace: { hash: 'abc', counts: { events: 0, boundaries: 0, transitions: 0 }, events: [], functions: [] },
    }),
    whatIf: async () => ({ knobs: [], without: [], rows: (given.worlds ?? []).map(row), leftOut: 0 }),
    keepPage: async () => ({ id: 'abcdef0123456789' }),
    showPage: unasked,
    compare: async () => (given.comparison ? { comparison: given.comparison, page: { id: 'p' } } : unasked()),
    openTrace: unasked,
    diagnose: async ({ neighbours = [] }) => ({
      reason: 'it never held',
      suspicion: { revision: 'tip', trace: 'abc', against: neighbours.length, suspects: [suspect], origins: [] },
      simulations: 2,
    }),
    blast: unasked,
    repair: async () => ({
      reason: 'refused',
      refused: [{ kind: 'template', what: 'one small change', reason: 'the scenario does not hold with it' }],
      spent: { simulations: 3, candidates: 1 },
    }),
    discover: unasked,
    capture: unasked,
    cases: unasked,
    migrate: unasked,
    start: unasked,
    demo: unasked,
    doctor: async () => [
      { name: 'database', well: true, needed: true, says: 'embedded' },
      { name: 'slack', well: false, needed: false, says: 'no token' },
    ],
  };
  const write = (text: string) => {
    out += text;
  };
  const exit = await runProgram(argv, { write, complain: write, progress: () => undefined }, async () => services);
  return { exit, out };
}
