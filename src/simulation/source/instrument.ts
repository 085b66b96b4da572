import MagicString from 'magic-string';
import { parseSync, visitorKeys } from 'oxc-parser';

/** A function of a source file, where it stands in the original. */
export interface FunctionPlace {
  name: string;
  line: number;
  endLine: number;
}

/** A source whose functions report their runs; lines stay where they were. */
export interface Instrumented {
  code: string;
  functions: FunctionPlace[];
  isModule: boolean;
}

/** The parts of an ESTree node that instrumenting looks at. */
interface Node {
  type: string;
  start: number;
  end: number;
  [part: string]: unknown;
}

interface Scope {
  name: string;
  className: string | undefined;
}

const functions = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** The language of a file for the parser, by its ending. */
export function languageOf(file: string): 'js' | 'jsx' | 'ts' | 'tsx' {
  if (/\.[cm]?ts$/.test(file)) return 'ts';
  return file.endsWith('.tsx') ? 'tsx' : 'jsx';
}

/** Makes every function of a source report its runs under `file`; the first syntax error instead when it has one. */
export function instrument(file: string, source: string, isBare = false): Instrumented | { error: string } {
  const parsed = parse(file, source);
  const error = parsed.errors[0];
  if (error) return { error: `${error.message}${placed(source, error.labels[0]?.start)}` };
  if (isBare) return { code: source, functions: [], isModule: parsed.module.hasModuleSyntax };
  const writer = new Writer(file, source);
  writer.visit(parsed.program as unknown as Node, { name: '', className: undefined });
  return { code: writer.code(), functions: writer.functions, isModule: parsed.module.hasModuleSyntax };
}

function parse(file: string, source: string) {
  const lang = languageOf(file);
  const sourceType = /\.c[jt]s$/.test(file) ? 'commonjs' : 'unambiguous';
  const first = parseSync(file, source, { lang, sourceType });
  if (first.errors.length === 0 || /\.m[jt]s$/.test(file) || first.module.hasModuleSyntax) return first;
  const second = parseSync(file, source, { lang, sourceType: 'commonjs' });
  return second.errors.length === 0 ? second : first;
}

function placed(source: string, at: number | undefined): string {
  return at === undefined ? '' : ` at line ${source.slice(0, at).split('\n').length}`;
}

class Writer {
  readonly functions: FunctionPlace[] = [];
  private readonly file: string;
  private readonly text: MagicString;
  private readonly lineStarts: number[] = [0];

  constructor(file: string, source: string) {
    this.file = JSON.stringify(file);
    this.text = new MagicString(source);
    for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) this.lineStarts.push(at + 1);
  }

  code(): string {
    return this.text.toString();
  }

  visit(node: Node, scope: Scope, within?: Frame): void {
    if (functions.has(node.type)) {
      this.visitFunction(node, scope);
      return;
    }
    if (node.type === 'ReturnStatement' && within) this.writeReturn(node, within);
    const inner = scopeIn(node, scope);
    for (const key of visitorKeys[node.type] ?? []) {
      const part = node[key];
      for (const child of Array.isArray(part) ? part : [part]) {
        if (isNode(child)) this.visit(child, named(node, key, child, inner), within);
      }
    }
  }

  private visitFunction(node: Node, scope: Scope): void {
    const body = node.body as Node | null;
    const name = idOf(node.id) ?? scope.name;
    const inner = { name: '', className: undefined };
    for (const param of node.params as Node[]) this.visit(param, inner);
    if (!body) return;
    const fn = this.functions.length;
    this.functions.push({ name: name || '(anonymous)', line: this.line(node.start), endLine: this.line(node.end - 1) });
    const frame: Frame = { verb: node.async && !node.generator ? 'a' : 'r' };
    const entered = `const __run=__rehearse(${this.file},${fn},${argumentsOf(node)});`;
    if (body.type === 'BlockStatement') this.writeBlock(body, entered, frame);
    else {
      this.visit(body, inner, undefined);
      this.text.appendRight(body.start, `{${entered}try{return __run.${frame.verb}(`);
      this.text.prependLeft(body.end, `)${ending}}`);
    }
  }

  private writeBlock(body: Node, entered: string, frame: Frame): void {
    const statements = body.body as Node[];
    const directives = statements.filter((statement) => typeof statement.directive === 'string');
    for (const statement of statements) this.visit(statement, { name: '', className: undefined }, frame);
    const start = directives.at(-1)?.end ?? body.start + 1;
    const base = statements.find(callsBase);
    const isGuarded = !clashes(statements) && !(base && statements.some(({ type }) => type === 'FunctionDeclaration'));
    this.text.appendLeft(start, `${directives.length > 0 ? ';' : ''}${entered}${isGuarded && !base ? 'try{' : ''}`);
    if (base && isGuarded) this.text.appendLeft(base.end, ';try{');
    this.text.prependRight(body.end - 1, isGuarded ? ending : ';__run.f();');
  }

  private writeReturn(node: Node, { verb }: Frame): void {
    const value = node.argument as Node | null;
    if (!value) return;
    this.text.appendRight(value.start, `__run.${verb}((`);
    this.text.prependLeft(value.end, '))');
  }

  private line(at: number): number {
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.lineStarts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }
}

interface Frame {
  verb: 'r' | 'a';
}

const ending = '}catch(__thrown){__run.t(__thrown);throw __thrown}finally{__run.f()}';

/** `super(…)` as a statement: what TypeScript adds to a constructor goes right after it, so it stays where it is. */
function callsBase({ type, expression }: Node): boolean {
  if (type !== 'ExpressionStatement' || !isNode(expression) || expression.type !== 'CallExpression') return false;
  return isNode(expression.callee) && expression.callee.type === 'Super';
}

/** Names at the top of a body that a block would not take twice: the function is then left without its guard. */
function clashes(statements: Node[]): boolean {
  const declared = statements.filter(({ type }) => type === 'FunctionDeclaration').map(({ id }) => idOf(id));
  if (declared.length === 0) return false;
  if (new Set(declared).size < declared.length) return true;
  const names = new Set(declared);
  const isVar = (node: Node): boolean => {
    if (functions.has(node.type) || node.type.startsWith('Class')) return false;
    if (node.type === 'VariableDeclaration' && node.kind === 'var') {
      return (node.declarations as Node[]).some(({ id }) => leaves(id as Node).some((name) => names.has(name)));
    }
    return children(node).some(isVar);
  };
  return statements.some(isVar);
}

function children(node: Node): Node[] {
  return (visitorKeys[node.type] ?? []).flatMap((key) => node[key]).filter(isNode);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** What a function was given: `arguments`, or for an arrow the names that its parameters bind. */
function argumentsOf(node: Node): string {
  if (node.type !== 'ArrowFunctionExpression') return 'arguments';
  return `[${(node.params as Node[]).flatMap(leaves).join(',')}]`;
}

function leaves(pattern: Node): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name as string];
    case 'ObjectPattern':
      return (pattern.properties as Node[]).flatMap((part) => leaves((part.value ?? part.argument) as Node));
    case 'ArrayPattern':
      return (pattern.elements as Node[]).flatMap((part) => leaves(part));
    case 'AssignmentPattern':
      return leaves(pattern.left as Node);
    case 'RestElement':
      return leaves(pattern.argument as Node);
    case 'TSParameterProperty':
      return leaves(pattern.parameter as Node);
    default:
      return [];
  }
}

function idOf(id: unknown): string | undefined {
  return isNode(id) && typeof id.name === 'string' ? id.name : undefined;
}

function scopeIn(node: Node, scope: Scope): Scope {
  const isClass = node.type === 'ClassDeclaration' || node.type === 'ClassExpression';
  return isClass ? { name: '', className: idOf(node.id) ?? scope.name } : scope;
}

/** The name that a function standing at this place would go by. */
function named(parent: Node, key: string, child: Node, scope: Scope): Scope {
  const name = nameAt(parent, key, child, scope);
  return name === undefined ? { ...scope, name: passes(parent) ? scope.name : '' } : { ...scope, name };
}

function passes({ type }: Node): boolean {
  return type === 'ParenthesizedExpression' || type === 'ClassBody' || type.startsWith('TS');
}

function nameAt(parent: Node, key: string, child: Node, scope: Scope): string | undefined {
  if (parent.type === 'VariableDeclarator' && key === 'init') return idOf(parent.id);
  if (parent.type === 'AssignmentExpression' && key === 'right') return memberName(parent.left as Node);
  if (parent.type === 'AssignmentPattern' && key === 'right') return idOf(parent.left);
  if (parent.type === 'Property' && key === 'value') return keyName(parent);
  if (parent.type === 'ExportDefaultDeclaration') return idOf(child.id) ?? 'default';
  if ((parent.type === 'MethodDefinition' || parent.type === 'PropertyDefinition') && key === 'value') {
    return scope.className ? `${scope.className}.${keyName(parent)}` : keyName(parent);
  }
  return undefined;
}

function memberName(left: Node): string | undefined {
  if (left.type !== 'MemberExpression') return idOf(left);
  const object = memberName(left.object as Node);
  const own = left.computed ? '[…]' : idOf(left.property);
  if (object === 'module' && own === 'exports') return 'exports';
  return object && object !== 'exports' && object !== 'module.exports' ? `${object}.${own}` : own;
}

function keyName(node: Node): string {
  const key = node.key as Node;
  if (node.computed) return '[…]';
  return idOf(key) ?? String(key.value ?? '');
}
