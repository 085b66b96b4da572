import type { Scenario, ScenarioStatus } from '../../src/scenarios/scenario.ts';
import { scenarioId } from '../../src/scenarios/scenario-id.ts';
import type { Services } from './services.ts';
import type { Added, CaptureState } from './state.ts';

const statuses = { keep: 'kept', discard: 'discarded', 'not-a-bug': 'not-a-bug' } as const satisfies Record<
  string,
  ScenarioStatus
>;

/** Keeps or drops the scenario, as somebody decided. */
export const settle =
  (services: Services) =>
  async (state: CaptureState): Promise<Added> => {
    const { happened } = state;
    if (!happened || !(happened.kind in statuses)) return {};
    const status = statuses[happened.kind as keyof typeof statuses];
    const scenario = await services.memory.find(scenarioId(state.address));
    if (scenario && status === 'kept') await services.memory.save(asDrafted(scenario, state));
    if (scenario) await services.memory.settle(scenario.id, status, happened.by);
    return { status };
  };

/** The scenario as it was last drafted and judged in the thread. */
function asDrafted(scenario: Scenario, { drafted, verdict }: CaptureState): Scenario {
  if (!drafted?.plan) return scenario;
  const { title, narrative, tags, plan, maker } = drafted;
  return { ...scenario, title, narrative, tags, plan, maker, verdict: verdict ?? scenario.verdict };
}
