import type { Node } from 'oxc-parser';
import type { Scope } from './known.ts';
import { walk } from './syntax.ts';

const builtIns = new Set(
  'AbortController Array BigInt Blob Boolean Buffer Date Error FormData Function Headers Infinity JSON Map Math NaN Number Object Promise RangeError Request Response RegExp Set String Symbol TextDecoder TextEncoder TypeError URL URLSearchParams Uint8Array decodeURIComponent encodeURIComponent escape isNaN parseFloat parseInt undefined unescape'.split(
    ' ',
  ),
);
const allowed = new Set([
  'ArrowFunctionExpression',
  'FunctionExpression',
  'NewExpression',
  'CallExpression',
  'MemberExpression',
]);

/**
 * The source of an expression that needs nothing from outside but the language itself, with the thread's bindings put in:
 * a function, `new Map(…)`, `'a'.repeat(200)`. Only the sandbox ever evaluates it. Undefined when it needs more.
 */
export function asSource(node: Node, text: string, scope: Scope): string | undefined {
  if (!allowed.has(node.type)) return undefined;
  const bound = new Map<string, string>();
  const own = ownNames(node);
  let closed = true;
  walk(node, (inner, above) => {
    if (inner.type === 'ThisExpression' || inner.type === 'ImportExpression') closed = false;
    if (inner.type !== 'Identifier' || own.has(inner.name) || isKey(inner, above.at(-1))) return undefined;
    if (builtIns.has(inner.name)) return undefined;
    const known = scope.lookup(inner.name);
    if (known?.kind === 'value' && !JSON.stringify(known.value).includes('"$')) {
      bound.set(inner.name, JSON.stringify(known.value));
    } else closed = false;
    return undefined;
  });
  if (!closed) return undefined;
  const source = text.slice(node.start, node.end);
  if (bound.size === 0) return source;
  return `((${[...bound.keys()].join(', ')}) => (${source}))(${[...bound.values()].join(', ')})`;
}

/** The names that an expression declares itself: parameters and variables. */
function ownNames(node: Node): Set<string> {
  const names = new Set<string>();
  walk(node, (inner, above) => {
    const parent = above.at(-1);
    if (inner.type !== 'Identifier' || !parent) return undefined;
    const declares =
      (parent.type === 'VariableDeclarator' && parent.id === inner) ||
      ((parent.type === 'ArrowFunctionExpression' || parent.type === 'FunctionExpression') &&
        parent.params.some((parameter) => parameter === inner)) ||
      (parent.type === 'FunctionExpression' && parent.id === inner) ||
      ['ObjectPattern', 'ArrayPattern', 'RestElement'].includes(parent.type) ||
      (parent.type === 'Property' && above.at(-2)?.type === 'ObjectPattern') ||
      (parent.type === 'AssignmentPattern' && parent.left === inner) ||
      (parent.type === 'CatchClause' && parent.param === inner);
    if (declares) names.add(inner.name);
    return undefined;
  });
  return names;
}

function isKey(node: Node, parent: Node | undefined): boolean {
  if (parent?.type === 'MemberExpression') return parent.property === node && !parent.computed;
  if (parent?.type === 'Property') return parent.key === node && !parent.computed && !parent.shorthand;
  return false;
}
