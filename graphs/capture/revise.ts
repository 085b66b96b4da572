import { scenarioId } from '../../src/scenarios/scenario-id.ts';
import { parsePlan } from '../../src/simulation/plan.ts';
import type { Services } from './services.ts';
import type { Added, CaptureState } from './state.ts';

/** Takes in a person's version of the scenario. */
export const revise =
  (services: Services) =>
  async (state: CaptureState): Promise<Added> => {
    const { happened, drafted } = state;
    if (happened?.kind !== 'edit' || !drafted) return {};
    const revised = {
      ...drafted,
      title: happened.title,
      narrative: happened.narrative,
      plan: parsePlan(happened.plan),
    };
    const scenario = await services.memory.find(scenarioId(state.address));
    if (scenario && scenario.status !== 'kept')
      await services.memory.save({
        ...scenario,
        title: revised.title,
        narrative: revised.narrative,
        plan: revised.plan,
      });
    return { drafted: revised, status: 'drafted' };
  };
