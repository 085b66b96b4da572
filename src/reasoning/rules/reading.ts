import type { Evidence } from '../../evidence/evidence.ts';
import { assertedIn } from './assertion-calls.ts';
import { type Binding, declarationsIn, valueOfFence, valuesToldIn } from './bindings.ts';
import { type Candidate, callsIn, type Incomplete, merged } from './candidates.ts';
import type { Codebase } from './codebase.ts';
import { neutral } from './cues.ts';
import { leaningAround, mentionsInFence, mentionsInLine } from './fences.ts';
import { literalOf } from './literals.ts';
import type { Mention } from './mention.ts';
import { type Passage, passagesOf } from './passages.ts';
import { type InlineCode, mentionsInProse, reportedText } from './prose.ts';
import { scopeAt, variantsOf } from './scopes.ts';
import { type Snippet, snippetsOf } from './snippets.ts';

/** A thread, taken apart: what it says, its code, and what its names mean. */
export interface Reading {
  passages: Passage[];
  snippets: Snippet[];
  bindings: Binding[];
}

/** What a thread says that concerns calls of the code. */
export interface CallReading {
  candidates: Candidate[];
  incomplete: Incomplete[];
  mentions: Mention[];
}

/** Takes a thread apart; needs nothing but its words. */
export function readThread(evidence: Evidence): Reading {
  const passages = passagesOf(evidence);
  const snippets = snippetsOf(passages);
  const bindings = [
    ...snippets.flatMap(declarationsIn),
    ...passages.flatMap((passage) => valuesToldIn(passage, textIn(passages))),
    ...passages.flatMap((passage) =>
      passage.kind === 'fence' ? valueOfFence(passage, before(passages, passage), textIn(passages)) : [],
    ),
  ];
  return { passages, snippets, bindings };
}

/** Every specifier that a thread may mean: what it requires and imports, and paths in its inline code. */
export function specifiersIn({ passages }: Reading): Set<string> {
  const required = /(?:\brequire\(\s*|\bfrom\s+|\bimport\s*\(?\s*)(['"])([^'"\n]+)\1/g;
  const found = passages.flatMap(({ text }) => [...text.matchAll(required)].map(([, , specifier]) => specifier ?? ''));
  const paths = passages.flatMap(({ kind, text }) =>
    kind === 'inline' && /^(?:@?[\w.-]+\/)+[\w.-]+$/.test(text) ? [text] : [],
  );
  return new Set([...found, ...paths].filter(Boolean));
}

/** Finds the calls that a thread speaks of in a codebase, and the outcomes that it reports. */
export function readCalls({ passages, snippets, bindings }: Reading, codebase: Codebase): CallReading {
  const found = variantsOf(bindings).flatMap((variant) =>
    snippets.map((snippet) =>
      callsIn(snippet, (start) => scopeAt({ passage: snippet.passage, start }, bindings, codebase, variant)),
    ),
  );
  const candidates = merged(found.flatMap(({ complete }) => complete));
  const text = textIn(passages);
  const inline: InlineCode = {
    text,
    calls: (passage) => candidates.flatMap(({ places }) => places.filter((place) => place.passage === passage)),
  };
  const mentions = passages.flatMap((passage): Mention[] => {
    if (passage.kind === 'prose')
      return isAnswer(passage, passages) ? answered(passage, inline) : mentionsInProse(passage, inline);
    if (passage.kind === 'inline') return mentionsInLine(passage);
    const snippet = snippets.find((one) => one.passage === passage.id);
    const around = leaningAround(before(passages, passage), after(passages, passage));
    return mentionsInFence(passage, snippet, around, inline);
  });
  const asserted = snippets.flatMap((snippet) =>
    assertedIn(snippet, (start) => scopeAt({ passage: snippet.passage, start }, bindings, codebase, {})),
  );
  return {
    candidates,
    incomplete: found.flatMap(({ incomplete }) => incomplete),
    mentions: [...mentions, ...asserted],
  };
}

/** A last message that holds nothing but one value answers what was asked before it. */
function isAnswer({ quote, text }: Passage, passages: Passage[]): boolean {
  const isLast = passages.every((passage) => passage.quote <= quote) && quote > 0;
  const isAlone = passages.every((passage) => passage.quote !== quote || passage.kind !== 'fence');
  return isLast && isAlone && /^\s*(?:⟦\d+⟧|"[^"\n]*"|'[^'\n]*'|[-\w.]+|\[.*\]|\{.*\})\s*[.!]?\s*$/.test(text);
}

function answered({ text, quote }: Passage, inline: InlineCode): Mention[] {
  const [, slot] = /⟦(\d+)⟧/.exec(text) ?? [];
  const value = slot === undefined ? text.trim() : inline.text(Number(slot));
  const isWord = /^[a-z]+[.!]?$/i.test(value) && slot === undefined && literalOf(value) === undefined;
  if (isWord || (slot !== undefined && inline.calls(Number(slot)).length > 0)) return [];
  return [
    { reported: reportedText(value), text: value, leaning: { ...neutral, expected: 5 }, of: [], firm: false, quote },
  ];
}

const textIn = (passages: Passage[]) => (id: number) => passages[id]?.text ?? '';

/** The prose that leads to a fence: in its own message, or the end of the one before by the same token. */
function before(passages: Passage[], fence: Passage): string {
  const near = passages.slice(0, fence.id).findLast(({ kind }) => kind !== 'inline');
  return near?.kind === 'prose' && near.quote === fence.quote ? near.text : '';
}

function after(passages: Passage[], fence: Passage): string {
  const near = passages.slice(fence.id + 1).find(({ kind }) => kind !== 'inline');
  return near?.kind === 'prose' && near.quote === fence.quote ? near.text : '';
}

/** The prose before and after a fence, within its message. */
export function proseAround(passages: Passage[], fence: Passage): [before: string, after: string] {
  return [before(passages, fence), after(passages, fence)];
}
