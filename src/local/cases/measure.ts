import path from 'node:path';
import { Failure, isFailure, tell } from '../../errors.ts';
import { type Bench, counting, withTestSettings } from './bench.ts';
import { callCase, type Found, unknown } from './call-case.ts';
import { type Case, readCases, testSettings } from './case-files.ts';
import { type Outcome, summarise, told } from './outcome.ts';
import { pullCase, refactorCase } from './pull-case.ts';

/** What is measured, and how much of it. */
export interface Measuring extends Bench {
  folder: string;
  limit?: number;
  only?: string;
  onProgress?: (said: string) => void;
}

/**
 * Runs the product on real cases and holds what it claims against the truth. `wrong` counts claims that the truth
 * contradicts; what could not be told is unknown and counted apart.
 */
export async function measureCases(measuring: Measuring): Promise<{ document: unknown; text: string; wrong: number }> {
  const { folder, limit, only, onProgress = () => undefined } = measuring;
  const all = (await readCases(path.resolve(folder))).filter(({ id }) => only === undefined || id === only);
  const chosen = all.slice(0, limit);
  const [first] = chosen;
  if (!first) throw new Failure('INPUT_UNREADABLE', { folder, only, says: 'there is no such case' });
  const outcomes: Outcome[] = [];
  for (const [at, asked] of chosen.entries()) {
    onProgress(`${at + 1} of ${chosen.length}: ${asked.id}`);
    outcomes.push(await outcomeOf(asked, measuring));
  }
  const summary = summarise(first.kind, outcomes);
  return { document: { summary, cases: outcomes }, text: told(summary, outcomes), wrong: summary.wrong ?? 0 };
}

async function outcomeOf(asked: Case, measuring: Measuring): Promise<Outcome> {
  const started = Date.now();
  const simulator = counting(measuring.simulator);
  const found = await attempt(asked, { ...measuring, simulator }, path.resolve(measuring.folder, '../repos'));
  const seconds = (Date.now() - started) / 1000;
  return { id: asked.id, right: found.said === 'right', ...found, simulations: simulator.runs, seconds };
}

/** A failure that somebody can be told makes the case unknown; a bug rises. */
async function attempt(asked: Case, bench: Bench, repositories: string): Promise<Found> {
  const { repository } = asked.kind === 'calls' ? asked.thread : asked;
  const at = path.join(repositories, repository);
  try {
    const mirror = await bench.mirror(path.join(at, 'repo.bundle'), { dependencies: path.join(at, 'deps') });
    if (asked.kind === 'calls') return await callCase(asked, bench, mirror);
    const simulator = withTestSettings(bench.simulator, await testSettings(at));
    if (asked.kind === 'pulls') return await pullCase(asked, { ...bench, simulator }, mirror);
    return await refactorCase(asked, { ...bench, simulator }, mirror);
  } catch (thrown) {
    if (isFailure(thrown)) return unknown(tell(thrown), 0);
    throw thrown;
  }
}
