import { isFunction, isNode, list, nameOf } from '../../codebase/syntax.ts';
import { type Change, field, functionAround, replace, type Spot, short, type Template, textAt } from './template.ts';

/** Something that may be null or undefined and is used as if it never were. */
export const nullCheck: Template = {
  name: 'null check',
  changes(spot) {
    const { node } = spot;
    if (node.type === 'MemberExpression') return optional(spot);
    if (node.type === 'CallExpression') return optionalCall(spot);
    return isFunction(node) ? earlyReturns(spot) : [];
  },
};

/** `a.b` is `a?.b`, unless it is written to. */
function optional(spot: Spot): Change[] {
  const { node, around } = spot;
  const object = field(node, 'object');
  const parent = around.at(-1);
  const isWritten =
    (parent?.type === 'AssignmentExpression' && parent.left === node) ||
    parent?.type === 'UpdateExpression' ||
    (parent?.type === 'NewExpression' && parent.callee === node);
  if (!object || node.optional || isWritten || /^(Super|ThisExpression|MetaProperty)$/.test(object.type)) return [];
  const rest = spot.syntax.source.slice(object.end, node.end);
  const dot = node.computed ? '?.' : '?';
  return [replace(spot, node, `${textAt(spot, object)}${dot}${rest.trimStart()}`)];
}

function optionalCall(spot: Spot): Change[] {
  const callee = field(spot.node, 'callee');
  if (spot.node.optional || callee?.type !== 'MemberExpression') return [];
  const rest = spot.syntax.source.slice(callee.end, spot.node.end);
  return rest.startsWith('(') ? [replace(spot, spot.node, `${textAt(spot, callee)}?.${rest}`)] : [];
}

/** A function that is given nothing gives it back, or gives nothing. */
function earlyReturns(spot: Spot): Change[] {
  const { node, around } = spot;
  const body = field(node, 'body');
  if (body?.type !== 'BlockStatement' || functionAround(around)) return [];
  const first = list(body, 'body').find((statement) => typeof statement.directive !== 'string' && isNode(statement));
  if (!first) return [];
  return list(node, 'params').flatMap((param) => {
    const name = nameOf(param.type === 'AssignmentPattern' ? field(param, 'left') : param);
    if (!name) return [];
    return [`return ${name};`, 'return undefined;'].map((deed) => ({
      start: first.start,
      end: first.start,
      text: `if (${name} === null || ${name} === undefined) ${deed}\n${indentOf(spot, first.start)}`,
      what: `beginning with ${short(`if ${name} is null or undefined, ${deed.slice(0, -1)}`)}`,
    }));
  });
}

/** The white space that a line begins with. */
function indentOf({ syntax }: Spot, at: number): string {
  const line = syntax.source.slice(syntax.source.lastIndexOf('\n', at - 1) + 1, at);
  return /^\s*/.exec(line)?.[0] ?? '';
}
