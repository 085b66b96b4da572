import type { Node } from 'oxc-parser';
import { literalOf, readings } from './literals.ts';
import { logLines } from './log-line.ts';
import type { Passage } from './passages.ts';
import { sentencesOf } from './prose.ts';
import type { Snippet } from './snippets.ts';
import { walk } from './syntax.ts';
import { isRecord, type Value } from './values.ts';

/** A name that the thread gives a meaning. */
export interface Binding {
  name: string;
  is: /** `uses` are the later statements that call something on it: `app.get(…);`. */
    | { kind: 'code'; node: Node; text: string; path: string[]; uses: Node[] }
    | { kind: 'import'; specifier: string; name: string | null }
    | { kind: 'values'; readings: Value[] }
    /** Declared here, but not something that can be read: a function of theirs, a parameter. */
    | { kind: 'opaque' };
  passage: number;
  start: number;
  /** What is told in one breath belongs together: one line of a log, one snippet. */
  group: string;
}

/** Every name that the code of a thread declares, imports or assigns. */
export function declarationsIn({ passage, code }: Snippet): Binding[] {
  const bindings: Binding[] = [];
  const add = (name: string, is: Binding['is'], start: number) =>
    bindings.push({ name, is, passage, start, group: `code ${passage}` });
  const bind = (target: Node, init: Node, path: string[]) => {
    if (target.type === 'Identifier') {
      const uses = path.length > 0 ? [] : usesOf(target.name, target.start, code.statements);
      add(target.name, { kind: 'code', node: init, text: code.text, path, uses }, target.start);
    }
    if (target.type !== 'ObjectPattern') return;
    for (const property of target.properties) {
      if (property.type !== 'Property' || property.key.type !== 'Identifier') continue;
      bind(property.value.type === 'AssignmentPattern' ? property.value.left : property.value, init, [
        ...path,
        property.key.name,
      ]);
    }
  };
  for (const statement of code.statements) {
    walk(statement, (node) => {
      if (node.type === 'VariableDeclarator' && node.init) bind(node.id, node.init, []);
      if (node.type === 'AssignmentExpression' && node.operator === '=') bind(node.left, node.right, []);
      if (node.type === 'FunctionDeclaration' && node.id) add(node.id.name, { kind: 'opaque' }, node.start);
      if (node.type === 'ImportDeclaration') {
        for (const specifier of node.specifiers) {
          const imported =
            specifier.type !== 'ImportSpecifier'
              ? specifier.type === 'ImportDefaultSpecifier'
                ? 'default'
                : null
              : 'name' in specifier.imported
                ? specifier.imported.name
                : null;
          add(specifier.local.name, { kind: 'import', specifier: node.source.value, name: imported }, node.start);
        }
      }
      return undefined;
    });
  }
  return bindings;
}

/** Statements that are nothing but a call on a name, after it was declared. */
function usesOf(name: string, after: number, statements: Node[]): Node[] {
  return statements.flatMap((statement) => {
    if (statement.type !== 'ExpressionStatement' || statement.start < after) return [];
    const call = statement.expression.type === 'AwaitExpression' ? statement.expression.argument : statement.expression;
    if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return [];
    return call.callee.object.type === 'Identifier' && call.callee.object.name === name ? [call] : [];
  });
}

/** Names that log lines and sentences give values: `base=2.5.0`, "`ids` is `[1]`", "the query is `a=1`". */
export function valuesToldIn(passage: Passage, textOf: (id: number) => string): Binding[] {
  const { id, kind, text } = passage;
  const logged = (
    kind === 'prose' ? sentencesOf(text).map((sentence) => sentence.replace(/[.!?)]+$/, '')) : [text]
  ).flatMap((part) => logLines(part));
  const fromLogs = logged.flatMap(({ fields }, line) =>
    fields.flatMap(({ name, readings: all }) =>
      both(name, all, id, `${fields.length > 1 || kind === 'fence' ? 'log' : 'weak'} ${id} ${line}`),
    ),
  );
  if (kind === 'fence') return fromLogs;
  if (kind === 'inline') return [...fromLogs, ...pairIn(text, id)];
  return [...fromLogs, ...toldIn(text, id, textOf)];
}

/** `pinned: null` within a sentence. */
function pairIn(text: string, id: number): Binding[] {
  const [, name, value] = /^\{?\s*["']?([A-Za-z_$][\w$]*)["']?\s*:\s*([^{}]+?|\{.*\}|\[.*\])\s*\}?$/.exec(text) ?? [];
  const literal = value === undefined ? undefined : literalOf(value);
  return name && literal ? both(name, [literal.value], id, `pair ${id}`) : [];
}

const verbs = '(?:\\s+(?:is|was|are|equals|being|contains|looks like|set to|holds|has the value|as)\\s|\\s*[=:])';
const after = `(?: there| then| here| always)?${verbs}\\s*(?:now |just |simply |literally |from |always )?(?:⟦(\\d+)⟧|(\\[[^\\]\\n]*\\]|\\{[^}\\n]*\\}|"[^"\\n]*"|'[^'\\n]*'|-?\\d+(?:\\.\\d+)?\\b|null\\b|undefined\\b|true\\b|false\\b))`;
const told = [new RegExp(`⟦(\\d+)⟧()${after}`, 'g'), new RegExp(`()\\b([A-Za-z_$][\\w$.]*)${after}`, 'g')];

function toldIn(text: string, id: number, textOf: (id: number) => string): Binding[] {
  return told
    .flatMap((pattern) => [...text.matchAll(pattern)])
    .flatMap(([, slot, word, valueSlot, literal]) => {
      const name = slot ? textOf(Number(slot)) : word;
      const value = valueSlot === undefined ? literal : textOf(Number(valueSlot));
      if (!name || value === undefined || !/^[A-Za-z_$][\w$]*(?:\.[\w$]+)*$/.test(name)) return [];
      const last = name.slice(name.lastIndexOf('.') + 1);
      return [...new Set([name, last])].flatMap((of) => both(of, readings(value), id, `told ${id}`));
    });
}

/** A value that a fence holds and the words before it name: "the payload is" and then the fence. */
export function valueOfFence(fence: Passage, intro: string, textOf: (id: number) => string): Binding[] {
  const [, slot, word] =
    /(?:⟦(\d+)⟧|\b([A-Za-z_$][\w$]*))\s*(?:is|was|=|being|looked like(?: this)?|is this|looks like(?: this)?)?\s*:?\s*$/.exec(
      intro,
    ) ?? [];
  const name = slot === undefined ? word : textOf(Number(slot));
  const literal = literalOf(fence.text);
  return name && literal && /^[A-Za-z_$][\w$]*$/.test(name)
    ? both(name, [literal.value], fence.id, `fence ${fence.id}`)
    : [];
}

/** A name told on its own also tells the property of that name. */
function both(name: string, all: Value[], passage: number, group: string): Binding[] {
  const values: Binding['is'] = { kind: 'values', readings: all };
  const [only] = all;
  const inner = isRecord(only) && all.length === 1 ? Object.entries(only) : [];
  return [name, `.${name}`]
    .map((of): Binding => ({ name: of, is: values, passage, start: 0, group }))
    .concat(
      inner.map(
        ([key, value]): Binding => ({
          name: `.${key}`,
          is: { kind: 'values', readings: [value] },
          passage,
          start: 0,
          group,
        }),
      ),
    );
}
