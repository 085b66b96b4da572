import type { Proof } from '../../repair/fix.ts';
import { gateSentences, refusedLines, spentSentence } from '../../repair/told.ts';
import type { Report } from '../../scenarios/report.ts';
import { type Answer, codeOf, pageLine, type Terminal } from './answer.ts';
import { blastLines, causeLines } from './bisect.ts';
import { readInput } from './plan-file.ts';
import type { CliServices } from './services.ts';
import { verdictLines } from './simulate.ts';

/** `rehearse capture`: a thread from a file becomes a scenario, simulated and explained. */
export const capture =
  ({ capture }: CliServices, terminal: Terminal) =>
  async (options: { positional: string; repo: string; rev?: string; keep?: boolean }): Promise<Answer> => {
    const input = await readInput(options.positional);
    const onProgress = (report: Report) => terminal.progress(`${report.stage} …`);
    const report = await capture({
      input,
      repository: options.repo,
      revision: options.rev,
      keep: options.keep ?? false,
      onProgress,
    });
    return {
      text: reportLines(report).join('\n'),
      document: report,
      code: codeOf(report.verdict?.outcome ?? 'unknown'),
    };
  };

function reportLines(report: Report): string[] {
  const { scenario, verdict, cause, blast, fix, missing, failed, known, page } = report;
  return [
    ...(failed ? [failed] : []),
    ...(missing ? [missing.sentence, missing.question] : []),
    ...(verdict ? verdictLines(verdict.revision, verdict) : []),
    ...(scenario ? ['', scenario.title, scenario.narrative, '', ...scenario.steps] : []),
    ...(known.length > 0 ? ['', 'Remembered already:', ...known.map(({ title }) => `  ${title}`)] : []),
    ...(cause ? ['', ...causeLines(cause)] : []),
    ...(blast ? ['', ...blastLines(blast)] : []),
    ...(fix ? ['', ...fixLines(fix)] : []),
    ...(page ? ['', pageLine(page)] : []),
    ...(scenario
      ? ['', scenario.maker.kind === 'model' ? `Drafted by ${scenario.maker.name}.` : 'Drafted by rules, no model.']
      : []),
  ];
}

/** A fix with its proof as lines, or why there is none. */
export function fixLines(fix: NonNullable<Report['fix']>): string[] {
  const refused = refusedLines(fix.refused).map((line) => `  refused: ${line}`);
  const cost = fix.spent ? [spentSentence(fix.spent)] : [];
  if (!('patch' in fix)) {
    const reason = refused.length > 0 ? 'every candidate was refused' : fix.reason;
    return [`No fix is offered: ${reason}`, ...refused, ...cost];
  }
  return [
    `Fix, verified: ${fix.summary}`,
    ...fix.proofs.map((proof) => `  ${proof.scenario}: ${proof.before} → ${proof.after}${tracesOf(proof)}`),
    ...gateSentences(fix).map((said) => `  ${said}`),
    ...refused,
    ...cost,
    fix.patch,
  ];
}

function tracesOf({ traces }: Proof): string {
  return traces ? `  (traces ${traces.before.slice(0, 8)} → ${traces.after.slice(0, 8)})` : '';
}
