import type { Simulation } from '../simulation/simulation.ts';

/** How alike two violations must be: the same expectation failing in the same way, or word for word. */
export type Likeness = 'kind' | 'exact';

/**
 * Whether a violated simulation fails for the reason that another one failed for: one of the same expectations is
 * unmet, and each step went wrong in the same way. A candidate that crashes where the other answered is not the same.
 */
export function sameReason(reference: Simulation, candidate: Simulation, likeness: Likeness): boolean {
  const was = unmet(reference);
  const is = unmet(candidate);
  const shared = [...was.keys()].filter((index) => is.has(index));
  if (shared.length === 0) return false;
  const steps = new Set([...Object.keys(reference.results), ...Object.keys(candidate.results)]);
  if (![...steps].every((id) => alike(reference.results[id], candidate.results[id], likeness))) return false;
  return likeness === 'kind' || [...was].every(([index, seen]) => is.get(index) === seen);
}

/** Unmet expectations and what was seen instead. */
function unmet({ verdict }: Simulation): Map<number, string> {
  const failed = verdict.expectations.filter(({ met }) => met === false);
  return new Map(failed.map(({ index, seen }) => [index, seen ?? '']));
}

function alike(a: unknown, b: unknown, likeness: Likeness): boolean {
  const was = wayOf(a);
  const is = wayOf(b);
  if (was.error?.name !== is.error?.name) return false;
  if (likeness === 'exact' && was.error?.message !== is.error?.message) return false;
  if (was.status !== is.status && !(likeness === 'kind' && hundred(was.status) === hundred(is.status))) return false;
  return was.failing.length === 0 ? is.failing.length === 0 : was.failing.some((name) => is.failing.includes(name));
}

interface Way {
  error?: { name: string; message: string };
  status?: number;
  /** Names of tests that failed. */
  failing: string[];
}

function wayOf(result: unknown): Way {
  const { error, status, tests } = fields(result);
  const thrown = error === null || error === undefined ? undefined : fields(error);
  return {
    ...(thrown && {
      error: { name: String(thrown.name), message: String(thrown.message ?? error).replace(/\d+/g, '0') },
    }),
    ...(typeof status === 'number' && { status }),
    failing: Array.isArray(tests)
      ? tests.flatMap((test) => (fields(test).passed === false ? [String(fields(test).name)] : []))
      : [],
  };
}

function hundred(status: number | undefined): number | undefined {
  return status === undefined ? undefined : Math.floor(status / 100);
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
