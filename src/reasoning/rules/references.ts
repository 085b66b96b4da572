import type { Node } from 'oxc-parser';
import { given, type Known, type Scope, unknown } from './known.ts';
import { isRecord, nothing, type Value } from './values.ts';

type Callable = Extract<Node, { type: 'CallExpression' | 'NewExpression' }>;

interface Site {
  inner(node: Node): Known;
  arguments: Known;
  text: string;
  scope: Scope;
}

/** What a property of something known is: an element, an export, or one more step after a call. */
export function member(of: Known, name: string | undefined, written: string, scope: Scope): Known {
  if (name === undefined) return unknown(written);
  if (of.kind === 'export') {
    if (of.name === null) return scope.exported(of.module, name) ?? unknown(written);
    return name === 'default' || name === 'exports' ? of : { ...of, name: `${of.name}.${name}` };
  }
  if (of.kind === 'result') return { kind: 'result', of: { ...of.of, follows: [...of.of.follows, { get: name }] } };
  if (of.kind === 'value') return property(of.value, name, written);
  // Somebody may have said what `tenant.pinned` is, or only `pinned`.
  return /^[\w$.]+$/.test(written) ? (scope.lookup(written) ?? scope.lookup(`.${name}`) ?? unknown(written)) : of;
}

/** What a call gives: a module that is required, or a call of the code with its arguments. */
export function called(node: Callable, { inner, arguments: args, text, scope }: Site): Known {
  const required = requiredBy(node, scope);
  if (required) return required;
  if (node.type === 'NewExpression' && node.callee.type === 'Identifier') {
    const built = builtIn(node.callee.name, args, text);
    if (built) return built;
  }
  const { callee } = node;
  if (callee.type === 'MemberExpression' && !callee.computed && node.type === 'CallExpression') {
    const object = inner(callee.object);
    if (object.kind === 'result' && 'name' in callee.property) {
      if (args.kind !== 'value') return args;
      const follow = { call: callee.property.name, args: asList(args.value) };
      return { kind: 'result', of: { ...object.of, follows: [...object.of.follows, follow] } };
    }
  }
  const target = inner(callee);
  if (target.kind !== 'export') return unknown(text);
  if (args.kind !== 'value') return args;
  const built = node.type === 'NewExpression' ? { new: true as const } : {};
  return {
    kind: 'result',
    of: { module: target.module, export: target.name, args: asList(args.value), ...built, follows: [] },
  };
}

function requiredBy(node: Callable, scope: Scope): Known | undefined {
  const [specifier] = node.arguments;
  const isRequire = node.callee.type === 'Identifier' && node.callee.name === 'require';
  if (!isRequire || specifier?.type !== 'Literal' || typeof specifier.value !== 'string') return undefined;
  const module = scope.module(specifier.value);
  return module === undefined ? unknown(specifier.value) : { kind: 'export', module, name: null };
}

/** Dates, maps and sets have tags of their own in a plan. */
function builtIn(name: string, args: Known, text: string): Known | undefined {
  if (name === 'Date') return date(args, text);
  if (name !== 'Map' && name !== 'Set') return undefined;
  if (args.kind !== 'value') return args;
  const [items = []] = asList(args.value);
  return Array.isArray(items) ? given({ [name === 'Map' ? '$map' : '$set']: items }) : unknown(text);
}

function date(args: Known, text: string): Known {
  if (args.kind !== 'value') return args;
  const [at, ...more] = asList(args.value);
  if (more.length > 0 || (typeof at !== 'string' && typeof at !== 'number')) return unknown(text);
  const isAbsolute = typeof at === 'number' || /^\d{4}-\d\d-\d\d($|T.*(Z|[+-]\d\d:?\d\d)$)/.test(at);
  const parsed = new Date(at);
  return isAbsolute && !Number.isNaN(parsed.getTime()) ? given({ $date: parsed.toISOString() }) : unknown(text);
}

function property(value: Value, name: string, written: string): Known {
  if (name === 'length' && (Array.isArray(value) || typeof value === 'string')) return given(value.length);
  if (Array.isArray(value)) return /^\d+$/.test(name) ? given(value[Number(name)] ?? nothing) : unknown(written);
  if (isRecord(value) && Object.hasOwn(value, name)) return given(value[name]);
  return unknown(written);
}

function asList(value: Value): Value[] {
  return Array.isArray(value) ? value : [];
}
