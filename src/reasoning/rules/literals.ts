import { evaluate } from './evaluate.ts';
import type { Scope } from './known.ts';
import { parseExpression } from './syntax.ts';
import { isRecord, type Value } from './values.ts';

/** A scope in which nothing is known. */
export const nowhere: Scope = { lookup: () => undefined, module: () => undefined, exported: () => undefined };

/** The value of a JavaScript literal as it is written or as Node, Jest and browsers print it; undefined when it is none. */
export function literalOf(text: string): { value: Value } | undefined {
  const trimmed = text.trim().replace(/[;,]$/, '');
  if (!/^[[{'"`\-+\d.ntfuNI/(A-Z]/.test(trimmed) || trimmed.length > 20_000) return undefined;
  // `0042` is a text: nobody prints a number so.
  if (/^[-+]?0\d/.test(trimmed) || /^\+/.test(trimmed)) return undefined;
  const parsed = parseExpression(plainInspect(trimmed));
  if (!parsed) return undefined;
  const known = evaluate(parsed.node, parsed.text, nowhere);
  return known.kind === 'value' ? { value: known.value } : undefined;
}

/**
 * Everything that a printed text may stand for: the literal that it is, and the very text.
 * A text that ends in spaces may be meant with them. `'major'` is a text in quotes, `major` the text itself, `42` a number or a text, `null` nothing else.
 */
export function readings(text: string): Value[] {
  const trimmed = text.trim();
  const literal = literalOf(trimmed);
  const isOnlyLiteral = literal !== undefined && !isAlsoText(literal.value);
  const texts = text === trimmed || text.includes('\n') ? [trimmed] : [trimmed, text];
  return [...(literal ? [literal.value] : []), ...(isOnlyLiteral || trimmed === '' ? [] : texts)];
}

/** Numbers and instants are printed without quotes, and so are texts that look like them. */
function isAlsoText(value: Value): boolean {
  return typeof value === 'number' || (isRecord(value) && '$date' in value);
}

/** What util.inspect and Jest put around values that a literal does not have. */
function plainInspect(text: string): string {
  return text
    .replace(/\[Object: null prototype\] (?=\{)/g, '')
    .replace(/(^|[[{(:,]\s*)(?!Map\b|Set\b)[A-Z][\w$]*(?:\(\d+\))? (?=[[{])/g, '$1')
    .replace(/\bSet(?:\(\d+\))? \{([^{}]*)\}/g, 'new Set([$1])')
    .replace(
      /\bMap(?:\(\d+\))? \{([^{}]*)\}/g,
      (_, pairs: string) => `new Map([${pairs.replace(/([^,]+?) => ([^,]+?)(?=,|\s*$)/g, '[$1, $2]')}])`,
    )
    .replace(/(?<!['"\w-])\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z(?!['"])/g, "new Date('$&')");
}
