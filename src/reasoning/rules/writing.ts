import type { Evidence } from '../../evidence/evidence.ts';
import type { Judged } from './judge.ts';
import type { Invocation } from './known.ts';
import type { Outcome } from './outcome.ts';
import { show, type Value } from './values.ts';

/** A call in one line, as a person would write it; `written` is how the thread does. */
export function callText(
  { module, export: name, args, new: built, follows }: Invocation,
  written: string,
  limit = 110,
): string {
  const [, callee] = /^(?:await )?(?:new )?([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)?)\(/.exec(written) ?? [];
  const base =
    module
      .replace(/\.[^./]+$/, '')
      .replace(/\/index$|^index$/, '')
      .split('/')
      .at(-1) || module;
  const list = (values: Value[]) => values.map((value) => show(value, 60)).join(', ');
  const steps = follows.map((follow) => ('get' in follow ? `.${follow.get}` : `.${follow.call}(${list(follow.args)})`));
  const isOwn = name === null || name === 'default';
  const last = callee?.slice(callee.lastIndexOf('.') + 1);
  const isTarget = isOwn ? follows.length === 0 || callee === last : last === name;
  const called = callee && isTarget ? callee : isOwn ? base : name;
  const text = `${built ? 'new ' : ''}${called}(${list(args)})${steps.join('')}`;
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}

/** An outcome as the end of a sentence: "gives null", "throws “…”". */
export function outcomeText(outcome: Outcome): string {
  if (outcome.kind === 'calm') return 'does not throw';
  if (outcome.kind === 'value') return `gives ${show(outcome.value)}${outcome.part ? ` as ${outcome.part}` : ''}`;
  return `throws ${outcome.message ? `“${outcome.message}”` : (outcome.name ?? 'an error')}`;
}

/** What ought to hold, in one line. */
export function titleOf({ candidate, expected }: Judged): string {
  return `${callText(candidate.invocation, candidate.text, 90)} ${outcomeText(expected)}`.slice(0, 200);
}

/** What was seen, what ought to hold and who says so, in a few sentences. */
export function narrativeOf({ candidate, seen, expected, because, reproduced }: Judged, evidence: Evidence): string {
  const call = callText(candidate.invocation, candidate.text);
  const said = excerpt(evidence, because.quote, because.text);
  const ought = `It ought to hold that it ${outcomeText(expected)}${said ? `, for the thread says: “${said}”` : ''}.`;
  const here = reproduced
    ? `At this revision \`${call}\` ${outcomeText(seen)}, as the thread reports.`
    : `At this revision \`${call}\` ${outcomeText(seen)} already, so what was reported cannot be reproduced here.`;
  return `${reported(evidence)} ${here} ${ought}`;
}

/** Where it was reported, in its first words. */
export function reported({ quotes, visibility }: Evidence): string {
  const first = quotes.find(({ text }) => /\w{3,}\s+\w{2,}/.test(plain(text)));
  const words = first ? plain(first.text) : '';
  return words
    ? `Reported in #${visibility.name ?? visibility.channel}: “${short(words, 140)}”.`
    : `Reported in #${visibility.name ?? visibility.channel}.`;
}

/** The line of a message in which some words stand; for what stands in a fence, the words around the fence. */
export function excerpt({ quotes }: Evidence, quote: number, words: string): string {
  const text = quotes[quote]?.text ?? '';
  const [first = ''] = words.split('\n');
  const line = text
    .replace(/```[\s\S]*?(```|$)/g, '\n')
    .split('\n')
    .find((one) => first.trim() !== '' && one.includes(first.trim()));
  const label = text.split('\n').find((one) => one.includes(first.trim()) && one.length < 160 && /[a-z]/i.test(one));
  return short((line ?? (plain(text) || label) ?? '').trim(), 200);
}

function plain(text: string): string {
  return text
    .replace(/```[\s\S]*?(```|$)/g, ' ')
    .replace(/:[a-z_+-]+:/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function short(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit - 1).trimEnd()}…` : text;
}
