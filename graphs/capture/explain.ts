import type { BlastRadius } from '../../src/diagnosis/blast/blast-radius.ts';
import { scenarioId } from '../../src/scenarios/scenario-id.ts';
import { planOf } from './plan-of.ts';
import { report } from './report.ts';
import type { Services } from './services.ts';
import type { Added, CaptureState } from './state.ts';
import { tagsFor, titleFor } from './title-for.ts';

/** Finds the commit, the hunks and the line that broke it, and whom and what they hit. */
export const explain =
  (services: Services) =>
  async (state: CaptureState): Promise<Added> => {
    await services.reply(state.address, report(state, 'explaining'));
    const { mirror } = await services.repository(state.address);
    const id = scenarioId(state.address);
    const kept = await services.memory.kept(state.repository);
    const neighbours = kept.filter((scenario) => scenario.id !== id).map(({ plan }) => plan);
    const cause = await services.diagnose({ mirror, plan: planOf(state), bad: state.revision, neighbours });
    if (!('commit' in cause)) return { cause, blast: null };
    const others = kept
      .filter((scenario) => scenario.id !== id)
      .map((scenario) => ({
        id: scenario.id,
        title: titleFor(state, scenario),
        plan: scenario.plan,
        tags: tagsFor(state, scenario),
      }));
    const together = await services.memory.together(id);
    const blast = await services.blast({
      mirror,
      head: state.revision,
      cause,
      own: { id, title: state.drafted?.title ?? '', plan: planOf(state), tags: state.drafted?.tags ?? [] },
      others,
      fragile: together.map(({ scenario, ...rest }) => ({
        id: scenario.id,
        title: titleFor(state, scenario),
        ...rest,
      })),
    });
    await remember(services, blast, id);
    return { cause, blast };
  };

/** What the others came to at this commit is remembered, so that it can be told later what breaks together. */
async function remember({ memory }: Services, { revision, scenarios }: BlastRadius, own: string): Promise<void> {
  for (const { id, outcome, reason } of scenarios)
    if (id !== undefined && id !== own)
      await memory.judged(id, { revision, outcome, reason, tier: 'executed', expectations: [] });
}
