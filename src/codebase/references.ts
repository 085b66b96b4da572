import { moduleExports } from './module-exports.ts';
import { type SourceFunction, symbolsIn } from './symbols.ts';
import { child, list, memberOf, type Node, nameOf, type Syntax, textOf, walk } from './syntax.ts';

/** A name that a module speaks of, and where. */
export interface Reference {
  name: string;
  line: number;
  /** It stands after a dot: a method or a property. */
  isMember: boolean;
}

/** A name that a module takes from another: `*` for the module as a whole. */
export interface Import {
  local: string;
  from: string;
  imported: string;
}

/** What one module has and what it speaks of. */
export interface ModuleReferences {
  file: string;
  functions: SourceFunction[];
  references: Reference[];
  imports: Import[];
  /** Modules whose exports it hands on, all of them or by name. */
  handsOn: string[];
  /** Lines of what the module itself is: its default export, `module.exports = …`. */
  wholes: number[];
}

/** Reads the functions of a module, the names that it speaks of, and where it takes them from; types do not count. */
export function referencesIn(syntax: Syntax): ModuleReferences {
  const found: ModuleReferences = {
    file: syntax.file,
    functions: symbolsIn(syntax),
    references: [],
    imports: [],
    handsOn: [],
    wholes: [],
  };
  const { named } = moduleExports(syntax);
  for (const name of ['', 'default']) {
    const whole = named.get(name);
    if (whole && !('from' in whole)) found.wholes.push(whole.line);
  }
  walk(syntax.program, (node, around) => {
    readImport(node, around, found);
    const name =
      node.type === 'MemberExpression' ? memberOf(node) : node.type === 'Identifier' ? nameOf(node) : undefined;
    if (name === undefined || isDeclared(node, around)) return;
    const at = node.type === 'MemberExpression' ? (child(node, 'property') ?? node) : node;
    found.references.push({ name, line: syntax.lineAt(at.start), isMember: node.type === 'MemberExpression' });
  });
  return found;
}

function readImport(node: Node, around: Node[], { imports, handsOn }: ModuleReferences): void {
  const source = textOf(child(node, 'source'));
  if (node.type === 'ImportDeclaration' && source !== undefined && node.importKind !== 'type')
    for (const specifier of list(node, 'specifiers')) {
      const local = nameOf(child(specifier, 'local'));
      if (!local || specifier.importKind === 'type') continue;
      const named = nameOf(child(specifier, 'imported'));
      const imported = specifier.type === 'ImportNamespaceSpecifier' ? '*' : (named ?? 'default');
      imports.push({ local, from: source, imported });
    }
  if (/^Export(All|Named)Declaration$/.test(node.type) && source !== undefined && node.exportKind !== 'type')
    handsOn.push(source);
  const required = requiredIn(node);
  const holder = around.at(-1);
  if (required === undefined || !holder) return;
  const target = holder.type === 'VariableDeclarator' ? child(holder, 'id') : undefined;
  const local = nameOf(target);
  if (local) imports.push({ local, from: required, imported: '*' });
  for (const property of list(target, 'properties')) {
    const inner = nameOf(child(property, 'value'));
    const imported = nameOf(child(property, 'key'));
    if (inner && imported) imports.push({ local: inner, from: required, imported });
  }
  if (target) return;
  const member = memberOf(holder);
  const bound = around.at(-2)?.type === 'VariableDeclarator' ? nameOf(child(around.at(-2), 'id')) : undefined;
  if (member && bound) imports.push({ local: bound, from: required, imported: member });
  else handsOn.push(required);
}

/** The specifier of `require('…')` and of `import('…')`. */
function requiredIn(node: Node): string | undefined {
  if (node.type === 'ImportExpression') return textOf(child(node, 'source'));
  if (node.type !== 'CallExpression' || nameOf(child(node, 'callee')) !== 'require') return undefined;
  return textOf(list(node, 'arguments')[0]);
}

/** Whether a name is only given here, and nothing is spoken of. */
function isDeclared(node: Node, around: Node[]): boolean {
  const parent = around.at(-1);
  if (!parent) return false;
  if (/^(Import|Export)\w*Specifier$/.test(parent.type)) return parent.type !== 'ExportSpecifier';
  if (/^(FunctionDeclaration|FunctionExpression|ClassDeclaration|VariableDeclarator)$/.test(parent.type))
    return parent.id === node;
  if (parent.type === 'MemberExpression')
    return node.type === 'Identifier' && parent.property === node && !parent.computed;
  if (/^(Property|MethodDefinition|PropertyDefinition)$/.test(parent.type))
    return parent.key === node && !parent.computed && !parent.shorthand;
  return parent.type.startsWith('TS') && !/^TS(As|Satisfies|NonNull|ExportAssignment)/.test(parent.type);
}
