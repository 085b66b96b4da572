import type { Report, Stage } from '../../src/scenarios/report.ts';
import { scenarioId } from '../../src/scenarios/scenario-id.ts';
import { steps } from '../../src/scenarios/steps.ts';
import type { CaptureState } from './state.ts';

/** What the thread is told at a stage. */
export function report(state: CaptureState, stage: Stage): Report {
  const { drafted } = state;
  return {
    stage,
    repository: state.repository ?? '',
    codeUrl: state.codeUrl ?? undefined,
    scenario: drafted?.plan
      ? {
          id: scenarioId(state.address),
          title: drafted.title,
          narrative: drafted.narrative,
          steps: steps(drafted.plan),
          maker: drafted.maker,
          status: state.status,
        }
      : undefined,
    missing: drafted?.missing,
    known: state.known ?? [],
    verdict: state.verdict ?? undefined,
    cause: state.cause ?? undefined,
    blast: state.blast ?? undefined,
    fix: state.fix ?? undefined,
    failed: state.failed ?? undefined,
    decidedBy: state.status === 'drafted' ? undefined : state.happened?.by,
  };
}
