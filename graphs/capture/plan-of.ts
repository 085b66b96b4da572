import { Failure } from '../../src/errors.ts';
import type { Plan } from '../../src/simulation/plan.ts';
import type { CaptureState } from './state.ts';

/** The plan of a state that has been grounded. */
export function planOf(state: CaptureState): Plan {
  if (!state.drafted?.plan) throw new Failure('PLAN_INVALID', { problems: ['the scenario has not been grounded'] });
  return state.drafted.plan;
}
