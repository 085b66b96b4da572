import { clausesOf } from './clauses.ts';
import { type Leaning, neutral, says } from './cues.ts';
import { readings } from './literals.ts';
import type { Mention, Place, Reported } from './mention.ts';
import type { Passage } from './passages.ts';
import { type Token, tokensOf } from './tokens.ts';

/** What reading prose needs to know of the inline code in it. */
export interface InlineCode {
  text(passage: number): string;
  /** Where in it a call of the code stands; empty when it holds none. */
  calls(passage: number): Place[];
}

/** The outcomes that prose speaks of, each with what the words around say of it. */
export function mentionsInProse(prose: Passage, code: InlineCode): Mention[] {
  return sentencesOf(prose.text).flatMap((sentence) => inSentence(sentence, prose.quote, code));
}

/** Sentences and lines. A full stop ends one only before a space. */
export function sentencesOf(text: string): string[] {
  return text
    .split(/(?<=[.!?])\s+(?=\S)|\n+/)
    .map((sentence) => sentence.trim())
    .filter(Boolean);
}

function inSentence(sentence: string, quote: number, code: InlineCode): Mention[] {
  const tokens = tokensOf(sentence);
  if (tokens.length === 0) return [];
  const clauses = clausesOf(sentence, tokens);
  const speaksOf = clauses.map(({ tokens: own }) =>
    own.flatMap(({ inline }) => (inline === undefined ? [] : code.calls(inline))),
  );
  const all = speaksOf.flat();
  return clauses
    .flatMap(({ text, tokens: own, leaning }, at) => {
      // A clause that names a call speaks of it; otherwise of the one before it in the sentence, or of the only one.
      const near = [...speaksOf.slice(0, at + 1)].reverse().find((places) => places.length > 0);
      const of = near ?? (all.length === 1 ? all : []);
      return own.flatMap((token): Mention[] => {
        const reported = isSubject(token, text, own, code) ? undefined : reportedBy(token, text, code);
        if (!reported) return [];
        const part = subject(text, token, own, code);
        const at = reported.kind === 'calm' ? { ...neutral, expected: 6 } : placed(leaning, token, own, text);
        const base = { reported, text: textOf(token, code), leaning: at, of, firm: false, quote, sentence };
        return [{ ...base, ...(token.bare ? { bare: true } : {}), ...(part ? { part } : {}) }];
      });
    })
    .filter(({ leaning, reported }) => says(leaning) || reported.kind === 'value' || reported.kind === 'error');
}

function textOf({ inline, text }: Token, code: InlineCode): string {
  return inline === undefined ? text : code.text(inline);
}

function reportedBy(token: Token, clause: string, code: InlineCode): Reported | undefined {
  if (token.inline === undefined) return token.reported;
  if (code.calls(token.inline).length > 0) return undefined;
  return reportedText(
    code.text(token.inline),
    /\bthr[oe]w|\bmessage\b|\bwording\b|\berror\b|\bexception\b|\btext\b/i.test(clause),
  );
}

/** An outcome as it is quoted: an error with its name, the text of one where words say so, or a value. */
export function reportedText(text: string, isMessage = false): Reported {
  const [, name, message] =
    /^(?:Uncaught )?([A-Z]\w*(?:Error|Exception))(?: \[\w+\])?(?:: ([\s\S]*))?$/.exec(text.trim()) ?? [];
  if (name) return { kind: 'error', name, ...(message ? { message: message.trim() } : {}) };
  if (isMessage && /\w\s+\w/.test(text) && !/^[[{]/.test(text.trim())) return { kind: 'error', message: text.trim() };
  return { kind: 'value', readings: readings(text) };
}

const loose =
  /\b(?:should|must|has to|have to|needs? to|ought to|expected to|supposed to)(?:n't| not)?(?: also| still| always| only)? (?:contain|include|start|begin|end|match|differ|mention|be (?:greater|less|more|longer|shorter|close|larger|smaller|bigger|higher|lower|like|similar|in|among|one of))\b/i;

/** "10 + 20 should be 30": of several values in a clause, the one after the wish is what is wished for. */
function placed(leaning: Leaning, token: Token, tokens: Token[], clause: string): Leaning {
  // "should contain …" wishes for something else than the value itself.
  if (loose.test(clause.slice(0, token.start))) return { ...leaning, expected: 0 };
  const wish = clause.search(/\b(?:should|must|expect(?:ed|s)?|ought|supposed|has to|have to|want|correct)\b/i);
  const isBefore = wish >= 0 && token.start < wish;
  const hasAfter = tokens.some(({ start, reported }) => start > wish && reported?.kind === 'value');
  return isBefore && hasAfter ? { ...leaning, expected: Math.max(0, leaning.expected - 5) } : leaning;
}

/** The `total` in "`total` should be 12" is no outcome itself. */
function isSubject({ inline, end }: Token, clause: string, tokens: Token[], code: InlineCode): boolean {
  if (inline === undefined || !/^[A-Za-z_$][\w$.]*$/.test(code.text(inline))) return false;
  const verb =
    /^\s*(?:there |here |then |also )?(?:should|must|has|ought|is|was|comes?|came|gets?|used|needs?|looks?|would|will|became|becomes)\b/;
  return verb.test(clause.slice(end)) && tokens.some(({ start }) => start >= end);
}

/** "`total` should be 12": what stands before the verb is the part of the result that is spoken of. */
function subject(clause: string, token: Token, tokens: Token[], code: InlineCode): string | undefined {
  const before = tokens.findLast(({ inline, end }) => inline !== undefined && end <= token.start);
  const named = before?.inline === undefined ? undefined : code.text(before.inline);
  if (named && /^[A-Za-z_$][\w$]*$/.test(named)) return named;
  return /(?:^|\s)(?:the |its |our )?([A-Za-z_$][\w$]*) (?:should|must|has to|ought to|was|is|comes|used to)\b/.exec(
    clause,
  )?.[1];
}
