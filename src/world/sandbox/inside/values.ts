import { types } from 'node:util';
import vm from 'node:vm';
import { className } from './preview.ts';

const deepest = 40;
const mostNodes = 100_000;
const mostText = 4_000_000;

/** A value of a plan as the target gets it: the tags of what JSON lacks are turned into the real thing. */
export function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value);
  const tag = keys.length === 1 ? keys[0] : undefined;
  const content = (value as Record<string, unknown>)[tag ?? ''];
  switch (tag) {
    case '$date':
      return new Date(content as string);
    case '$bigint':
      return BigInt(content as string);
    case '$undefined':
      return undefined;
    case '$bytes':
      return Buffer.from(String(content), 'base64');
    case '$number':
      return Number(content);
    case '$regexp':
      return regexpOf(String(content));
    case '$map':
      return new Map(decode(content) as [unknown, unknown][]);
    case '$set':
      return new Set(decode(content) as unknown[]);
    case '$js':
      return vm.runInThisContext(`(${String(content)}\n)`, { filename: 'plan.js' });
  }
  const made: Record<string, unknown> = {};
  for (const key of keys) {
    const part = decode((value as Record<string, unknown>)[key]);
    Object.defineProperty(made, key, { value: part, enumerable: true, configurable: true, writable: true });
  }
  return made;
}

function regexpOf(text: string): RegExp {
  const end = text.lastIndexOf('/');
  return new RegExp(text.slice(1, end), text.slice(end + 1));
}

/** A value of the target as the checks of a plan see it: plain JSON, tagged where JSON has no word for it. */
export function encode(value: unknown): unknown {
  return encoded(value, { path: [], nodes: mostNodes, text: mostText });
}

interface Walk {
  path: object[];
  nodes: number;
  text: number;
}

function encoded(value: unknown, walk: Walk): unknown {
  walk.nodes -= 1;
  if (walk.nodes < 0 || walk.text < 0) return { $cut: true };
  switch (typeof value) {
    case 'string':
      walk.text -= value.length;
      return value;
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $number: Object.is(value, -0) ? '-0' : String(value) };
    case 'bigint':
      return { $bigint: String(value) };
    case 'undefined':
      return { $undefined: true };
    case 'symbol':
      return { $symbol: value.description ?? '' };
    case 'function':
      return { $function: types.isProxy(value) ? '' : String(Object.getOwnPropertyDescriptor(value, 'name')?.value) };
    default:
      return value === null ? null : encodedObject(value as object, walk);
  }
}

function encodedObject(value: object, walk: Walk): unknown {
  if (types.isDate(value)) {
    const time = Date.prototype.getTime.call(value);
    return { $date: Number.isNaN(time) ? 'Invalid Date' : Date.prototype.toISOString.call(value) };
  }
  if (types.isRegExp(value)) return { $regexp: RegExp.prototype.toString.call(value) };
  if (types.isBoxedPrimitive(value)) return encoded((value as { valueOf(): unknown }).valueOf(), walk);
  if (types.isPromise(value)) return { $promise: true };
  if (types.isUint8Array(value)) return { $bytes: Buffer.from(value).toString('base64') };
  if (walk.path.includes(value)) return { $circular: true };
  if (walk.path.length >= deepest) return { $cut: true };
  walk.path.push(value);
  try {
    return encodedParts(value, walk);
  } finally {
    walk.path.pop();
  }
}

function encodedParts(value: object, walk: Walk): unknown {
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, at) => part(value, String(at), walk));
  if (types.isMap(value)) {
    return { $map: [...Map.prototype.entries.call(value)].map((pair) => encoded(pair, walk)) };
  }
  if (types.isSet(value)) return { $set: [...Set.prototype.values.call(value)].map((item) => encoded(item, walk)) };
  if (types.isTypedArray(value)) return [...value].map((item) => encoded(item, walk));
  const made: Record<string, unknown> = {};
  if (types.isNativeError(value)) {
    define(made, 'name', String(value.name || className(value)));
    define(made, 'message', String(value.message));
  }
  for (const key of Object.keys(value)) {
    const inner = part(value, key, walk);
    if (!isUndefined(inner)) define(made, key, inner);
  }
  return made;
}

function part(value: object, key: string, walk: Walk): unknown {
  try {
    return encoded((value as Record<string, unknown>)[key], walk);
  } catch (thrown) {
    return { $thrown: String(thrown) };
  }
}

function isUndefined(value: unknown): boolean {
  return typeof value === 'object' && value !== null && '$undefined' in value;
}

function define(made: object, key: string, value: unknown): void {
  Object.defineProperty(made, key, { value, enumerable: true, configurable: true, writable: true });
}
