import { isFailure } from '../../../src/errors.ts';
import { parsePlan } from '../../../src/simulation/plan.ts';
import type { Simulation } from '../../../src/simulation/simulation.ts';
import { createSimulator } from '../../../src/simulation/simulator.ts';
import { runtimeFolder } from '../../../src/world/sandbox/runtime.ts';
import type { Bait } from './bait.ts';
import type { Hostile } from './programs.ts';

/** Which walls stand around a program. */
export type Walls = 'both' | 'inner' | 'outer';

/** What came of one program behind some walls. */
export interface Outcome {
  name: string;
  /** What it achieved; nothing when it was stopped. */
  achieved?: string;
  /** The sentence that the user reads about it. */
  told: string;
}

const limits = { timeoutMs: 10_000, memoryMb: 128 };
/** What only an end by time can stop has little of it. */
const briefMs = 1_200;
const graceMs = 12_000;
const mostHostMb = 700;

/** Makes trials of programs behind some walls, one simulation for each (two for those that want replays to differ). */
export function createTrials(bait: Bait, walls: Walls) {
  const options = {
    cacheFolder: bait.cacheFolder,
    ...limits,
    concurrency: 1,
    outerWall: walls === 'inner' ? 'none' : 'bubblewrap',
    withoutInnerWall: walls === 'outer',
  } as const;
  const patient = createSimulator(options);
  const brief = createSimulator({ ...options, timeoutMs: briefMs });
  const runtime = runtimeFolder(bait.cacheFolder);
  const simulate = (program: Hostile, tree = bait.tree): Promise<Simulation> => {
    const when = [{ call: { id: 'p', module: program.name, args: [{ ...bait.told, runtime }] } }];
    if (program.aim === 'tamper') when.push({ call: { id: 'q', module: 'honest.js', args: [] } });
    const simulator = program.aim === 'exhaust' && !program.name.includes('/memory-') ? brief : patient;
    return simulator.simulate(parsePlan({ plan: 1, when, then: [{ check: '$exists(p)' }] }), tree);
  };
  return {
    async run(program: Hostile): Promise<Outcome> {
      bait.touched();
      const from = performance.now();
      const held = process.memoryUsage.rss();
      try {
        const first = await simulate(program);
        const achieved =
          bait.touched().join(', ') ||
          (program.aim === 'replay'
            ? differing(first, await simulate(program, bait.again))
            : achievedBy(program, first)) ||
          excess(performance.now() - from, process.memoryUsage.rss() - held);
        return { name: program.name, told: told(first), ...(achieved ? { achieved } : {}) };
      } catch (thrown) {
        const words = thrown instanceof Error ? thrown.message : String(thrown);
        return {
          name: program.name,
          told: words,
          ...(isFailure(thrown) ? {} : { achieved: `Rehearse itself failed: ${words}` }),
        };
      }
    },
    async [Symbol.asyncDispose]() {
      await patient[Symbol.asyncDispose]();
      await brief[Symbol.asyncDispose]();
    },
  };
}

function achievedBy({ aim, name }: Hostile, { results, verdict }: Simulation): string {
  const value = (results.p as { value?: unknown } | undefined)?.value;
  if (({} as { polluted?: unknown }).polluted !== undefined) return 'our prototypes are polluted';
  if (aim === 'tamper' && (results.q as { value?: unknown } | undefined)?.value === 'forged')
    return 'a forged result was believed';
  if (verdict.outcome === 'holds' && results.p === undefined) return 'it passed for a success';
  if (aim === 'exhaust') return typeof value === 'string' && / MB$/.test(value) ? `held ${value}` : '';
  const isPlain = typeof value === 'object' || value === undefined || value === false || value === '';
  return isPlain ? '' : `${name}: ${String(value).slice(0, 60)}`;
}

function differing(first: Simulation, second: Simulation): string {
  // Where nothing is claimed, nothing can differ.
  if ([first, second].every(({ verdict }) => verdict.code === 'WORLD_UNMODELLED')) return '';
  const [one, two] = [first, second].map(({ results }) => JSON.stringify(results.p));
  if (one !== two) {
    const values = [first, second].map(({ results }) => (results.p as { value?: unknown[] } | undefined)?.value ?? []);
    const parts = values[0]?.flatMap((part, at) =>
      JSON.stringify(part) === JSON.stringify(values[1]?.[at]) ? [] : [at],
    );
    return `replays differ at ${parts?.join() || 'all'}`;
  }
  return first.trace.hash === second.trace.hash ? '' : 'the hashes of replays differ';
}

function excess(ms: number, bytes: number): string {
  if (ms > limits.timeoutMs * 2 + graceMs) return `it kept us for ${Math.round(ms)} ms`;
  return bytes > mostHostMb * 2 ** 20 ? `it made us hold ${Math.round(bytes / 2 ** 20)} MB` : '';
}

/** The first sentence about a refusal, else what the program itself was told, else the verdict. */
function told({ trace, verdict, results }: Simulation): string {
  const refused = trace.events.find(({ kind, what }) => kind === 'error' && what === 'refused')?.value?.text;
  const error = (results.p as { error?: { message: string } } | undefined)?.error?.message;
  return refused ?? (verdict.outcome === 'holds' ? (error ?? '') : verdict.reason);
}
