import type { ShownRun } from '../../scenarios/report.ts';

/** What a command ends with: the text for a person, the document for a program, and the exit code. */
export interface Answer {
  text: string;
  document: unknown;
  /** 0 holds, 1 violated, 2 unknown or unusable input. */
  code: 0 | 1 | 2;
}

/** The exit code of a verdict. */
export function codeOf(outcome: 'holds' | 'violated' | 'unknown'): Answer['code'] {
  return { holds: 0, violated: 1, unknown: 2 }[outcome] as Answer['code'];
}

/** Where a run can be looked at: its page where pages are served, else the command that serves it here. */
export function pageLine({ id, address }: ShownRun): string {
  return address ? `Show the run: ${address}` : `Show the run: rehearse report ${id.slice(0, 16)}`;
}

/** Where a command writes: answers, and progress for somebody who watches. */
export interface Terminal {
  write(text: string): void;
  /** Says what is wrong. */
  complain(text: string): void;
  /** Shown on a terminal only; silence when piped. */
  progress(text: string): void;
}
