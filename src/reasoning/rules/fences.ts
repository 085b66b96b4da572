import { failedAssertions } from './assertion-output.ts';
import { mentionsInComments } from './comments.ts';
import { add, type Leaning, leaning, neutral, says } from './cues.ts';
import { labelled } from './labels.ts';
import { literalOf, readings } from './literals.ts';
import { logLines } from './log-line.ts';
import type { Mention, Place, Reported } from './mention.ts';
import type { Passage } from './passages.ts';
import { type InlineCode, reportedText, sentencesOf } from './prose.ts';
import type { Snippet } from './snippets.ts';
import { errorsIn } from './stack.ts';

const lineLimit = 80;

/** Everything that a fence says came out or ought to, with what the words before and after it say. */
export function mentionsInFence(
  fence: Passage,
  snippet: Snippet | undefined,
  around: Leaning,
  inline: InlineCode,
): Mention[] {
  const { quote, text } = fence;
  const make = (value: string, by: Partial<Leaning>, more: Partial<Mention> = {}): Mention => ({
    reported: reportedText(value),
    text: value,
    leaning: add(neutral, by),
    of: [],
    firm: true,
    quote,
    ...more,
  });
  const outputs = (snippet?.transcript?.entries ?? []).flatMap(({ start, end, output }): Mention[] => {
    const of: Place[] = [{ passage: fence.id, start, end }];
    return output === '' ? [] : [make(output, add(around, { actual: 1 }), { of, reported: printed(output) })];
  });
  const comments = snippet ? mentionsInComments(snippet, inline) : [];
  const asserted = failedAssertions(text).flatMap(({ actual, expected }) => [
    make(actual, { actual: 8 }),
    make(expected, { expected: 12 }),
  ]);
  const errors = errorsIn(text).map(({ name, message }) =>
    make(message, says(around) ? around : { actual: 2 }, {
      reported: { kind: 'error', name, ...(message ? { message } : {}) },
      firm: false,
    }),
  );
  const isCode =
    snippet !== undefined &&
    snippet.transcript === null &&
    snippet.code.statements.some(({ type }) => type !== 'BlockStatement' && type !== 'LabeledStatement');
  const whole = literalOf(text) ? [make(text, around)] : [];
  const lines = isCode && whole.length === 0 ? [] : linesOf(text, make, around);
  return [
    ...outputs,
    ...comments,
    ...asserted,
    ...errors,
    ...whole,
    ...(whole.length > 0 ? [] : lines),
    ...fromLogs(text, make, around),
  ];
}

/** How the words before and after a fence lean: its introduction, or what goes on about it. */
export function leaningAround(before: string, after: string): Leaning {
  const introduction = sentencesOf(before).at(-1) ?? '';
  const clause = introduction.split(/[,;]|\bbut\b|\bso\b/).at(-1) ?? '';
  if (/\b(?:instead of|rather than|not)\s*:?$/i.test(introduction)) return { ...neutral, expected: 7 };
  const by = says(leaning(clause)) ? leaning(clause) : leaning(introduction);
  const [next = ''] = sentencesOf(after);
  if (/^(?:instead of|rather than)\b/i.test(next)) return add(by, { actual: 3 });
  return /^(?:which|that|is|was|are|were|and|has)\b/i.test(next)
    ? add(by, leaning(next.split(/[,;]|\bbut\b/)[0] ?? ''))
    : by;
}

type Make = (value: string, by: Partial<Leaning>, more?: Partial<Mention>) => Mention;

function linesOf(text: string, make: Make, around: Leaning): Mention[] {
  const lines = text.split('\n').slice(0, lineLimit);
  const isOnly = lines.filter((line) => line.trim() !== '').length === 1;
  return lines.flatMap((line) => {
    if (line.trim() === '' || /^\s+at |^[>$] /.test(line)) return [];
    const label = labelled(line);
    if (label) return [make(label.text, label.leaning)];
    return [make(line.trim(), says(around) ? around : { actual: 1 }, { firm: false, bare: !isOnly })];
  });
}

/** `result=…` in a log is what came out; other fields may be. */
function fromLogs(text: string, make: Make, around: Leaning): Mention[] {
  return logLines(text).flatMap(({ fields }) =>
    fields.map(({ name, text: value, readings: all }) => {
      const isResult = /^(?:res|result|out|output|value|got|returned?|ret|answer|computed|actual|response)$/i.test(
        name,
      );
      const isWished = /^(?:expected|want(?:ed)?|should)$/i.test(name);
      const isError = /^(?:err(?:or)?|exception|err(?:or)?_?(?:message|msg)|message|reason|cause)$/i.test(name);
      const told = isError ? reportedText(value, true) : undefined;
      if (told?.kind === 'error') return make(value, add(around, { actual: 1 }), { reported: told, firm: false });
      const by = isWished ? { expected: 8 } : isResult ? add(around, { actual: 2 }) : around;
      return make(value, by, { reported: { kind: 'value', readings: all }, firm: false });
    }),
  );
}

/** The fields of a log line that stands within a line. */
export function mentionsInLine(passage: Passage): Mention[] {
  const make: Make = (text, by, more = {}) => ({
    reported: { kind: 'value', readings: readings(text) },
    text,
    leaning: add(neutral, by),
    of: [],
    firm: false,
    quote: passage.quote,
    ...more,
  });
  return logLines(passage.text).some(({ fields }) => fields.length > 1) ? fromLogs(passage.text, make, neutral) : [];
}

function printed(output: string): Reported {
  const [error] = errorsIn(output);
  if (error) return { kind: 'error', name: error.name, ...(error.message ? { message: error.message } : {}) };
  return { kind: 'value', readings: readings(output) };
}
