import type { Then } from '../../../simulation/plan.ts';
import { literal } from '../check.ts';
import type { Mention } from '../mention.ts';
import { equal, isRecord, show, type Value } from '../values.ts';
import { differences, isVolatile, onlyField } from './difference.ts';
import type { Answer } from './exchanges.ts';
import type { Step } from './steps.ts';

/** What a request answered in a simulation. */
export interface SeenAnswer {
  status: number;
  body: Value;
}

/** One thing that ought to hold of an answer. */
export interface Wish {
  then: Then;
  /** In words: "status 200", "totalCents 1728". */
  text: string;
  /** What was seen here. */
  seen: string;
  /** It holds here already. */
  met: boolean;
  /** What is seen here is what the thread complains about; null where it does not say. */
  reported: boolean | null;
  because: { quote: number; text: string };
}

/** What the thread wishes of a step's answer, held against what was seen here. */
export function wishesOf(id: string, step: Step, seen: SeenAnswer, mentions: Mention[]): Wish[] {
  const all = [
    ...statusWishes(id, step.answers, seen),
    ...bodyWishes(id, step.answers, seen),
    ...fieldWishes(id, seen, mentions),
  ];
  return all.filter((wish, at) => all.findIndex(({ then }) => equal(then, wish.then)) === at);
}

/** The wish that nothing breaks, for a thread that only reports that something did. */
export function calmWishes(id: string, step: Step, seen: SeenAnswer, errors: Mention[]): Wish[] {
  const failed = step.answers.find(
    ({ response, leaning }) => (response.status ?? 0) >= 500 && leaning.expected <= leaning.actual,
  );
  const because =
    failed ?? errors.find(({ reported, leaning }) => reported.kind === 'error' && leaning.expected <= leaning.actual);
  if (!because) return [];
  const met = seen.status < 500;
  const common = {
    seen: `status ${seen.status}`,
    met,
    reported: failed ? seen.status === failed.response.status : null,
    because,
  };
  return [
    { ...common, then: { check: `${id}.status < 500` }, text: 'no server error' },
    { ...common, then: { never: 'unhandled-error' }, text: 'no unhandled error' },
  ];
}

function statusWishes(id: string, answers: Answer[], seen: SeenAnswer): Wish[] {
  const told = answers.filter(({ response }) => response.status !== undefined);
  const wished = strongest(told.filter(({ leaning }) => leaning.expected > leaning.actual));
  const status = wished?.response.status;
  if (!wished || status === undefined) return [];
  const rival = told.find(
    (one) =>
      one.response.status !== status &&
      one.leaning.expected - one.leaning.actual > wished.leaning.expected - wished.leaning.actual - 2 &&
      one.leaning.expected > one.leaning.actual,
  );
  if (rival) return [];
  const complaints = told.filter(
    ({ response, leaning }) => response.status !== status && leaning.actual >= leaning.expected,
  );
  return [
    {
      then: { check: `${id}.status = ${status}` },
      text: `status ${status}`,
      seen: `status ${seen.status}`,
      met: seen.status === status,
      reported: complaints.length === 0 ? null : complaints.some(({ response }) => response.status === seen.status),
      because: { quote: wished.quote, text: wished.text },
    },
  ];
}

function bodyWishes(id: string, answers: Answer[], seen: SeenAnswer): Wish[] {
  const told = answers.filter(({ response }) => response.body !== undefined);
  const wished = strongest(told.filter(({ leaning }) => leaning.expected > leaning.actual));
  if (!wished) return [];
  const got = told.findLast((one) => one !== wished && one.leaning.expected <= one.leaning.actual);
  const against = got?.response.body ?? seen.body;
  const found = differences(wished.response.body, against);
  const stable = found.filter((difference) => !isVolatile(difference));
  return (stable.length > 0 ? stable : found).slice(0, 20).map(({ path, expected, other }) => {
    const here = at(seen.body, path);
    return {
      then: { check: `${id}.body${path} = ${literal(expected)}` },
      text: `${name(path)} ${show(expected)}`,
      seen: `${name(path)} ${show(here)}`,
      met: equal(here, expected),
      reported: got ? equal(here, other) : null,
      because: { quote: wished.quote, text: wished.text },
    };
  });
}

/** "`totalCents` should be 1728": a field that is at one place only. */
function fieldWishes(id: string, seen: SeenAnswer, mentions: Mention[]): Wish[] {
  const wished = mentions.filter(
    ({ part, reported, leaning }) => part && reported.kind === 'value' && leaning.expected - leaning.actual >= 4,
  );
  return wished.flatMap(({ part = '', reported, quote, text }): Wish[] => {
    const field = onlyField(seen.body, part);
    if (!field || reported.kind !== 'value') return [];
    const value = reported.readings.find((one) => typeof one === typeof field.value) ?? reported.readings[0];
    const complaint = mentions.find(
      (one) =>
        one.reported.kind === 'value' &&
        one.leaning.actual > one.leaning.expected &&
        one.reported.readings.some((other) => equal(other, field.value)),
    );
    return [
      {
        then: { check: `${id}.body${field.path} = ${literal(value)}` },
        text: `${part} ${show(value)}`,
        seen: `${part} ${show(field.value)}`,
        met: equal(field.value, value),
        reported: complaint ? true : null,
        because: { quote, text },
      },
    ];
  });
}

function strongest(answers: Answer[]): Answer | undefined {
  return answers.toSorted((a, b) => b.leaning.expected - b.leaning.actual - (a.leaning.expected - a.leaning.actual))[0];
}

/** What stands at a path that `differences` wrote. */
function at(body: Value, path: string): Value {
  const parts = [...path.matchAll(/\.`([^`]*)`|\.([^.[`]+)|\[(\d+)\]/g)];
  return parts.reduce((value: Value, [, quoted, plain, index]) => {
    if (Array.isArray(value)) return value[Number(index)];
    return isRecord(value) ? value[quoted ?? plain ?? ''] : undefined;
  }, body);
}

function name(path: string): string {
  return path.replace(/^\./, '').replaceAll('`', '') || 'the body';
}
