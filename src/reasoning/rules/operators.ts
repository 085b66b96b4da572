import { given, type Known, unknown } from './known.ts';
import type { Value } from './values.ts';

/** The value of an operator before a literal. */
export function unary(operator: string, known: Known, written: string): Known {
  if (operator === 'void') return given({ $undefined: true });
  if (operator === '-' && written === '-Infinity') return given({ $number: '-Infinity' });
  if (known.kind !== 'value' || !isPlain(known.value)) return known.kind === 'unknown' ? known : unknown(written);
  if (operator === '-' && typeof known.value === 'number') return given(-known.value);
  if (operator === '+') return numeric(Number(known.value), written);
  return operator === '!' ? given(!known.value) : unknown(written);
}

/** The value of an operator between two literals: sums, products and joined texts. */
export function binary(operator: string, left: Known, right: Known, written: string): Known {
  if (left.kind === 'unknown') return left;
  if (right.kind === 'unknown') return right;
  if (left.kind !== 'value' || right.kind !== 'value') return unknown(written);
  const [a, b] = [left.value, right.value];
  if (!isPlain(a) || !isPlain(b)) return unknown(written);
  if (operator === '+' && (typeof a === 'string' || typeof b === 'string')) return given(`${a}${b}`);
  if (typeof a !== 'number' || typeof b !== 'number') return unknown(written);
  const results: Record<string, number> = { '+': a + b, '-': a - b, '*': a * b, '/': a / b, '%': a % b, '**': a ** b };
  return numeric(results[operator], written);
}

function numeric(value: number | undefined, written: string): Known {
  return value === undefined || !Number.isFinite(value) ? unknown(written) : given(value);
}

function isPlain(value: Value): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
