import { isFunction, list, type Node, nameOf, parametersOf } from '../../codebase/syntax.ts';
import { type Change, field, functionAround, type Spot, short, type Template, textAt } from './template.ts';

const mostNames = 6;

/** A call that is given the wrong thing: two arguments in each other's place, or another variable than was meant. */
export const argument: Template = {
  name: 'wrong argument',
  changes(spot) {
    const { node } = spot;
    if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return [];
    const given = list(node, 'arguments').filter((one) => one.type !== 'SpreadElement' && !isFunction(one));
    return [...exchanged(spot, given), ...renamed(spot, given)];
  },
};

function exchanged(spot: Spot, given: Node[]): Change[] {
  return given.slice(1).flatMap((second, index) => {
    const first = given[index];
    if (!first || textAt(spot, first) === textAt(spot, second)) return [];
    const between = spot.syntax.source.slice(first.end, second.start);
    const text = `${textAt(spot, second)}${between}${textAt(spot, first)}`;
    return [{ start: first.start, end: second.end, text, what: `exchanging arguments: ${short(text)}` }];
  });
}

/** Another parameter of the function, or another thing that is declared in it. */
function renamed(spot: Spot, given: Node[]): Change[] {
  const owner = functionAround(spot.around);
  if (!owner) return [];
  const declared = list(field(owner, 'body'), 'body')
    .filter(({ type, end }) => type === 'VariableDeclaration' && end <= spot.node.start)
    .flatMap((declaration) => list(declaration, 'declarations').flatMap((one) => nameOf(field(one, 'id')) ?? []));
  const names = [...parametersOf(owner).filter((name) => /^[\w$]+$/.test(name)), ...declared].slice(0, mostNames);
  const used = new Set(given.map((one) => textAt(spot, one)));
  return given
    .filter(({ type }) => type === 'Identifier')
    .flatMap((one) =>
      names
        .filter((name) => !used.has(name))
        .map((name) => ({
          start: one.start,
          end: one.end,
          text: name,
          what: `giving ${name} instead of ${textAt(spot, one)} in ${short(textAt(spot, spot.node))}`,
        })),
    );
}
