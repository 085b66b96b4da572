import { type Node, nameOf, type Syntax, walk } from '../../codebase/syntax.ts';
import { field, replace, type Template, textAt } from './template.ts';

/** A value that stands when nothing is said, or a setting in code, that is another than it was. */
export const changedDefault: Template = {
  name: 'changed default',
  changes(spot) {
    const { node, around, earlier, syntax } = spot;
    const key = keyOf(node, around, syntax);
    if (!key) return [];
    const now = textAt(spot, node);
    const flipped = typeof node.value === 'boolean' ? [String(!node.value)] : [];
    const before = earlier ? valuesOf(earlier, key) : [];
    return [...new Set([...before, ...flipped])]
      .filter((text) => text !== now)
      .map((text) => replace(spot, node, text));
  },
};

/** What a value is the default or the setting of; nothing for any other value. */
function keyOf(node: Node, around: Node[], { source }: Syntax): string | undefined {
  const parent = around.at(-1);
  if (!parent || !/^(Literal|UnaryExpression|TemplateLiteral|Identifier|ArrayExpression)$/.test(node.type))
    return undefined;
  const target = (one: Node | undefined) => one && source.slice(one.start, one.end);
  switch (parent.type) {
    case 'AssignmentPattern':
      return parent.right === node ? `default ${target(field(parent, 'left'))}` : undefined;
    case 'LogicalExpression':
      return parent.right === node && parent.operator !== '&&' ? `else ${target(field(parent, 'left'))}` : undefined;
    case 'VariableDeclarator':
      return parent.init === node ? `set ${target(field(parent, 'id'))}` : undefined;
    case 'PropertyDefinition':
    case 'Property':
      return parent.value === node && !parent.shorthand ? `key ${nameOf(field(parent, 'key'))}` : undefined;
    default:
      return undefined;
  }
}

function valuesOf(syntax: Syntax, key: string): string[] {
  const found: string[] = [];
  walk(syntax.program, (node, around) => {
    if (keyOf(node, around, syntax) === key) found.push(syntax.source.slice(node.start, node.end));
  });
  return found.slice(0, 4);
}
