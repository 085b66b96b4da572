import type { Evidence } from '../../../evidence/evidence.ts';
import type { Draft } from '../../draft.ts';
import { excerpt, reported } from '../writing.ts';
import type { HttpGround } from './ground-http.ts';
import type { Step } from './steps.ts';

type Shown = NonNullable<HttpGround['shown']>;

/** What ought to hold of a request, in one line. */
export function httpTitle({ step, wishes }: Shown): string {
  const [first, ...others] = wishes.map(({ text }) => text);
  const more = others.length > 0 ? ` and ${others.length} more as reported` : '';
  return `${requestText(step)} answers with ${first ?? 'what is expected'}${more}`.slice(0, 200);
}

/** What was seen, what ought to hold and who says so, in a few sentences. */
export function httpNarrative({ step, wishes, reproduced }: Shown, evidence: Evidence): string {
  const wanted = list(wishes.map(({ text }) => text));
  const failing = wishes.filter(({ met }) => !met);
  const [first] = wishes;
  const said = first ? excerpt(evidence, first.because.quote, first.because.text) : '';
  const here = reproduced
    ? `At this revision ${requestText(step)} answers with ${list(failing.map(({ seen }) => seen))}.`
    : `At this revision ${requestText(step)} answers so already, and what was reported cannot be reproduced here.`;
  return `${reported(evidence)} ${here} It ought to answer with ${wanted}${said ? `, for the thread says: “${said}”` : ''}.`;
}

/** What stood in the way of grounding a thread in requests, and the one question that would help. */
export function httpMissing({ steps, shown, stopped }: HttpGround): NonNullable<Draft['missing']> {
  const [first] = steps;
  const request = shown ? requestText(shown.step) : first ? requestText(first) : 'The request';
  if (shown && /redacted-secret/.test(JSON.stringify(shown.step.request)) && [401, 403].includes(shown.seen.status)) {
    return {
      sentence: `${request} answers ${shown.seen.status} here, for its credential was taken out of the thread.`,
      question: 'Which user or role of the test data may make this request?',
    };
  }
  const failing = shown?.wishes.filter(({ met }) => !met) ?? [];
  if (shown && failing.length > 0) {
    return {
      sentence: `${request} answers with ${list(failing.map(({ seen }) => seen))} here, which is not what the thread reports.`,
      question: 'Which rows, settings or earlier requests does it need?',
    };
  }
  if (shown) {
    return {
      sentence: `${request} answers ${shown.seen.status} here, and the thread does not say what ought to come out instead.`,
      question: `What should ${request} answer: which status, or which fields of the body?`,
    };
  }
  return {
    sentence: `${request} could not be run here: ${stopped ?? 'the service did not answer'}.`,
    question: 'What does this request need in order to run?',
  };
}

function requestText({ request: { method, path }, service }: Step): string {
  const short = path.length > 80 ? `${path.slice(0, 79)}…` : path;
  return `${method} ${short} on ${service}`;
}

function list(texts: string[]): string {
  const shown = texts.length > 2 ? [...texts.slice(0, 2), `${texts.length - 2} more`] : texts;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
