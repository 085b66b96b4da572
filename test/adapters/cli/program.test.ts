import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/adapters/cli/program.ts';
import type { CliServices } from '../../../src/adapters/cli/services.ts';
import type { Mirror } from '../../../src/codebase/mirror.ts';
import { Failure } from '../../../src/errors.ts';
import type { Verdict } from '../../../src/simulation/verdict.ts';

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

  it('refuses to search for what holds', async () => {
    const { exit, out } = await type(['bisect', '--repo', 'r', '--plan', planFile], { outcome: 'holds' });
    expect(exit).toBe(0);
    expect(out).toContain('nothing to search for');
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

async function type(argv: string[], given: { outcome?: Verdict['outcome']; unreadable?: boolean }) {
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
    whatIf: async () => ({ knobs: [], without: [], rows: [], leftOut: 0 }),
    keepPage: async () => ({ id: 'abcdef0123456789' }),
    showPage: unasked,
    compare: unasked,
    openTrace: unasked,
    diagnose: unasked,
    blast: unasked,
    repair: unasked,
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
