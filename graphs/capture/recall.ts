import { scenarioId } from '../../src/scenarios/scenario-id.ts';
import { report } from './report.ts';
import type { Services } from './services.ts';
import type { Added, CaptureState } from './state.ts';

/** Looks whether the same thing is remembered already. */
export const recall =
  (services: Services) =>
  async (state: CaptureState): Promise<Added> => {
    await services.reply(state.address, report(state, 'recalling'));
    const scenario = await services.memory.find(scenarioId(state.address));
    if (!scenario) return { known: [] };
    const { id, repository, title, narrative, evidence } = scenario;
    return {
      known: await services.memory.alike({ id, repository, title, narrative, visibility: evidence.visibility }),
    };
  };
