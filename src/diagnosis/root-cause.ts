import type { Hunk } from '../codebase/hunk.ts';
import type { Commit } from '../codebase/mirror.ts';
import type { Parting } from '../simulation/comparison/comparison.ts';
import type { Cited } from './cite.ts';

/** The function that encloses a line, at one revision. */
export interface EnclosingFunction {
  name: string;
  file: string;
  line: number;
  endLine: number;
}

/** The first function that got equal arguments and gave another result; what the object of a method held is not seen. */
export interface GuiltyCall {
  service: string;
  name: string;
  /** Its first line at the culprit commit. */
  at: Cited;
  /** What it was given, on both sides. */
  args: string;
  /** What it gave without the hunks and with them; where that is equal, what it did inside. */
  base: Gave;
  head: Gave;
  /** Whether the hunks change this function itself; otherwise they change what it stands on. */
  isChanged: boolean;
  /** The `seq` of the call in the traces of the evidence; absent where it was not called with these inputs. */
  calls: { base: number; head: number };
}

/** How a function ended, or what it did, as a reader sees it. */
export interface Gave {
  kind: 'return' | 'throw' | 'did' | 'did not';
  text: string;
}

/** The simulation that shows a claim. */
export interface Shown {
  /** The commit it ran on; absent for a commit from which the hunks were taken out. */
  revision?: string;
  tree: string;
  /** The hash of its trace. */
  trace: string;
}

/** The two simulations that differ by the hunks alone where that could be had, else by the whole commit. */
export interface Evidence {
  /** It holds here. */
  base: Shown;
  /** It is violated here. */
  head: Shown;
  /** The first point at which the two part. */
  first: Parting | null;
}

/** Why a scenario is violated: the commit, the fewest hunks that flip the verdict, and where they stand. */
export interface RootCause {
  /** The commit whose parent holds and which itself is violated. */
  commit: Commit;
  /** The last revision seen to hold. */
  good: string;
  /** Within the commit, the smallest set of hunks that flips the verdict. */
  hunks: Hunk[];
  /** The search for fewer hunks was ended by its limit, so that not all of them may be needed. */
  isCut?: boolean;
  /** The place to open first; the line exists there and reads as `text`. Line 0 is the file as a whole, such as a binary one. */
  file: string;
  line: number;
  text: string;
  /** Where that line stands when it is not the culprit commit: its parent, for a file that went. */
  revision?: string;
  /** The functions around those hunks, the likeliest first. */
  functions: EnclosingFunction[];
  /** Functions that the violated run passed through and that the commit changed as well, apart from those hunks. */
  nearby?: EnclosingFunction[];
  /** Absent when no function got equal inputs and gave another result. */
  guilty?: GuiltyCall;
  /** Absent when no trace is kept of the two. */
  evidence?: Evidence;
  /** How many simulations it took. */
  simulations: number;
}

/** A diagnosis that could not be made, and why. */
export interface Undiagnosed {
  reason: string;
  /** Where it was never seen to hold: what stands out against scenarios that do hold. */
  suspicion?: Suspicion;
  simulations: number;
}

/** A function that runs where it fails and less where it does not. */
export interface Suspect {
  at: Cited;
  name: string;
  /** Ochiai's coefficient, from 0 to 1. */
  score: number;
  /** Of the failing and the holding simulations, how many ran it. */
  ran: { violated: number; holds: number };
}

/** The call in which a wrong value was first seen. */
export interface Origin {
  at: Cited;
  service: string;
  name: string;
  args: string;
  /** The value, as the check saw it and as the call gave it. */
  value: string;
  gave: string;
  /** The `seq` of the call in the trace. */
  call: number;
}

/** What can be told of a plan that was never seen to hold: likely places, not a proven cause. */
export interface Suspicion {
  revision: string;
  /** The hash of the trace of the violated simulation. */
  trace: string;
  /** How many neighbouring scenarios that hold it was weighed against. */
  against: number;
  suspects: Suspect[];
  origins: Origin[];
}

/** What is said of hunks where fewer of them might do as well. */
export const cutSentence = 'the search for fewer ended at its limit';

/** A place as text: a file, and its line where one is named. */
export function placeText({ file, line }: { file: string; line: number }): string {
  return line > 0 ? `${file}:${line}` : file;
}

/** How a reader is told of what a function gave. */
export const verbs = { return: 'gave', throw: 'threw', did: 'did', 'did not': 'did nothing of it' } as const;

/** Likely places in lines, each saying what speaks for it; nothing of it is proven. */
export function suspicionLines({ against, suspects, origins }: Suspicion): string[] {
  return [
    ...origins.map(
      ({ at, name, value, args }) =>
        `${value} is first seen in what ${name} ${placeText(at)} gave, given ${args.slice(0, 120) || 'nothing'}`,
    ),
    ...suspects
      .slice(0, 5)
      .map(
        ({ at, name, score, ran }) =>
          `${name} ${placeText(at)} ran here and in ${ran.holds} of ${against} scenarios that hold (Ochiai ${score.toFixed(2)})`,
      ),
  ];
}
