import { child, memberOf, type Node } from '../../codebase/syntax.ts';
import { type Change, field, replace, type Spot, short, type Template, textAt } from './template.ts';

const beside: Record<string, string> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };

/** A limit that is off by one: a comparison that takes the limit in or leaves it out, or one too many or too few. */
export const boundary: Template = {
  name: 'boundary',
  changes(spot) {
    const { node } = spot;
    if (node.type === 'BinaryExpression' && beside[String(node.operator)]) return shifted(spot);
    if (node.type === 'BinaryExpression' && /^[+-]$/.test(String(node.operator))) return withoutOne(spot);
    return isNumber(node) && !isKey(spot) ? besideNumber(spot) : endOf(spot);
  },
};

function shifted(spot: Spot): Change[] {
  const { node, syntax } = spot;
  const [left, right] = [field(node, 'left'), field(node, 'right')];
  const is = String(node.operator);
  const at = left ? syntax.source.indexOf(is, left.end) : -1;
  if (!right || at < 0 || at + is.length > right.start) return [];
  const text = beside[is] ?? is;
  return [
    { start: at, end: at + is.length, text, what: `putting ${text} for ${is} in ${short(textAt(spot, node))}` },
    replace(spot, right, `${textAt(spot, right)} - 1`),
    replace(spot, right, `${textAt(spot, right)} + 1`),
  ];
}

/** `x + 1` is `x`. */
function withoutOne(spot: Spot): Change[] {
  const right = field(spot.node, 'right');
  const left = field(spot.node, 'left');
  return left && right?.type === 'Literal' && right.value === 1 ? [replace(spot, spot.node, textAt(spot, left))] : [];
}

function besideNumber(spot: Spot): Change[] {
  const { value } = spot.node;
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return [];
  return [value - 1, value + 1].filter((one) => one >= 0).map((one) => replace(spot, spot.node, String(one)));
}

/** The end of a piece of a list or text. */
function endOf(spot: Spot): Change[] {
  const { node } = spot;
  const isPiece =
    node.type === 'CallExpression' && /^(slice|substring|subarray)$/.test(memberOf(child(node, 'callee')) ?? '');
  const args = isPiece && Array.isArray(node.arguments) ? (node.arguments as Node[]) : [];
  return args
    .filter((argument) => argument.type !== 'Literal' && argument.type !== 'SpreadElement')
    .flatMap((argument) => ['+', '-'].map((sign) => replace(spot, argument, `${textAt(spot, argument)} ${sign} 1`)));
}

function isNumber(node: Node): boolean {
  return node.type === 'Literal' && typeof node.value === 'number';
}

function isKey({ node, around }: Spot): boolean {
  return around.at(-1)?.type === 'Property' && around.at(-1)?.key === node;
}
