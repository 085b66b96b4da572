import path from 'node:path';
import { child, isFunction, isNode, memberOf, type Node, nameOf, parse, type Syntax, textOf, walk } from './syntax.ts';

/** A function as it stands in a source text. */
export interface SourceFunction {
  name: string;
  file: string;
  line: number;
  endLine: number;
}

/** The functions around a line, innermost first; none when the file does not parse or the line is outside of any. */
export function enclosingFunctions(source: string, file: string, line: number): SourceFunction[] {
  return functionsOf(source, file)
    .filter((found) => found.line <= line && line <= found.endLine)
    .sort((a, b) => a.endLine - a.line - (b.endLine - b.line) || b.line - a.line);
}

/** Every function of a source text, in order; none when it does not parse. */
export function functionsOf(source: string, file: string): SourceFunction[] {
  const syntax = parse(file, source);
  return syntax ? symbolsIn(syntax) : [];
}

/** Every function of a parsed source, in order. */
export function symbolsIn(syntax: Syntax): SourceFunction[] {
  const { file } = syntax;
  const found: SourceFunction[] = [];
  walk(syntax.program, (node, around) => {
    if (!isFunction(node) || !isNode(node.body)) return;
    const name = functionName(node, around, file);
    const outer = isMethodValue(node, around) ? (around.at(-1) ?? node) : node;
    found.push({ name, file, line: syntax.lineAt(outer.start), endLine: syntax.lineAt(node.end) });
  });
  return found;
}

/** What a reader calls a function: its own name, what it is assigned to, its class and method, or whose callback it is. */
function functionName(node: Node, around: Node[], file: string): string {
  const own = nameOf(child(node, 'id'));
  const parent = around.at(-1);
  const given = parent ? assignedName(parent, around, node) : undefined;
  if (given) return given;
  if (own) return own;
  if (parent?.type === 'ExportDefaultDeclaration' || parent?.type === 'AssignmentExpression') return fileName(file);
  const call = callAround(around);
  const outer = outerName(around, file);
  const label = call ? `${call} callback` : 'function';
  return outer ? `${outer} > ${label}` : label;
}

function assignedName(parent: Node, around: Node[], node: Node): string | undefined {
  switch (parent.type) {
    case 'MethodDefinition':
    case 'PropertyDefinition': {
      const owner = className(around);
      const key = keyName(parent);
      return key && (owner ? `${owner}.${key}` : key);
    }
    case 'Property': {
      const key = keyName(parent);
      const owner = objectName(around.slice(0, -1));
      return key && (owner ? `${owner}.${key}` : key);
    }
    case 'VariableDeclarator':
      return nameOf(child(parent, 'id'));
    case 'AssignmentPattern':
      return nameOf(child(parent, 'left'));
    case 'AssignmentExpression':
      return nameOf(child(node, 'id')) ?? targetName(child(parent, 'left'));
    default:
      return undefined;
  }
}

/** The name of the object literal that a property stands in, where it is given one. */
function objectName(around: Node[]): string | undefined {
  const holder = around.at(-2);
  if (holder?.type === 'VariableDeclarator') return nameOf(child(holder, 'id'));
  if (holder?.type === 'AssignmentExpression') return targetName(child(holder, 'left'));
  return undefined;
}

/** `SemVer.prototype.inc` reads as `SemVer.inc`, `module.exports.x` and `exports.x` as `x`, `module.exports` as nothing. */
function targetName(node: Node | undefined): string | undefined {
  if (node?.type !== 'MemberExpression') return nameOf(node);
  const object = child(node, 'object');
  const member = memberOf(node);
  const before = object?.type === 'ThisExpression' ? undefined : targetName(object);
  if (member === 'prototype') return before;
  if (before === 'module' && member === 'exports') return undefined;
  return member && before && before !== 'exports' ? `${before}.${member}` : member;
}

function className(around: Node[]): string | undefined {
  const at = around.findLastIndex(({ type }) => type === 'ClassDeclaration' || type === 'ClassExpression');
  const own = nameOf(child(around[at], 'id'));
  return (
    own ?? (around[at - 1] ? assignedName(around[at - 1] as Node, around.slice(0, at), around[at] as Node) : undefined)
  );
}

function keyName(node: Node): string | undefined {
  const key = child(node, 'key');
  return node.computed ? textOf(key) : nameOf(key);
}

function callAround(around: Node[]): string | undefined {
  const parent = around.at(-1);
  if (parent?.type !== 'CallExpression' && parent?.type !== 'NewExpression') return undefined;
  const callee = child(parent, 'callee');
  return memberOf(callee) ?? nameOf(callee);
}

function outerName(around: Node[], file: string): string | undefined {
  const at = around.findLastIndex(isFunction);
  const outer = around[at];
  return outer && functionName(outer, around.slice(0, at), file);
}

function isMethodValue(node: Node, around: Node[]): boolean {
  const parent = around.at(-1);
  if (parent?.type === 'MethodDefinition') return true;
  return parent?.type === 'Property' && parent.value === node && (parent.method === true || parent.kind !== 'init');
}

function fileName(file: string): string {
  const base = path.posix.basename(file).replace(/\.[^.]+$/, '');
  return base === 'index' ? path.posix.basename(path.posix.dirname(file)) || base : base;
}
