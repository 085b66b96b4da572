import { openMirror } from '../../src/codebase/git-mirror.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Breakage } from '../../src/repair/breakage.ts';
import { repair } from '../../src/repair/repair.ts';
import { type Plan, parsePlan } from '../../src/simulation/plan.ts';
import type { Simulator } from '../../src/simulation/simulation.ts';
import { type Change, makeHistory, temporaryFolder } from '../support/made-history.ts';

/** A plan that calls one function and says what ought to come back. */
export function asks(module: string, name: string, args: unknown[], check: string): Plan {
  return parsePlan({ plan: 1, when: [{ call: { id: 'p', module, export: name, args } }], then: [{ check }] });
}

/** A repository made of changes, diagnosed at its tip. */
export async function broken(simulator: Simulator, plan: Plan, changes: Change[]): Promise<Breakage> {
  const { folder, commits } = makeHistory(changes);
  const mirror = await openMirror({ source: folder, cacheFolder: temporaryFolder('cache') });
  const head = commits.at(-1) ?? '';
  const cause = await diagnose({ mirror, simulator, plan, bad: head });
  if (!('commit' in cause)) throw new Error(cause.reason);
  return { mirror, simulator, plan, head, cause, neighbours: [] };
}

/** A repository made of changes, diagnosed at its tip and mended there. */
export async function mend(simulator: Simulator, plan: Plan, changes: Change[], more: Partial<Breakage> = {}) {
  const breakage = { ...(await broken(simulator, plan, changes)), ...more };
  return { ...breakage, fix: await repair(breakage) };
}
