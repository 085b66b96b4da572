import { add, type Leaning, leaning, neutral, says } from './cues.ts';
import type { Token } from './tokens.ts';

/** A stretch of a sentence that speaks of its values in one way. */
export interface Clause {
  text: string;
  /** What stands before it. */
  after: string;
  tokens: Token[];
  leaning: Leaning;
}

const edge =
  /\s*([;,:()—–→]|->|=>|\s-\s|\binstead of\b|\brather than\b|\bas opposed to\b|\bin place of\b|\bbut\b|\bso\b|\band\b|\bwhile\b|\bwhereas\b|\bversus\b|\bvs\.?)\s*|\s+(?=(?:got|getting|now|currently|received|actual|actually)\b)/gi;
const turned = /^(?:instead of|rather than|as opposed to|in place of)$/i;
const backward =
  /^(?:which|that|that's|that is|as|it|this|these|those|until|till|before|all|like|unlike|is|was|were|are|did|does|always|again|too|anymore|any more|at least|just|ok|okay|fine|since|for)\b/i;

/** "it should be lower": a wish of its own, though its value could not be read; it says nothing of another value. */
const ownWish =
  /^(?:(?:it|this|they|that|there|and|but|instead|we|i|\d+) )*(?:(?:should|must|ought to|has to|have to|needs? to)(?:n't| not| never)? \w+|(?:is|was|are) supposed to|(?:'d )?(?:want|expect)(?:ed|s)? \w+)/i;

/** Cuts a sentence into clauses and says of each how it leans, its neighbours' words counted where they belong to it. */
export function clausesOf(sentence: string, tokens: Token[]): Clause[] {
  const clauses = cut(sentence, tokens);
  const own = clauses.map(({ text, tokens: within }) => leaning(withoutTokens(text, within)));
  const sum = clauses.map((_, at) => own[at] ?? neutral);
  clauses.forEach((clause, at) => {
    if (bears(clause) || ownWish.test(clause.text) || (!says(own[at] ?? neutral) && (own[at]?.aside ?? 0) === 0))
      return;
    const to = owner(clauses, own, at);
    if (to !== undefined) sum[to] = joined(sum[to] ?? neutral, own[at] ?? neutral);
  });
  turn(clauses, own, sum);
  return clauses.map((clause, at) => ({ ...clause, leaning: sum[at] ?? neutral }));
}

/** "in the last release it was escaped, so this gave A": the verb of the second clause is no report of today. */
function joined(sum: Leaning, more: Leaning): Leaning {
  const isReport = sum.actual === 2 && sum.expected === 0;
  return add(add(sum, more), isReport && more.expected >= 3 && more.actual === 0 ? { actual: -2 } : {});
}

/** "A instead of B", "should be A, not B": the second is the opposite of the first. */
function turn(clauses: Clause[], own: Leaning[], sum: Leaning[]): void {
  clauses.forEach((clause, at) => {
    const isTurned = turned.test(clause.after) || /^not\b/i.test(clause.text);
    const first = clauses.findLastIndex(({ tokens }, index) => index < at && tokens.length > 0);
    if (!isTurned || first < 0 || clause.tokens.length === 0) return;
    const wished = clauses.slice(0, at).some((_, index) => (own[index]?.expected ?? 0) > 4);
    sum[first] = add(sum[first] ?? neutral, wished ? { expected: 2 } : { actual: 4 });
    sum[at] = wished ? { ...neutral, actual: 5 } : { ...neutral, expected: 7 };
  });
}

/** The clause whose value a clause without one speaks of: the one before for "which it must", else the one after. */
function owner(clauses: Clause[], own: Leaning[], at: number): number | undefined {
  const has = (index: number) => bears(clauses[index]);
  const before = clauses.findLastIndex((_, index) => index < at && has(index));
  const after = clauses.findIndex((_, index) => index > at && has(index));
  const text = clauses[at]?.text ?? '';
  if (before >= 0 && (backward.test(text) || clauses[at]?.after === '(' || after < 0)) return before;
  if (after >= 0 && !says(own[after] ?? neutral)) return after;
  return before < 0 && after >= 0 ? after : undefined;
}

/** Whether a clause holds more than a word such as "throws". */
function bears(clause: Clause | undefined): boolean {
  return (clause?.tokens ?? []).some(
    ({ reported }) => reported?.kind !== 'error' || reported.name !== undefined || reported.message !== undefined,
  );
}

function cut(sentence: string, tokens: Token[]): Clause[] {
  const clauses: Clause[] = [];
  let from = 0;
  let after = '';
  const push = (to: number) => {
    const start = from;
    const inside = tokens.filter((token) => token.start >= start && token.end <= to);
    const text = sentence.slice(start, to);
    if (text.trim() === '') return;
    const shift = start + (text.length - text.trimStart().length);
    const own = inside.map((token) => ({ ...token, start: token.start - shift, end: token.end - shift }));
    clauses.push({ text: text.trim(), after, tokens: own, leaning: neutral });
  };
  for (const found of sentence.matchAll(edge)) {
    const [start, end] = [found.index, found.index + found[0].length];
    if (tokens.some((token) => start < token.end && token.start < end)) continue;
    push(start);
    from = end;
    after = (found[1] ?? '').trim();
  }
  push(sentence.length);
  return clauses;
}

/** The words alone: a cue inside a value says nothing. */
function withoutTokens(text: string, tokens: Token[]): string {
  return tokens.reduceRight(
    (rest, { start, end, reported }) =>
      reported?.kind === 'value' || reported === undefined ? `${rest.slice(0, start)}¤${rest.slice(end)}` : rest,
    text,
  );
}
