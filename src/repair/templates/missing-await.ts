import { child, isFunction, memberOf, type Node, nameOf, walk } from '../../codebase/syntax.ts';
import { type Change, functionAround, replace, type Spot, type Template, textAt } from './template.ts';

/** A call whose promise is used as if it were the value. */
export const missingAwait: Template = {
  name: 'missing await',
  changes(spot) {
    const { node, around } = spot;
    if (node.type !== 'CallExpression' || around.at(-1)?.type === 'AwaitExpression') return [];
    const owner = functionAround(around);
    if (!owner?.async || !mayPromise(spot)) return [];
    return [awaited(spot)];
  },
};

function awaited(spot: Spot): Change {
  const text = `await ${textAt(spot, spot.node)}`;
  const parent = spot.around.at(-1);
  const isInner =
    (parent?.type === 'MemberExpression' && parent.object === spot.node) ||
    (parent?.type === 'CallExpression' && parent.callee === spot.node) ||
    /^(Binary|Tagged|Unary|ChainExpression)/.test(parent?.type ?? '');
  return replace(spot, spot.node, isInner ? `(${text})` : text);
}

/** What this file declares without `async` gives no promise, as far as one can see; the rest may. */
function mayPromise({ node, syntax }: Spot): boolean {
  const callee = child(node, 'callee');
  const name = nameOf(callee) ?? memberOf(callee);
  if (!name) return false;
  let isPlain = false;
  walk(syntax.program, (found: Node, around) => {
    if (!isFunction(found) || found.async) return;
    const parent = around.at(-1);
    const own = nameOf(child(found, 'id')) ?? nameOf(child(parent, 'id')) ?? nameOf(child(parent, 'key'));
    if (own === name && !/\bPromise\b|\bawait\b|\.then\(/.test(syntax.source.slice(found.start, found.end)))
      isPlain = true;
  });
  return !isPlain;
}
