import { add, type Leaning, neutral } from '../cues.ts';
import { leaningAround } from '../fences.ts';
import { labelled } from '../labels.ts';
import type { Mention } from '../mention.ts';
import type { Passage } from '../passages.ts';
import { isRecord } from '../values.ts';
import { curlsIn } from './curl.ts';
import { linesIn, responsesIn } from './lines.ts';
import { jsonOf, type Request, type Response } from './request.ts';
import { statusesIn } from './statuses.ts';

/** An answer that the thread speaks of: seen, or wished for. */
export interface Answer {
  response: Response;
  leaning: Leaning;
  /** The request that it is tied to, by its place in the list; the nearest before it otherwise. */
  of?: number;
  passage: number;
  quote: number;
  text: string;
}

/** The requests of a thread in order, and the answers. */
export interface Exchanges {
  requests: Request[];
  answers: Answer[];
}

/** Reads every request and answer of a thread. */
export function exchangesIn(
  passages: Passage[],
  mentions: Mention[],
  around: (fence: Passage) => [before: string, after: string],
): Exchanges {
  const requests: Request[] = [];
  const answers: Answer[] = [];
  const byPassage = new Map<number, number>();
  for (const passage of passages) {
    if (passage.kind === 'prose') continue;
    const by = passage.kind === 'fence' ? leaningAround(...around(passage)) : neutral;
    const first = requests.length;
    readCode(passage, by, requests, answers);
    if (requests.length > first) byPassage.set(passage.id, requests.length - 1);
  }
  for (const passage of passages) if (passage.kind === 'prose') readProse(passage, byPassage, requests, answers);
  for (const { reported, leaning, quote, text } of mentions) {
    if (reported.kind !== 'value' || leaning.expected + leaning.actual === 0) continue;
    const body = reported.readings.find(isRecord);
    const passage = passages.find((one) => one.quote === quote && one.text.includes(text))?.id;
    if (body && passage !== undefined && passages[passage]?.kind !== 'fence')
      answers.push({ response: { body }, leaning, passage, quote, text });
  }
  return { requests, answers };
}

function readCode({ id, text, quote }: Passage, by: Leaning, requests: Request[], answers: Answer[]): void {
  const curls = curlsIn(text);
  const lines = linesIn(text).filter(({ start }) => !curls.some((curl) => curl.start <= start && start < curl.end));
  const found = [
    ...curls.map(({ request, start, end }) => ({
      request: { ...request, form: 'curl' as const },
      response: undefined,
      start,
      end,
    })),
    ...lines.map((line) => ({ response: undefined, ...line })),
  ].sort((a, b) => a.start - b.start);
  const seen = add(by, { actual: 1 });
  found.forEach(({ request, response, start, end }, at) => {
    const of = requests.push({ ...request, passage: id, start, quote }) - 1;
    const common = { of, passage: id, quote };
    if (response) answers.push({ ...common, response, leaning: seen, text: text.slice(start, end).trim() });
    if (request.form !== 'curl') return;
    const output = text
      .slice(end, found[at + 1]?.start ?? text.length)
      .replace(/\n?[$#] ?$/, '')
      .trim();
    for (const answer of responsesOf(output, seen)) answers.push({ ...common, ...answer });
  });
  if (found.length > 0) return;
  for (const answer of responsesOf(text, by)) answers.push({ passage: id, quote, ...answer });
}

type Found = Pick<Answer, 'response' | 'leaning' | 'text'>;

/** What a text without requests answers: whole JSON, a raw message, or parts under labels. */
function responsesOf(text: string, leaning: Leaning): Found[] {
  const whole = jsonOf(text);
  if (whole) return [{ response: { body: whole.value }, leaning, text }];
  const raw = responsesIn(text).map(({ status, body }) => ({ response: { status, body }, leaning, text }));
  if (raw.length > 0) return raw;
  return [
    ...text.matchAll(
      /^[^\S\n]*(?:\/\/ ?|# ?|\* ?)?([A-Za-z][\w ()]{1,30}:[^\S\n]*\n?[\s\S]*?)(?=\n[^\S\n]*(?:\/\/ ?|# ?|\* ?)?[A-Za-z][\w ()]{1,30}:(?!\/)|$(?![\s\S]))/gm,
    ),
  ].flatMap(([, part = '']): Found[] => {
    const label = labelled(part);
    const json = label && jsonOf(label.text);
    const status = label && /^(?:HTTP\/\d(?:\.\d)? |status )?([1-5]\d\d)\b([\s\S]*)$/.exec(label.text);
    if (label && json) return [{ response: { body: json.value }, leaning: label.leaning, text: label.text }];
    if (!label || !status) return [];
    const body = jsonOf(status[2] ?? '');
    return [
      {
        response: { status: Number(status[1]), ...(body ? { body: body.value } : {}) },
        leaning: label.leaning,
        text: label.text,
      },
    ];
  });
}

function readProse(passage: Passage, byPassage: Map<number, number>, requests: Request[], answers: Answer[]): void {
  const { id, quote, text } = passage;
  const own: number[] = [];
  for (const { request, response, start } of linesIn(text)) {
    const of = requests.push({ ...request, form: 'line', passage: id, start, quote }) - 1;
    own.push(of);
    if (response)
      answers.push({
        of,
        response,
        leaning: { ...neutral, actual: 1 },
        passage: id,
        quote,
        text: text.slice(start, start + 80),
      });
  }
  for (const { status, leaning, sentence, inline } of statusesIn(passage)) {
    // `/orders/504` makes "order 504" an order.
    if (requests.some(({ path }) => path.split(/[/?=&]/).includes(String(status)))) continue;
    const of =
      inline.flatMap((one) => byPassage.get(one) ?? []).at(-1) ??
      own.find((at) => sentence.includes(requests[at]?.path ?? '\n'));
    answers.push({
      response: { status },
      leaning,
      ...(of === undefined ? {} : { of }),
      passage: id,
      quote,
      text: String(status),
    });
  }
}
