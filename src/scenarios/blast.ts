import type { RootCause } from '../diagnosis/root-cause.ts';
import type { Plan } from '../simulation/plan.ts';
import type { Simulation } from '../simulation/simulation.ts';
import type { TraceEvent } from '../simulation/trace.ts';
import type { BlastGroup } from './sheet.ts';

/**
 * What this run says of who is hit: where the functions around the change ran, the requests of the plan that led there,
 * and everything that was written, sent and read afterwards. It speaks of one run alone.
 */
export function blastOf(plan: Plan, { trace }: Simulation, cause: RootCause): BlastGroup[] {
  const isGuilty = (at: { file?: string; line?: number }) =>
    cause.functions.some(
      ({ file, line, endLine }) => at.file === file && at.line !== undefined && at.line >= line && at.line <= endLine,
    );
  const first = trace.events.find((event) => event.kind === 'call' && isGuilty(event));
  const after = first ? trace.events.slice(first.seq) : [];
  const named = (kinds: TraceEvent['kind'][], within: TraceEvent[] = after) =>
    within.filter(({ kind }) => kinds.includes(kind)).map(({ what }) => what);
  const ran = trace.functions
    .filter(isGuilty)
    .map(({ service, name, calls }) => `${name} in ${service}, ${calls} ${calls === 1 ? 'call' : 'calls'}`);
  const asked = plan.when.flatMap((step) =>
    'http' in step ? [`${step.http.method} ${step.http.path} of ${step.http.to}`] : [],
  );
  return [
    { title: 'Functions around the change that ran', items: ran },
    { title: 'Routes of this scenario', items: first ? asked : [] },
    { title: 'Written afterwards', items: named(['write']) },
    { title: 'Asked and told afterwards', items: named(['request', 'publish', 'message']) },
    { title: 'Settings and flags read in this run', items: named(['read'], trace.events) },
  ]
    .map(({ title, items }) => ({ title, items: [...new Set(items)].slice(0, 60) }))
    .filter(({ items }) => items.length > 0);
}
