import type { BlastRadius } from '../diagnosis/blast/blast-radius.ts';
import type { RootCause, Undiagnosed } from '../diagnosis/root-cause.ts';
import type { Maker } from '../reasoning/draft.ts';
import type { Fix, Refused } from '../repair/fix.ts';
import type { Expectation } from '../simulation/verdict.ts';
import type { ScenarioStatus } from './scenario.ts';

/** How far the work on a thread has come. */
export type Stage = 'reading' | 'drafting' | 'recalling' | 'simulating' | 'explaining' | 'mending' | 'done';

/** A verdict as it is told: where it was given, what and why. */
export interface ToldVerdict {
  revision: string;
  outcome: 'holds' | 'violated' | 'unknown';
  reason: string;
  tier: 'executed' | 'carried' | 'reasoned';
  expectations: Expectation[];
  /** The trace by its hash. */
  trace?: string;
}

/** The page of a run: the id of its sheet, and where it can be opened. */
export interface ShownRun {
  id: string;
  address?: string;
}

/** A stored scenario that speaks of the same thing. */
export interface Known {
  id: string;
  title: string;
  permalink?: string;
}

/** What a thread is told: one report per thread, told again whenever more is known. */
export interface Report {
  stage: Stage;
  repository: string;
  /** Link to a line, with {commit}, {file} and {line}; absent when the repository has no page. */
  codeUrl?: string;
  scenario?: { id: string; title: string; narrative: string; steps: string[]; maker: Maker; status: ScenarioStatus };
  /** What is missing, and the one question. */
  missing?: { sentence: string; question: string };
  known: Known[];
  verdict?: ToldVerdict;
  cause?: RootCause | Undiagnosed;
  /** Whom and what the cause hits. */
  blast?: BlastRadius;
  fix?: Fix | Refused;
  /** One sentence, when the work could not be done. */
  failed?: string;
  /** What shows the run: its sheet, and the address of its page where pages are served. */
  page?: ShownRun;
  /** Who pressed which button, by id. */
  decidedBy?: string;
}

/** Where a report is told: a thread of a channel. */
export interface Address {
  team: string;
  channel: string;
  thread: string;
}

/** The key of the one report of a thread. */
export function reportKey(address: Address): string {
  return `capture:${address.team}:${address.channel}:${address.thread}`;
}

/** The page of a line, where the repository has one. */
export function codeLink(
  template: string | undefined,
  at: { commit: string; file: string; line: number },
): string | undefined {
  return template
    ?.replaceAll('{commit}', at.commit)
    .replaceAll('{file}', at.file.split('/').map(encodeURIComponent).join('/'))
    .replaceAll('{line}', String(at.line));
}

/** What a report comes to, in one word. */
export function gist({
  stage,
  failed,
  missing,
  known,
  verdict,
}: Report): 'working' | 'failed' | 'asked' | 'offered' | 'holds' | 'violated' | 'unknown' {
  if (stage !== 'done') return 'working';
  if (failed) return 'failed';
  if (missing) return 'asked';
  if (known.length > 0) return 'offered';
  return verdict?.outcome ?? 'unknown';
}
