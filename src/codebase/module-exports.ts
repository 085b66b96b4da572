import {
  child,
  isFunction,
  isNode,
  list,
  memberOf,
  type Node,
  nameOf,
  parametersOf,
  type Syntax,
  textOf,
} from './syntax.ts';

/** What an export of a module is: written there, or taken from another module. */
export type Exported =
  | { kind: 'function' | 'class' | 'value'; line: number; parameters: string[]; methods?: string[] }
  | { from: string; export: string | null; line: number };

/** The exports of one module as it states them; `stars` are modules whose exports it hands on under their names. */
export interface ModuleExports {
  /** By name; '' stands for the module itself (`module.exports = …`). */
  named: Map<string, Exported>;
  stars: string[];
}

/** Reads what a module exports, in ECMAScript's and CommonJS' ways. */
export function moduleExports(syntax: Syntax): ModuleExports {
  const found: ModuleExports = { named: new Map(), stars: [] };
  const scope: Scope = { syntax, bindings: bindingsOf(syntax.program), found };
  for (const statement of list(syntax.program, 'body')) {
    readModuleStatement(statement, scope);
    const expressions =
      statement.type === 'ExpressionStatement' ? [child(statement, 'expression')] : initialisers(statement);
    for (const expression of expressions) if (expression) readExpression(expression, scope);
  }
  return found;
}

interface Scope {
  syntax: Syntax;
  bindings: Map<string, Node>;
  found: ModuleExports;
}

/** Top-level names and the node that says what they are: a declaration, an initialiser, an import specifier. */
function bindingsOf(program: Node): Map<string, Node> {
  const bindings = new Map<string, Node>();
  for (const statement of list(program, 'body')) {
    const declaration = child(statement, 'declaration') ?? statement;
    const name = nameOf(child(declaration, 'id'));
    if (name && /^(Function|Class)Declaration$/.test(declaration.type)) bindings.set(name, declaration);
    for (const declarator of list(declaration, 'declarations')) bindPattern(declarator, bindings);
    if (statement.type !== 'ImportDeclaration') continue;
    for (const specifier of list(statement, 'specifiers')) {
      const local = nameOf(child(specifier, 'local'));
      if (local) bindings.set(local, { ...specifier, source: statement.source });
    }
  }
  return bindings;
}

function bindPattern(declarator: Node, bindings: Map<string, Node>): void {
  const id = child(declarator, 'id');
  const init = child(declarator, 'init');
  const name = nameOf(id);
  if (name && init) bindings.set(name, init);
  if (id?.type !== 'ObjectPattern' || !init) return;
  for (const property of list(id, 'properties')) {
    const local = nameOf(child(property, 'value'));
    const key = child(property, 'key');
    if (local && key)
      bindings.set(local, { type: 'MemberExpression', object: init, property: key, start: init.start, end: init.end });
  }
}

function initialisers(statement: Node): (Node | undefined)[] {
  return list(statement, 'declarations').map((declarator) => child(declarator, 'init'));
}

function readModuleStatement(statement: Node, scope: Scope): void {
  const source = textOf(child(statement, 'source'));
  const declaration = child(statement, 'declaration');
  if (statement.type === 'ExportDefaultDeclaration' && declaration) put('default', declaration, scope);
  if (statement.type === 'ExportAllDeclaration' && source) {
    const name = nameOf(child(statement, 'exported'));
    if (name) scope.found.named.set(name, { from: source, export: null, line: lineOf(statement, scope) });
    else scope.found.stars.push(source);
  }
  if (statement.type !== 'ExportNamedDeclaration' || statement.exportKind === 'type') return;
  const name = nameOf(child(declaration, 'id'));
  if (name && declaration && /^(Function|Class|TSEnum)/.test(declaration.type)) put(name, declaration, scope);
  for (const declarator of list(declaration, 'declarations')) {
    const declared = nameOf(child(declarator, 'id'));
    const init = child(declarator, 'init');
    if (declared) put(declared, init ?? declarator, scope);
  }
  for (const specifier of list(statement, 'specifiers')) {
    const local = nameOf(child(specifier, 'local')) ?? '';
    const exported = nameOf(child(specifier, 'exported')) ?? local;
    if (specifier.exportKind === 'type') continue;
    if (source) scope.found.named.set(exported, { from: source, export: local, line: lineOf(specifier, scope) });
    else put(exported, scope.bindings.get(local) ?? specifier, scope);
  }
}

function readExpression(expression: Node, scope: Scope): void {
  if (expression.type === 'CallExpression') readCall(expression, scope);
  if (expression.type !== 'AssignmentExpression') return;
  const right = child(expression, 'right');
  if (!right) return;
  const value = assignedValue(right);
  const left = child(expression, 'left');
  const object = child(left, 'object');
  const member = memberOf(left);
  if (isModuleExports(left)) putWhole(value, scope);
  else if (member && (isModuleExports(object) || nameOf(object) === 'exports')) put(member, value, scope);
  else if (member && isWhole(nameOf(object), scope)) put(member, value, scope);
  if (right.type === 'AssignmentExpression') readExpression(right, scope);
}

/** `Object.defineProperty(exports, 'x', { get })` and `__exportStar(require('./x'), exports)`. */
function readCall(call: Node, scope: Scope): void {
  const [first, second, third] = list(call, 'arguments');
  const callee = memberOf(child(call, 'callee')) ?? nameOf(child(call, 'callee'));
  if (callee === '__exportStar' && first) {
    const source = requiredBy(first);
    if (source) scope.found.stars.push(source);
  }
  const name = textOf(second);
  if (callee !== 'defineProperty' || !name || !(nameOf(first) === 'exports' || isModuleExports(first))) return;
  for (const property of list(third, 'properties')) {
    const key = nameOf(child(property, 'key'));
    const value = child(property, 'value');
    if (value && (key === 'get' || key === 'value'))
      put(name, key === 'get' ? (returned(value) ?? value) : value, scope);
  }
}

function putWhole(value: Node, scope: Scope): void {
  const known = value.type === 'Identifier' ? scope.bindings.get(nameOf(value) ?? '') : value;
  if (known?.type !== 'ObjectExpression') put('', value, scope);
  if (value.type === 'Identifier') scope.bindings.set('module.exports', value);
  for (const property of known?.type === 'ObjectExpression' ? list(known, 'properties') : []) {
    const source = property.type === 'SpreadElement' ? requiredBy(child(property, 'argument')) : undefined;
    if (source) scope.found.stars.push(source);
    const key = property.computed ? undefined : nameOf(child(property, 'key'));
    const written = child(property, 'value');
    if (key && written) put(key, property.kind === 'get' ? (returned(written) ?? written) : written, scope);
  }
}

function put(name: string, value: Node, scope: Scope): void {
  scope.found.named.set(name, describe(value, scope, 0));
}

function describe(value: Node, scope: Scope, depth: number): Exported {
  const line = lineOf(value, scope);
  if (isFunction(value)) return { kind: 'function', line, parameters: parametersOf(value) };
  if (/^Class/.test(value.type)) return { kind: 'class', line, ...shapeOf(value) };
  if (/^Import.*Specifier$/.test(value.type)) {
    const from = textOf(child(value, 'source')) ?? '';
    const imported = value.type === 'ImportDefaultSpecifier' ? 'default' : nameOf(child(value, 'imported'));
    return { from, export: value.type === 'ImportNamespaceSpecifier' ? null : (imported ?? null), line };
  }
  const whole = requiredBy(value);
  if (whole) return { from: whole, export: null, line };
  const object = child(value, 'object');
  const required = requiredBy(object) ?? requiredBy(scope.bindings.get(nameOf(object) ?? ''));
  const member = memberOf(value);
  if (required && member) return { from: required, export: member, line };
  const bound = value.type === 'Identifier' ? scope.bindings.get(nameOf(value) ?? '') : undefined;
  if (bound && bound !== value && depth < 10) return describe(bound, scope, depth + 1);
  const wrapped =
    value.type === 'CallExpression' ? list(value, 'arguments').find((given) => isFunction(given)) : undefined;
  return wrapped
    ? { kind: 'function', line, parameters: parametersOf(wrapped) }
    : { kind: 'value', line, parameters: [] };
}

function shapeOf(node: Node): { parameters: string[]; methods: string[] } {
  const members = list(child(node, 'body'), 'body').filter(({ type }) => type === 'MethodDefinition');
  const builder = members.find(({ kind }) => kind === 'constructor');
  const made = builder && isNode(builder.value) ? parametersOf(builder.value) : [];
  const methods = members.filter(({ kind, static: own }) => kind !== 'constructor' && !own);
  return { parameters: made, methods: methods.flatMap((method) => nameOf(child(method, 'key')) ?? []) };
}

function lineOf(node: Node, { syntax }: Scope): number {
  return syntax.lineAt(node.start);
}

function assignedValue(right: Node): Node {
  const inner = right.type === 'AssignmentExpression' ? child(right, 'right') : undefined;
  return inner ? assignedValue(inner) : right;
}

function isModuleExports(node: Node | undefined): boolean {
  return memberOf(node) === 'exports' && nameOf(child(node, 'object')) === 'module';
}

function isWhole(name: string | undefined, { bindings }: Scope): boolean {
  const whole = bindings.get('module.exports');
  return name !== undefined && nameOf(whole) === name;
}

/** The specifier of `require('…')`. */
function requiredBy(node: Node | undefined): string | undefined {
  if (node?.type !== 'CallExpression' || nameOf(child(node, 'callee')) !== 'require') return undefined;
  return textOf(list(node, 'arguments')[0]);
}

/** What a getter gives back: `get x() { return require('./x') }`. */
function returned(node: Node): Node | undefined {
  const body = child(node, 'body');
  if (body && body.type !== 'BlockStatement') return body;
  return list(body, 'body').flatMap((statement) => child(statement, 'argument') ?? [])[0];
}
