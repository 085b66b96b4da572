import type { Mirror } from '../../codebase/mirror.ts';
import { eventsOf } from '../../simulation/comparison/rows.ts';
import type { Plan } from '../../simulation/plan.ts';
import type { Simulation, Simulator } from '../../simulation/simulation.ts';
import type { Traces } from '../../simulation/traces.ts';
import { cite } from '../cite.ts';
import { isTest } from '../kinds-of-files.ts';
import type { Origin, Suspect, Suspicion } from '../root-cause.ts';
import { ochiai } from './ochiai.ts';
import { origins, wrongValues } from './origin.ts';

const mostNeighbours = 24;
const mostSuspects = 10;

/** What is known of a plan that was never seen to hold. */
interface Grounds {
  mirror: Mirror;
  simulator: Simulator;
  traces?: Pick<Traces, 'open'>;
  /** The revision at which it is violated, and that run. */
  bad: string;
  violated: Simulation;
  /** Plans of neighbouring scenarios. */
  neighbours: Plan[];
  signal?: AbortSignal;
}

/**
 * Likely places where no revision ever held: functions that the violated run passed through and neighbouring scenarios
 * that hold did not, and the calls that first gave the wrong values the checks saw. Likely only, and told as such.
 */
export async function suspicion(grounds: Grounds): Promise<Suspicion> {
  const { mirror, bad, violated, traces } = grounds;
  const holding = await held(grounds);
  const found: Origin[] = [];
  for (const { wanted, call, ending } of origins(wrongValues(violated), eventsOf(violated.trace, traces).all())) {
    const { file = '', line = 0, service, what: name, seq } = call;
    const at = await cite(mirror, { revision: bad, file, line });
    const gave = ending.value?.text ?? '';
    if (at) found.push({ at, service, name, args: call.value?.text ?? '', value: wanted.value, gave, call: seq });
  }
  const scored = holding.length > 0 ? ochiai([violated.trace.functions], holding) : [];
  const suspects: Suspect[] = [];
  const isOrigin = (file: string, line: number) => found.some(({ at }) => at.file === file && at.line === line);
  const ranked = scored.toSorted(
    (a, b) => b.score - a.score || Number(isOrigin(b.run.file, b.run.line)) - Number(isOrigin(a.run.file, a.run.line)),
  );
  for (const { run, score, ran } of ranked) {
    if (suspects.length === mostSuspects) break;
    const at = isTest(run.file) ? undefined : await cite(mirror, { revision: bad, file: run.file, line: run.line });
    if (at) suspects.push({ at, name: run.name, score, ran });
  }
  return { revision: bad, trace: violated.trace.hash, against: holding.length, suspects, origins: found };
}

/** The functions that each neighbouring scenario passed through, of those that hold at the same revision. */
async function held({ mirror, simulator, bad, neighbours, signal }: Grounds) {
  const tree = await mirror.tree(bad);
  const runs = await Promise.all(
    neighbours.slice(0, mostNeighbours).map(async (plan) => {
      const { verdict, trace } = await simulator.simulate(plan, tree, signal ? { signal } : {});
      return verdict.outcome === 'holds' ? trace.functions : [];
    }),
  );
  return runs.filter((functions) => functions.length > 0);
}
