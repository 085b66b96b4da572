import type { Node } from 'oxc-parser';
import { asSource } from './closed-source.ts';
import { given, type Known, type Scope, unknown } from './known.ts';
import { binary, unary } from './operators.ts';
import { called, member } from './references.ts';
import { isRecord, nothing, type Value } from './values.ts';

/** Reads what an expression stands for: literals, names bound in the thread, calls of the code. Runs nothing. */
export function evaluate(node: Node, text: string, scope: Scope): Known {
  const found = plainly(node, text, scope);
  if (found.kind !== 'unknown') return found;
  const source = asSource(node, text, scope);
  return source === undefined ? found : given({ $js: source });
}

function plainly(node: Node, text: string, scope: Scope): Known {
  const inner = (of: Node) => evaluate(of, text, scope);
  const written = text.slice(node.start, node.end);
  switch (node.type) {
    case 'Literal':
      return literal(node, written);
    case 'Identifier':
      return named(node.name, scope);
    case 'TemplateLiteral':
      return template(node, inner, written);
    case 'ArrayExpression':
      return list(node.elements, inner, written);
    case 'ObjectExpression':
      return record(node, inner, written);
    case 'UnaryExpression':
      return unary(node.operator, inner(node.argument), written);
    case 'BinaryExpression':
      return binary(node.operator, inner(node.left), inner(node.right), written);
    case 'AwaitExpression':
      return inner(node.argument);
    case 'ChainExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
      return inner(node.expression);
    case 'MemberExpression':
      return member(inner(node.object), propertyOf(node, inner), written, scope);
    case 'CallExpression':
      return called(node, { inner, arguments: list(node.arguments, inner, written), text: written, scope });
    case 'NewExpression':
      return called(node, { inner, arguments: list(node.arguments, inner, written), text: written, scope });
    default:
      return unknown(written);
  }
}

function literal(node: Extract<Node, { type: 'Literal' }>, written: string): Known {
  if ('regex' in node && node.regex) return given({ $regexp: written });
  if ('bigint' in node && typeof node.bigint === 'string') return given({ $bigint: node.bigint });
  return given(node.value);
}

function named(name: string, scope: Scope): Known {
  if (name === 'undefined') return given(nothing);
  if (name === 'NaN' || name === 'Infinity') return given({ $number: name });
  return scope.lookup(name) ?? unknown(name);
}

type Inner = (node: Node) => Known;

function propertyOf(node: Extract<Node, { type: 'MemberExpression' }>, inner: Inner): string | undefined {
  if (!node.computed) return 'name' in node.property ? node.property.name : undefined;
  const key = inner(node.property);
  return key.kind === 'value' && ['string', 'number'].includes(typeof key.value) ? String(key.value) : undefined;
}

function template(node: Extract<Node, { type: 'TemplateLiteral' }>, inner: Inner, written: string): Known {
  let text = '';
  for (const [index, quasi] of node.quasis.entries()) {
    text += quasi.value.cooked ?? quasi.value.raw;
    const expression = node.expressions[index];
    if (!expression) continue;
    const known = inner(expression);
    if (known.kind !== 'value' || (typeof known.value === 'object' && known.value !== null)) return unknown(written);
    text += String(known.value);
  }
  return given(text);
}

function list(elements: (Node | null)[], inner: Inner, written: string): Known {
  const values: Value[] = [];
  for (const element of elements) {
    const known =
      element === null ? given(nothing) : inner(element.type === 'SpreadElement' ? element.argument : element);
    if (known.kind !== 'value') return known.kind === 'unknown' ? known : unknown(written);
    if (element?.type !== 'SpreadElement') values.push(known.value);
    else if (Array.isArray(known.value)) values.push(...known.value);
    else return unknown(written);
  }
  return given(values);
}

function record(node: Extract<Node, { type: 'ObjectExpression' }>, inner: Inner, written: string): Known {
  const pairs: [string, Value][] = [];
  for (const property of node.properties) {
    const known = inner(property.type === 'SpreadElement' ? property.argument : property.value);
    if (known.kind !== 'value') return known.kind === 'unknown' ? known : unknown(written);
    if (property.type === 'SpreadElement') {
      if (!isRecord(known.value)) return unknown(written);
      pairs.push(...Object.entries(known.value));
      continue;
    }
    const key = keyOf(property, inner);
    if (key === undefined || property.kind !== 'init') return unknown(written);
    pairs.push([key, known.value]);
  }
  return given(Object.fromEntries(pairs));
}

function keyOf({ key, computed }: { key: Node; computed: boolean }, inner: Inner): string | undefined {
  if (!computed && key.type === 'Identifier') return key.name;
  const known = inner(key);
  return known.kind === 'value' && ['string', 'number'].includes(typeof known.value) ? String(known.value) : undefined;
}
