import type { Failure } from '../../errors.ts';
import { invalid } from './files.ts';

/** The variables that `${NAME}` is looked up in. */
export type Variables = Record<string, string | undefined>;

const longest = 20_000;
const longestFilled = 1_000_000;
const deepest = 20;

/** Fills `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+other}` and `$$` as compose does; unknown names are empty. */
export function interpolate(text: string, variables: Variables, depth = 0): string {
  if (text.length > longest || depth > deepest) throw unreadable(text);
  let out = '';
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] !== '$') {
      out += text[at];
      continue;
    }
    const [value, end] = expression(text, at, variables, depth);
    out += value;
    if (out.length > longestFilled) throw unreadable(text);
    at = end - 1;
  }
  return out;
}

/** The same for every string inside a value. */
export function interpolateAll(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') return value.includes('$') ? interpolate(value, variables) : value;
  if (Array.isArray(value)) return value.map((item) => interpolateAll(item, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, interpolateAll(item, variables)]));
}

function unreadable(text: string): Failure {
  return invalid(`${text.slice(0, 40)}…`, 'what it stands for is too long or nested too deeply');
}

function expression(text: string, at: number, variables: Variables, depth: number): [value: string, end: number] {
  if (text[at + 1] === '$') return ['$', at + 2];
  const bare = /^[A-Za-z_]\w*/.exec(text.slice(at + 1))?.[0];
  if (bare) return [known(bare, variables) ?? '', at + 1 + bare.length];
  const end = text[at + 1] === '{' ? closing(text, at + 2) : -1;
  if (end < 0) return ['$', at + 1];
  return [braced(text.slice(at + 2, end), variables, depth), end + 1];
}

function known(name: string, variables: Variables): string | undefined {
  return Object.hasOwn(variables, name) ? variables[name] : undefined;
}

function braced(inner: string, variables: Variables, depth: number): string {
  const [, name = '', operator = '', rest = ''] = /^(\w+)(:?[-+?])?([\s\S]*)$/.exec(inner) ?? [];
  const value = known(name, variables);
  const present = value !== undefined && (!operator.startsWith(':') || value !== '');
  if (operator.endsWith('+')) return present ? interpolate(rest, variables, depth + 1) : '';
  if (present) return value ?? '';
  return operator.endsWith('-') ? interpolate(rest, variables, depth + 1) : '';
}

function closing(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}
