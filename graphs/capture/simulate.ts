import { scenarioId } from '../../src/scenarios/scenario-id.ts';
import { planOf } from './plan-of.ts';
import { report } from './report.ts';
import type { Services } from './services.ts';
import type { Added, CaptureState } from './state.ts';

/** Simulates the plan on the default branch. */
export const simulate =
  (services: Services) =>
  async (state: CaptureState): Promise<Added> => {
    await services.reply(state.address, report({ ...state, known: [] }, 'simulating'));
    const { mirror } = await services.repository(state.address);
    const { verdict, trace } = await services.simulate(planOf(state), await mirror.tree(state.revision));
    const told = { revision: state.revision, ...verdict, ...(trace.hash ? { trace: trace.hash } : {}) };
    await services.memory.judged(scenarioId(state.address), told);
    return { verdict: told, known: [], cause: null, blast: null, fix: null };
  };
