import type { Leaning } from './cues.ts';
import { neutral } from './cues.ts';

/** A line that says what stands on it: `expected: 'major'`. */
export interface Labelled {
  leaning: Leaning;
  text: string;
}

type Label = [words: RegExp, leaning: Partial<Leaning>];

const labels: Label[] = [
  [
    /^(?:expected|expect|expecting|want|wanted|correct|correctly|should|should be|should give|should return|should print|must be|desired|right|ought to be|good|supposed to be|needed)\b/i,
    { expected: 10 },
  ],
  [
    /^(?:before|was|old|previously|previous|earlier|formerly|used to be|used to|until \S+|yesterday|last \w+|base|before the \w+|originally)\b/i,
    { expected: 7 },
  ],
  [
    /^(?:got|actual|actually|now|is|new|received|gives|returns|returned|result|output|prints|after|current|currently|bad|wrong|today|instead|found|today's|comes out|seen|head)\b/i,
    { actual: 5 },
  ],
];

/** Reads a line of the form `label: value`; in a comment the colon may be missing. */
export function labelled(line: string, isComment = false): Labelled | null {
  const text = line.trim().replace(/^[-*•]\s+/, '');
  for (const [words, by] of labels) {
    const label = words.exec(text)?.[0];
    if (label === undefined) continue;
    const after = /^(?:\s+(?:[a-z][\w ']{0,20}|\([^)]*\)|v?\d+\.\d[\w.]*)){0,2}\s*(?::|=>|->|→|=)\s*(\S[\s\S]*)$/i.exec(
      text.slice(label.length),
    );
    const loose = isComment ? /^(?: be)?\s+(\S[\s\S]*)$/.exec(text.slice(label.length)) : null;
    const value = after?.[1] ?? loose?.[1];
    if (value !== undefined) return { leaning: { ...neutral, ...by }, text: value.trim() };
  }
  return null;
}

/** A line of the form `=> value`, which says only that it is one. */
export function arrowed(line: string): string | null {
  return /^\s*(?:=>|->|→|⇒|=|↦)\s*(\S[\s\S]*)$/.exec(line)?.[1]?.trim() ?? null;
}
