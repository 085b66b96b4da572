import type { Evidence } from '../../src/evidence/evidence.ts';
import type { Draft } from '../../src/reasoning/draft.ts';
import { scenarioId } from '../../src/scenarios/scenario-id.ts';
import { report } from './report.ts';
import type { Services } from './services.ts';
import type { Added, CaptureState } from './state.ts';

/** Drafts the scenario, grounds it in a plan, and writes it down as drafted. */
export const draft =
  (services: Services) =>
  async (state: CaptureState): Promise<Added> => {
    await services.reply(state.address, report(state, 'drafting'));
    const { mirror } = await services.repository(state.address);
    const evidence = await services.thread(state.address);
    const tree = await mirror.tree(state.revision);
    const made = await services.drafter.draft({
      evidence,
      survey: await services.survey(tree),
      read: (file) => mirror.read(state.revision, file),
      attempt: (plan) => services.simulate(plan, tree),
    });
    const drafted = withCut(made, evidence);
    // What is kept stays as it is until somebody keeps the new version.
    const known = await services.memory.find(scenarioId(state.address));
    if (drafted.plan && known?.status !== 'kept') {
      const { title, narrative, tags, plan, maker } = drafted;
      const verdict = { revision: state.revision, outcome: 'unknown', reason: 'not simulated yet' } as const;
      const scenario = {
        id: scenarioId(state.address),
        repository: state.repository,
        title,
        narrative,
        tags,
        plan,
        evidence,
        maker,
      };
      await services.memory.save({ ...scenario, status: 'drafted', verdict });
    }
    return { drafted };
  };

/** What was too long to read is said where the draft is told. */
function withCut(draft: Draft, { cut }: Evidence): Draft {
  if (!cut) return draft;
  const missing = draft.missing && { ...draft.missing, sentence: `${draft.missing.sentence} ${cut}` };
  return { ...draft, narrative: `${draft.narrative} ${cut}`.trim(), ...(missing ? { missing } : {}) };
}
