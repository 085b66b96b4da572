import { field, replace, type Spot, short, type Template, textAt } from './template.ts';

const others: Record<string, string[]> = {
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['/'],
  '**': ['*'],
  '&&': ['||'],
  '||': ['&&', '??'],
  '??': ['||'],
  '===': ['!=='],
  '!==': ['==='],
  '==': ['!=', '==='],
  '!=': ['==', '!=='],
  '<': ['>'],
  '>': ['<'],
  '<=': ['>='],
  '>=': ['<='],
  '&': ['|', '&&'],
  '|': ['&', '||'],
  '<<': ['>>'],
  '>>': ['<<', '>>>'],
  '>>>': ['>>'],
  '+=': ['-='],
  '-=': ['+='],
  '*=': ['/='],
  '/=': ['*='],
  '??=': ['||='],
  '||=': ['??='],
};

/** An operator that is another than was meant, or a negation too many or too few. */
export const operator: Template = {
  name: 'operator',
  changes(spot) {
    const { node } = spot;
    if (/^(Binary|Logical|Assignment)Expression$/.test(node.type)) return swapped(spot);
    if (node.type === 'UnaryExpression' && node.operator === '!') return bared(spot);
    if (node.type === 'IfStatement' || node.type === 'ConditionalExpression') return negated(spot);
    return [];
  },
};

function swapped(spot: Spot) {
  const { node, syntax } = spot;
  const [left, right] = [field(node, 'left'), field(node, 'right')];
  const is = String(node.operator);
  if (!left || !right) return [];
  const at = syntax.source.indexOf(is, left.end);
  if (at < 0 || at + is.length > right.start) return [];
  return (others[is] ?? []).map((text) => ({
    start: at,
    end: at + is.length,
    text,
    what: `putting ${text} for ${is} in ${short(textAt(spot, node))}`,
  }));
}

function bared(spot: Spot) {
  const inner = field(spot.node, 'argument');
  return inner ? [replace(spot, spot.node, textAt(spot, inner))] : [];
}

function negated(spot: Spot) {
  const test = field(spot.node, 'test');
  if (!test || (test.type === 'UnaryExpression' && test.operator === '!')) return [];
  return [replace(spot, test, `!(${textAt(spot, test)})`)];
}
