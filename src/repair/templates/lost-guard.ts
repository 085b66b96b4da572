import { isFunction, list, type Node, nameOf, parametersOf, type Syntax, walk } from '../../codebase/syntax.ts';
import { type Change, field, type Spot, short, type Template } from './template.ts';

const mostGuards = 6;

/** A check at the beginning of a function that went: it stood there before, or functions beside it have it. */
export const lostGuard: Template = {
  name: 'lost guard',
  changes(spot) {
    const { node, syntax, earlier } = spot;
    const body = isFunction(node) ? field(node, 'body') : undefined;
    if (body?.type !== 'BlockStatement') return [];
    const own = nameIn(node, spot.around);
    const had = new Set(guardsIn(body, syntax));
    const before = earlier && own ? bodiesOf(earlier, (name) => name === own) : [];
    const beside = bodiesOf(syntax, (name, params) => name !== own && params.length > 0 && sharesAll(params, node));
    const found = [...before, ...beside].filter((guard) => !had.has(guard));
    return [...new Set(found)].slice(0, mostGuards).map((guard) => inserted(spot, body, guard));
  },
};

/** The guards of the functions of a file that are wanted. */
function bodiesOf(syntax: Syntax, wanted: (name: string | undefined, params: string[]) => boolean): string[] {
  const guards: string[] = [];
  walk(syntax.program, (node, around) => {
    const body = isFunction(node) ? field(node, 'body') : undefined;
    if (body?.type === 'BlockStatement' && wanted(nameIn(node, around), parametersOf(node)))
      guards.push(...guardsIn(body, syntax));
  });
  return guards;
}

/** `if (…) return …`, `throw …`, `continue` at the top of a body, as written. */
function guardsIn(body: Node, { source }: Syntax): string[] {
  return list(body, 'body')
    .filter(leaves)
    .map(({ start, end }) => source.slice(start, end));
}

function leaves(statement: Node): boolean {
  if (statement.type !== 'IfStatement' || statement.alternate) return false;
  const then = field(statement, 'consequent');
  const last = then?.type === 'BlockStatement' ? list(then, 'body').at(-1) : then;
  return /^(Return|Throw)Statement$/.test(last?.type ?? '');
}

function inserted({ syntax }: Spot, body: Node, guard: string): Change {
  const first = list(body, 'body').find((statement) => typeof statement.directive !== 'string');
  const at = first?.start ?? body.start + 1;
  const line = syntax.source.slice(syntax.source.lastIndexOf('\n', at - 1) + 1, at);
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  return { start: at, end: at, text: `${guard}\n${indent}`, what: `putting the guard ${short(guard)} first` };
}

/** Whether a function has every parameter of another one. */
function sharesAll(params: string[], node: Node): boolean {
  const own = parametersOf(node);
  return params.every((name) => own.includes(name));
}

function nameIn(node: Node, around: Node[]): string | undefined {
  const parent = around.at(-1);
  return nameOf(field(node, 'id')) ?? nameOf(field(parent, 'id')) ?? nameOf(field(parent, 'key'));
}
