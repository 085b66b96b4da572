import { clausesOf } from '../clauses.ts';
import type { Leaning } from '../cues.ts';
import { type Passage, slots } from '../passages.ts';
import { sentencesOf } from '../prose.ts';
import type { Token } from '../tokens.ts';

/** A status that prose speaks of, and how. */
export interface ToldStatus {
  status: number;
  leaning: Leaning;
  sentence: string;
  /** Inline code of the same sentence. */
  inline: number[];
}

const number =
  /(?<!\b(?:order|invoice|id|number|no\.|customer|user|ticket|line|port|item|product|subscription|account|case|build|run|job|page|row|about|over|under|than) )(?<![\w.$€£#:/=-])([1-5]\d\d)s?(?![\w%]|[.:,/]\d|-\d| ?(?:ms|EUR|USD|GBP|rows|items|users|orders|customers|requests|cents|times|lines|characters|days|bytes|KB|MB)\b)/g;
const speaks =
  /\b(?:answer|status|respon|repl|return|http|code|error|get|got|gives?|gave|expect|should|must|instead|throw|fail|see|page|4xx|5xx|request|ends?|with|not|was|be|used|now)/i;

/** The HTTP statuses that prose speaks of. */
export function statusesIn({ text }: Passage): ToldStatus[] {
  return sentencesOf(text).flatMap((sentence) => {
    if (!speaks.test(sentence)) return [];
    const found: Token[] = [...sentence.matchAll(number)].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      text: match[0],
      reported: { kind: 'value', readings: [Number(match[1])] },
    }));
    const inline = [...sentence.matchAll(slots)].map((match) => Number(match[1]));
    return clausesOf(sentence, found).flatMap(({ tokens, leaning }) =>
      tokens.map(({ text: status }) => ({ status: Number.parseInt(status, 10), leaning, sentence, inline })),
    );
  });
}
