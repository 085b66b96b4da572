import type { Comment, Node } from 'oxc-parser';
import { neutral } from './cues.ts';
import { arrowed, labelled } from './labels.ts';
import { literalOf, readings } from './literals.ts';
import type { Mention, Place } from './mention.ts';
import { type InlineCode, mentionsInProse, reportedText } from './prose.ts';
import type { Snippet } from './snippets.ts';

/** What comments in pasted code say of the statement that they stand at. */
export function mentionsInComments({ passage, quote, code }: Snippet, inline: InlineCode): Mention[] {
  return joined(code.comments, code.text).flatMap(({ value, start }) => {
    const statement = statementAt(code.statements, start, code.text);
    if (!statement) return [];
    const of: Place[] = [{ passage, start: statement.start, end: statement.end }];
    return mentionsInComment(value, of, quote, inline);
  });
}

function mentionsInComment(text: string, of: Place[], quote: number, inline: InlineCode): Mention[] {
  const firm = (value: string, leaning = neutral): Mention => ({
    reported: reportedText(value),
    text: value,
    leaning,
    of,
    firm: true,
    quote,
  });
  const label = labelled(text, true);
  const value = label?.text ?? arrowed(text) ?? text.trim();
  const isWhole = literalOf(value) !== undefined || (label !== null && !/\s\(|,\s[a-z]/.test(value));
  if (isWhole && readings(value).length > 0) return [firm(value, label?.leaning)];
  const prose = { id: -1, kind: 'prose', text: text.replace(/^\s*(?:=>|->|→|⇒)\s*/, ''), quote } as const;
  const told = mentionsInProse(prose, inline);
  return told.length > 0
    ? told.map((mention) => ({ ...mention, of, firm: true }))
    : label
      ? [firm(value, label.leaning)]
      : [];
}

/** Comments on lines of their own that go on with a value that the one before began. */
function joined(comments: Comment[], text: string): { value: string; start: number }[] {
  const all: { value: string; start: number; end: number }[] = [];
  for (const { value, start, end } of comments) {
    const last = all.at(-1);
    const isNext = last && /^[ \t]*\n[ \t]*$/.test(text.slice(last.end, start));
    const isOpen = last && (count(last.value, /[[{(]/g) > count(last.value, /[\]})]/g) || /[:=]\s*$/.test(last.value));
    if (last && isNext && isOpen) Object.assign(last, { value: `${last.value}\n${value}`, end });
    else all.push({ value: value.replace(/^\*+|\*+$/g, ''), start, end });
  }
  return all;
}

/** The statement on whose line a comment stands or that it follows; the next one when it leads a paragraph. */
function statementAt(statements: Node[], at: number, text: string): Node | undefined {
  const before = statements.findLast(({ start }) => start < at);
  if (before && (before.end > at || !/\n[ \t]*\n/.test(text.slice(before.end, at)))) return before;
  return statements.find(({ start }) => start > at) ?? before;
}

function count(text: string, letters: RegExp): number {
  return text.match(letters)?.length ?? 0;
}
