import type { Hunk } from '../codebase/hunk.ts';
import type { Mirror } from '../codebase/mirror.ts';
import { isFailure } from '../errors.ts';
import { compare } from '../simulation/comparison/compare.ts';
import type { Comparison } from '../simulation/comparison/comparison.ts';
import type { Simulation } from '../simulation/simulation.ts';
import type { Traces } from '../simulation/traces.ts';
import type { Judge } from './judge.ts';
import { undoneTree } from './minimise.ts';
import type { Evidence } from './root-cause.ts';
import type { Culprit } from './search.ts';

/**
 * The violated simulation beside one that holds: the same commit without the hunks where that holds, so that nothing
 * else differs; its parent otherwise. Undefined when their traces are no longer kept.
 */
export async function comparedAt(
  grounds: { mirror: Mirror; judge: Judge; culprit: Culprit; violated: Simulation; traces?: Pick<Traces, 'open'> },
  hunks: Hunk[],
): Promise<{ comparison: Comparison; evidence: Evidence } | undefined> {
  const { judge, culprit, violated, traces } = grounds;
  const tree = await undoneTree(grounds, hunks);
  const without = tree ? await judge.on(tree) : undefined;
  const isAlone = without?.outcome === 'holds';
  const holding = isAlone ? without : await judge.at(culprit.good);
  if (!holding?.simulation || holding.outcome !== 'holds') return undefined;
  try {
    const comparison = compare(holding.simulation, violated, traces);
    const { base, head, first } = comparison;
    const evidence = {
      base: { ...(!isAlone && { revision: culprit.good }), tree: base.tree, trace: base.trace },
      head: { revision: culprit.commit.id, tree: head.tree, trace: head.trace },
      first,
    };
    return { comparison, evidence };
  } catch (thrown) {
    if (isFailure(thrown) && thrown.code === 'TRACE_UNKNOWN') return undefined;
    throw thrown;
  }
}
