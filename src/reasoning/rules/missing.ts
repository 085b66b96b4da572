import type { Draft } from '../draft.ts';
import type { CallGround } from './ground-call.ts';
import type { CallReading } from './reading.ts';
import { callText, outcomeText } from './writing.ts';

type Missing = NonNullable<Draft['missing']>;

/** What stood in the way of grounding a thread in a call, and the one question that would help. */
export function missingOf({ candidates, incomplete }: CallReading, { tried }: CallGround): Missing {
  const ran = tried.filter(({ seen }) => seen !== undefined);
  const [first] = ran;
  if (first?.seen) {
    const call = callText(first.candidate.invocation, first.candidate.text);
    return {
      sentence: `\`${call}\` ${outcomeText(first.seen)} at this revision, and the thread does not say beyond doubt what ought to come out instead.`,
      question: `What should \`${call}\` give?`,
    };
  }
  const [open] = incomplete;
  if (open) {
    return {
      sentence: `The thread does not say what \`${short(open.lacks)}\` is in \`${short(open.text)}\`.`,
      question: `What is the value of \`${short(open.lacks)}\` there?`,
    };
  }
  const [failed] = candidates;
  if (failed) {
    return {
      sentence: `\`${callText(failed.invocation, failed.text)}\` could not be run at this revision.`,
      question: 'Which call of this repository shows it, and what should come out?',
    };
  }
  return {
    sentence: 'The thread names no request and no call of this repository that could be run.',
    question: 'Which request or call shows it, and what should come out? A curl command or a line of code is enough.',
  };
}

function short(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
