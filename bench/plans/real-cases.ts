import path from 'node:path';
import { survey } from '../../src/codebase/read-survey.ts';
import { grounded } from '../../src/local/cases/call-case.ts';
import { readCases } from '../../src/local/cases/case-files.ts';
import { createLog } from '../../src/log.ts';
import { createDrafter } from '../../src/reasoning/drafter.ts';
import { parsePlan } from '../../src/simulation/plan.ts';
import type { Simulator } from '../../src/simulation/simulation.ts';
import type { Open, PlanOf } from './plan-of.ts';

/** Every plan of the real cases at head: those given, the tests of refactorings, and what is grounded from threads. */
export async function* casePlans(
  folder: string,
  { open, simulator }: { open: Open; simulator: Simulator },
): AsyncGenerator<PlanOf> {
  const drafter = createDrafter({ log: createLog('silent') });
  for (const kind of ['calls', 'pulls', 'refactors']) {
    for (const one of await readCases(path.join(folder, kind))) {
      const { repository, head } = one.kind === 'calls' ? one.thread : one;
      const at = path.join(folder, 'repos', repository);
      const mirror = await open(path.join(at, 'repo.bundle'), path.join(at, 'deps'));
      const tree = () => mirror.tree(head);
      const name = (what: string) => `${kind} ${one.id} ${what}`;
      if (one.kind === 'calls') {
        const { plan } = await grounded(
          one,
          { drafter, simulator, survey, mirror: (source, given) => open(source, given?.dependencies) },
          mirror,
        );
        if (plan) yield { name: name('grounded'), plan, tree };
      } else if (one.kind === 'pulls') {
        for (const [index, { plan }] of one.plans.entries())
          yield { name: name(`plan ${index + 1}`), plan: parsePlan(plan), tree };
      } else {
        for (const file of one.tests) {
          const plan = parsePlan({ plan: 1, when: [{ test: { id: 't', file } }], then: [{ check: 't.passed' }] });
          yield { name: name(file), plan, tree };
        }
      }
    }
  }
}
