import { child, list, memberOf, nameOf } from '../../codebase/syntax.ts';
import { type Change, field, replace, type Spot, type Template, textAt } from './template.ts';

const ways = ['round', 'floor', 'ceil', 'trunc'];

/** A number that is rounded in another way, at another place, or not at all. */
export const rounding: Template = {
  name: 'rounding',
  changes(spot) {
    const { node } = spot;
    if (node.type === 'CallExpression') return [...otherWays(spot), ...otherDigits(spot)];
    if (node.type === 'BinaryExpression' && /^[*/]$/.test(String(node.operator)))
      return [...later(spot), ...once(spot)];
    return [];
  },
};

/** The way that `Math` rounds in a call, if it does. */
function wayOf(spot: Spot, node = spot.node): string | undefined {
  const callee = child(node, 'callee');
  const way = memberOf(callee);
  return node.type === 'CallExpression' && nameOf(child(callee, 'object')) === 'Math' && ways.includes(way ?? '')
    ? way
    : undefined;
}

function otherWays(spot: Spot): Change[] {
  const way = wayOf(spot);
  const property = field(field(spot.node, 'callee'), 'property');
  const [given] = list(spot.node, 'arguments');
  if (!way || !property || !given) return [];
  const what = (text: string) => `putting Math.${text} for Math.${way}`;
  return [
    ...ways.filter((other) => other !== way).map((other) => replace(spot, property, other, what(other))),
    replace(spot, spot.node, `(${textAt(spot, given)})`, `taking Math.${way} away`),
  ];
}

/** `x.toFixed(1)` is `x.toFixed(2)`. */
function otherDigits(spot: Spot): Change[] {
  const [digits] = list(spot.node, 'arguments');
  if (memberOf(child(spot.node, 'callee')) !== 'toFixed' || typeof digits?.value !== 'number') return [];
  return [digits.value + 1, digits.value - 1]
    .filter((one) => one >= 0)
    .map((one) => replace(spot, digits, String(one)));
}

/** `Math.round(a) * b` is `Math.round(a * b)`. */
function later(spot: Spot): Change[] {
  const { node } = spot;
  const [left, right] = [field(node, 'left'), field(node, 'right')];
  if (!left || !right) return [];
  const outer = (way: string, a: string, b: string) => `Math.${way}(${a} ${node.operator} ${b})`;
  const inner = (one: typeof left) => list(one, 'arguments')[0];
  const changes: Change[] = [];
  const [first, second] = [wayOf(spot, left), wayOf(spot, right)];
  const [within, beside] = [inner(left), inner(right)];
  if (first && within) changes.push(replace(spot, node, outer(first, grouped(spot, within), textAt(spot, right))));
  if (second && beside) changes.push(replace(spot, node, outer(second, textAt(spot, left), grouped(spot, beside))));
  return changes;
}

function once(spot: Spot): Change[] {
  const isRounded = spot.around.slice(-2).some((one) => wayOf(spot, one));
  const isInner = spot.around.at(-1)?.type === 'BinaryExpression';
  if (isRounded || isInner) return [];
  return ['round', 'floor'].map((way) => replace(spot, spot.node, `Math.${way}(${textAt(spot, spot.node)})`));
}

function grouped(spot: Spot, node: Parameters<typeof textAt>[1]): string {
  const text = textAt(spot, node);
  return /^(Binary|Logical|Conditional|Assignment)/.test(node.type) ? `(${text})` : text;
}
