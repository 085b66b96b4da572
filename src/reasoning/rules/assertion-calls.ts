import type { Node } from 'oxc-parser';
import { neutral } from './cues.ts';
import { evaluate } from './evaluate.ts';
import type { Scope } from './known.ts';
import type { Mention, Reported } from './mention.ts';
import type { Snippet } from './snippets.ts';
import { walk } from './syntax.ts';
import { nothing } from './values.ts';

const equality =
  /^(?:toBe|toEqual|toStrictEqual|equals?|eqls?|eq|deepEquals?|strictEquals?|deepStrictEqual|deepEqual|strictEqual|looseEqual|isEqual|is|same|strictSame|strictDeepEqual|exactly)$/;
const constants = new Map<string, unknown>([
  ['toBeNull', null],
  ['null', null],
  ['isNull', null],
  ['toBeUndefined', nothing],
  ['undefined', nothing],
  ['isUndefined', nothing],
  ['toBeTruthy', true],
  ['isTrue', true],
  ['true', true],
  ['ok', true],
  ['toBeFalsy', false],
  ['isFalse', false],
  ['false', false],
  ['notOk', false],
]);

/** What assertions in pasted code expect of the calls in them: node:assert, TAP, Ava, Chai, Jest, Vitest. */
export function assertedIn({ passage, quote, code }: Snippet, scopeAt: (start: number) => Scope): Mention[] {
  const mentions: Mention[] = [];
  for (const statement of code.statements) {
    walk(statement, (node) => {
      const found = asserted(node, (of) => valueGiven(of, code.text, scopeAt(node.start)), code.text);
      if (!found) return undefined;
      mentions.push({
        reported: found.expects,
        text: code.text.slice(node.start, node.end),
        leaning: { ...neutral, expected: 12 },
        of: [{ passage, start: found.subject.start, end: found.subject.end }],
        firm: true,
        quote,
      });
      return undefined;
    });
  }
  return mentions;
}

interface Asserted {
  subject: Node;
  expects: Reported;
}

type Read = (node: Node) => Reported | undefined;

function asserted(node: Node, read: Read, text: string): Asserted | undefined {
  const chain = chainOf(node);
  if (!chain || chain.names.some((name) => name === 'not' || name === 'rejects')) return undefined;
  const { root, names, args } = chain;
  const last = names.at(-1) ?? '';
  const [first, second] = args;
  if (root) {
    if (/^(?:toThrow|throws?|toThrowError)$/.test(last)) return { subject: root, expects: thrown(args, read) };
    if (first && equality.test(last)) return expecting(root, read(first));
    return constants.has(last) && args.length === 0
      ? { subject: root, expects: value(constants.get(last)) }
      : undefined;
  }
  if (
    !/^(?:assert(?:\.strict)?|t|tap|test|st|should|strict|chai\.assert)$/.test(
      text.slice(node.start, node.start + chain.length),
    )
  )
    return undefined;
  if (!first) return undefined;
  if (/^(?:throws|rejects|raises)$/.test(last)) return { subject: first, expects: thrown(args.slice(1), read) };
  if (/^(?:doesNotThrow|notThrows|doesNotReject)$/.test(last)) return { subject: first, expects: { kind: 'calm' } };
  if (second && equality.test(last)) return expecting(first, read(second));
  return constants.has(last) ? { subject: first, expects: value(constants.get(last)) } : undefined;
}

function expecting(subject: Node, expects: Reported | undefined): Asserted | undefined {
  return expects ? { subject, expects } : undefined;
}

/** `expect(x).to.deep.equal(y)`: x, the names between, and what the last is called with. */
function chainOf(node: Node): { root?: Node; names: string[]; args: Node[]; length: number } | undefined {
  const isCall = node.type === 'CallExpression';
  const names: string[] = [];
  let at: Node = isCall ? node.callee : node;
  if (!isCall && node.type !== 'MemberExpression') return undefined;
  while (at.type === 'MemberExpression' && 'name' in at.property) {
    names.unshift(String(at.property.name));
    at = at.object;
  }
  const args: Node[] = isCall ? node.arguments : [];
  const own = { names, args, length: at.end - node.start };
  if (at.type === 'CallExpression' && at.callee.type === 'Identifier' && at.callee.name === 'expect') {
    return at.arguments[0] ? { ...own, root: at.arguments[0] } : undefined;
  }
  if (names[0] === 'should') return { ...own, root: at };
  return isCall && at.type === 'Identifier' && names.length > 0 ? own : undefined;
}

function thrown(args: Node[], read: Read): Reported {
  const [first] = args;
  if (first?.type === 'Identifier' && /Error$/.test(first.name)) {
    const [, second] = args;
    const message = second ? thrown([second], read) : undefined;
    return {
      kind: 'error',
      name: first.name,
      ...(message?.kind === 'error' && message.message ? { message: message.message } : {}),
    };
  }
  if (first?.type === 'ObjectExpression') {
    const field = (name: string) =>
      first.properties.find(
        (property) => property.type === 'Property' && property.key.type === 'Identifier' && property.key.name === name,
      );
    const told = (name: string) => {
      const property = field(name);
      return property?.type === 'Property' &&
        property.value.type === 'Literal' &&
        typeof property.value.value === 'string'
        ? property.value.value
        : undefined;
    };
    const [name, message] = [told('name'), told('message')];
    return { kind: 'error', ...(name ? { name } : {}), ...(message ? { message } : {}) };
  }
  const said = first ? read(first) : undefined;
  const message = said?.kind === 'value' && typeof said.readings[0] === 'string' ? said.readings[0] : undefined;
  return { kind: 'error', ...(message ? { message } : {}) };
}

function valueGiven(node: Node, text: string, scope: Scope): Reported | undefined {
  const known = evaluate(node, text, scope);
  return known.kind === 'value' ? value(known.value) : undefined;
}

function value(of: unknown): Reported {
  return { kind: 'value', readings: [of] };
}
