import { scenarioId } from '../../src/scenarios/scenario-id.ts';
import { planOf } from './plan-of.ts';
import { report } from './report.ts';
import type { Services } from './services.ts';
import type { Added, CaptureState } from './state.ts';
import { titleFor } from './title-for.ts';

/** Looks for a fix and proves it against everything that is remembered. */
export const mend =
  (services: Services) =>
  async (state: CaptureState): Promise<Added> => {
    const { cause } = state;
    if (!cause) return { fix: null };
    await services.reply(state.address, report(state, 'mending'));
    const { mirror } = await services.repository(state.address);
    const kept = await services.memory.kept(state.repository);
    const others = kept.filter(({ id }) => id !== scenarioId(state.address));
    const neighbours = others.map((scenario) => ({ title: titleFor(state, scenario), plan: scenario.plan }));
    const asked = { mirror, plan: planOf(state), head: state.revision, neighbours };
    // Without a revision that ever held, small changes and earlier versions still give candidates.
    return { fix: await services.repair({ ...asked, ...('commit' in cause && { cause }) }) };
  };
