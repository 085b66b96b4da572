import type { ScenarioStatus } from '../../src/scenarios/scenario.ts';
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
    if (state.drafted?.plan) await services.memory.settle(scenarioId(state.address), status, happened.by);
    return { status };
  };
