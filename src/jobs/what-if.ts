import type { Mirror } from '../codebase/mirror.ts';
import { isFailure, tell } from '../errors.ts';
import type { Address } from '../scenarios/report.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { matrixLines } from '../simulation/whatif/told.ts';
import { type Matrix, type WhatIf, whatIf } from '../simulation/whatif/what-if.ts';
import type { Told, WhatIfPayload } from './intake.ts';

const budget = 40;

/** What a what-if job needs of the product. */
interface Needs extends Pick<WhatIf, 'simulator' | 'traces'> {
  scenario(address: Address): Promise<Scenario | null>;
  repository(address: Address): Promise<{ mirror: Mirror }>;
  tell(payload: WhatIfPayload, told: Exclude<Told, { report: unknown }>): Promise<void>;
}

/** Turns the knobs that the run of a thread's scenario was seen to read, and tells the thread what each comes to. */
export const workOnWhatIf =
  ({ scenario, repository, tell: told, ...given }: Needs) =>
  async (payload: WhatIfPayload): Promise<void> => {
    const found = await scenario(payload.address);
    if (!found) return told(payload, { sentence: 'There is no scenario here yet. Say “remember this” first.' });
    try {
      const { mirror } = await repository(payload.address);
      const revision = await mirror.tip();
      const tree = await mirror.tree(revision);
      const matrix: Matrix = await whatIf({
        plan: found.plan,
        revisions: [{ revision, tree }],
        knobs: [],
        budget,
        ...given,
      });
      await told(payload, { worlds: [`What if, for “${found.title}”`, ...matrixLines(matrix)] });
    } catch (thrown) {
      if (!isFailure(thrown)) throw thrown;
      await told(payload, { sentence: tell(thrown) });
    }
  };
