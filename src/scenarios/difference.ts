import type { Expectation } from '../simulation/verdict.ts';

/** An unmet expectation as people say it. */
export interface Difference {
  subject: string;
  seen?: string;
  expected?: string;
}

/** What was expected and what was seen: of `x = 1` that is 2, the subject x, expected 1, seen 2; of anything else, the text. */
export function differenceOf({ text, seen }: Pick<Expectation, 'text' | 'seen'>): Difference {
  const [, subject = '', expected = ''] = /^([\w.$[\]]+) = (.+)$/s.exec(text) ?? [];
  if (subject && seen?.startsWith(`${subject} is `)) return { subject, expected, seen: seen.slice(subject.length + 4) };
  return { subject: text, seen };
}
