import { planOf } from './plan-of.ts';
import { report } from './report.ts';
import type { Services } from './services.ts';
import type { Added, CaptureState } from './state.ts';

/** Finds the commit, the hunks and the line that broke it. */
export const explain =
  (services: Services) =>
  async (state: CaptureState): Promise<Added> => {
    await services.reply(state.address, report(state, 'explaining'));
    const { mirror } = await services.repository(state.address);
    return { cause: await services.diagnose({ mirror, plan: planOf(state), bad: state.revision }) };
  };
