import { readings } from './literals.ts';
import type { Reported } from './mention.ts';
import { slots } from './passages.ts';
import type { Value } from './values.ts';

/** Something in a sentence that may be an outcome, or code. */
export interface Token {
  start: number;
  end: number;
  text: string;
  /** The inline code that it is. */
  inline?: number;
  reported?: Reported;
  bare?: boolean;
}

type Finder = [pattern: RegExp, read: (found: RegExpMatchArray) => Reported | undefined, bare?: boolean];

const word = '[\\w\'"./%+-]+';
const series = `${word}(?:, ${word})*(?:,? (?:and|und|&) ${word})`;
const isCount =
  '(?! (?!instead|rather|but|not|and|as|when|for|before|until|again|now|then|or|is|was|where|while|because|since|like|only|here|there|if|on|in|with|so|today|this|that|the|must|should|shall|ought|has|would|comes?|came)[a-z]{2,})';

/** "off by 1", "at least 5", "line 7": no value that something is. */
const notCounted =
  '(?<!\\b(?:at least|at most|more than|less than|fewer than|over|about|around|roughly|up to|between|nearly|almost|above|below|within|by|every|line|step|page|row|item|order|number|node|port|run|build|issue|ticket|case|test) )';

const value = (found: Value): Reported => ({ kind: 'value', readings: [found] });

/** In this order; what an earlier one took is not looked at again. */
const finders: Finder[] = [
  [
    new RegExp(`\\b(?:object|map|hash|record)? ?with (?:the )?keys (${series}) for (${series})`, 'gi'),
    ([, keys = '', values = '']) => keyed(listed(keys), listed(values)),
  ],
  [
    new RegExp(`(?<![\\w.])(${word} is ${word}(?:(?:,| and|, and) ${word} is ${word})+)`, 'gi'),
    ([, pairs = '']) => {
      const all = [...pairs.matchAll(new RegExp(`(${word}) is (${word})`, 'g'))];
      return keyed(
        all.map(([, key]) => bare(key)),
        all.map(([, , is]) => bare(is)),
      );
    },
  ],
  [
    /\ban? empty (string|text|array|list|object)\b/gi,
    ([, kind]) => value({ string: '', text: '', array: [], list: [] }[kind?.toLowerCase() ?? ''] ?? {}),
  ],
  [
    /\b(?:must|should|may|can)(?:n't| not| never) (?:throw|crash|fail|blow up|explode|break)\b|\bused to work\b|\bworked (?:fine )?(?:before|until|till|up to)\b/gi,
    () => ({ kind: 'calm' }),
  ],
  [
    /\b(?:throws?|threw|thrown|raises?|raised|crash(?:es|ed)?|blows up|explodes|refuses?|refused|exception)\b(?: with)?(?: an?| the)? ?((?:[A-Z]\w*)?(?:Error|Exception))?/g,
    ([, name]) => ({ kind: 'error', ...(name ? { name } : {}) }),
  ],
  [
    /\b([A-Z]\w*(?:Error|Exception))(?: \[\w+\])?: ([^\n]+?)(?=$|\s+at\s)/g,
    ([, name, message]) => ({ kind: 'error', name, message }),
  ],
  [
    /(?<![\w"])"([^"\n]{0,400})"(?!\w)/g,
    ([, text = '']) => ({ kind: 'value', readings: [...new Set([text, ...readings(text)])] }),
  ],
  [
    /(?<![\w'])'([^'\n]{0,400})'(?!\w)/g,
    ([, text = '']) => ({ kind: 'value', readings: [...new Set([text, ...readings(text)])] }),
  ],
  [
    /(?<![\w.])(?:\[[^[\]\n]*(?:\[[^[\]\n]*\][^[\]\n]*)*\]|\{[^{}\n]*(?:\{[^{}\n]*\}[^{}\n]*)*\})/g,
    ([text = '']) => ({ kind: 'value', readings: readings(text) }),
  ],
  [
    /(?<!\b(?:an?|the|that|this|those|any|each|every|with|for|no) )\b(null|undefined|true|false|NaN)\b(?!-)/g,
    ([text = '']) => ({ kind: 'value', readings: readings(text) }),
    true,
  ],
  [/(?<![\w.+-])(?:https?:\/\/)?[\w./%+~-]*[=&%][\w./%+=&~,:[\]-]*[\w\]=/]/g, ([text = '']) => value(text), true],
  [
    /(?<!\b(?:in|on|since|version|release|under|until|before|after|than) v?)(?<![\w.])(?:\d+(?:\.\w+)*\.\d[\w.+/-]*[\w]|\d+(?:[.:/-]\w+){2,})/g,
    ([text = '']) => value(text.replace(/\.$/, '')),
    true,
  ],
  [
    new RegExp(
      `(?<!\\b(?:in|on|since|version|release|under|until|before|after|than) v?)${notCounted}(?<![\\w.$€£#:-])[-+]?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?\\b(?![\\w%:]|\\.\\d)${isCount}`,
      'g',
    ),
    ([text = '']) => ({ kind: 'value', readings: readings(text) }),
    true,
  ],
];

/** Everything in a sentence that may be an outcome or code, in order, nothing twice. */
export function tokensOf(sentence: string): Token[] {
  const tokens: Token[] = [...sentence.matchAll(slots)].map((found) => ({
    start: found.index,
    end: found.index + found[0].length,
    text: found[0],
    inline: Number(found[1]),
  }));
  for (const [pattern, read, isBare] of finders) {
    for (const found of sentence.matchAll(pattern)) {
      const [start, end] = [found.index, found.index + found[0].length];
      if (tokens.some((token) => start < token.end && token.start < end)) continue;
      const reported = read(found);
      if (reported) tokens.push({ start, end, text: found[0].trim(), reported, ...(isBare ? { bare: true } : {}) });
    }
  }
  return tokens.sort((a, b) => a.start - b.start);
}

function listed(text: string): string[] {
  return text.split(/, and |, | and | & /).map(bare);
}

function bare(text: string | undefined): string {
  return (text ?? '').replace(/^['"]|['"]$/g, '').replace(/[.,]$/, '');
}

/** Each key with its value; a text or a number, as it is written. */
function keyed(keys: string[], values: string[]): Reported | undefined {
  if (keys.length !== values.length || keys.length === 0) return undefined;
  const as = (read: (text: string) => Value) =>
    Object.fromEntries(keys.map((key, at) => [key, read(values[at] ?? '')]));
  return { kind: 'value', readings: [as((text) => text), as((text) => readings(text)[0] ?? text)] };
}
